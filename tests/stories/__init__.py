"""Conversations, each through every messenger and on both databases."""
