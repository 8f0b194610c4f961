"""`python -m bot`."""

import gc
import sys

# The collector would look through libraries and the city pack again and again while they are being read, and find
# nothing. What goes on running turns it on.
gc.disable()

try:
    from bot.cli import main
except ModuleNotFoundError as error:
    if sys.prefix != sys.base_prefix:  # inside an environment it is a fault like any other
        raise
    raise SystemExit(
        f"Нет библиотеки {error.name}. Они в окружении проекта: .venv/bin/python -m bot …; его создаёт «make check»."
    ) from None

if __name__ == "__main__":
    raise SystemExit(main())
