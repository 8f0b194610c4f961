"""Sample appeals as residents would get them: written, scored against the checklist of a good appeal, and printed."""
