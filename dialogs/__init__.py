"""The conversations: the engine, one file per conversation, and every word the bot says."""
