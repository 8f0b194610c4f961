"""What may go wrong, made to go wrong: kills, dead networks, dead databases, stops, and nonsense."""
