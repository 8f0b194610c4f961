"""Servers that stand in for the messengers, over real HTTP on loopback."""

import bot.channels.lazy_aiogram  # noqa: F401 - it has to come before aiogram, which the emulators lean on too
