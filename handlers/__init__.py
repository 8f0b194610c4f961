"""What an incoming thing means: one turn, commands, deep links, buttons, moderators' commands."""
