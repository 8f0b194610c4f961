"""Servers that stand in for the messengers, over real HTTP on loopback."""
