"""`python -m bot`."""

import gc

# The collector would look through libraries and the city pack again and again while they are being read, and find
# nothing. What goes on running turns it on.
gc.disable()

from bot.cli import main  # noqa: E402

if __name__ == "__main__":
    raise SystemExit(main())
