"""The pure part: what things are and which rules hold, with no database in sight."""
