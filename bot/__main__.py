"""`python -m bot`."""

import gc
import sys

# The collector would look through libraries and the city pack again and again while they are being read, and find
# nothing. What goes on running turns it on.
gc.disable()


def run() -> int:
    """The command line; where the libraries are missing because this is another Python, say where they are."""
    try:
        from bot.cli import main

        return main()
    except ModuleNotFoundError as error:
        if sys.prefix != sys.base_prefix:  # inside an environment it is a fault like any other
            raise
        raise SystemExit(
            f"Нет библиотеки {error.name}: она в окружении проекта. Запускайте .venv/bin/python -m bot …; "
            "если окружения ещё нет, его создаст make check."
        ) from None


if __name__ == "__main__":
    raise SystemExit(run())
