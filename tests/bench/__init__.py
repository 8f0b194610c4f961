"""The figures of `design.md` §14, measured on this machine: `make bench`, or `python -m tests.bench turn` for one."""
