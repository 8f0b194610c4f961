"""What a resident prints and hands in."""
