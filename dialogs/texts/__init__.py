"""Every word the bot says, in templates; here is what turns them into messages."""
