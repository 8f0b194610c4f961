"""What is sent without being asked: delivery, limits, retries, scheduled work."""
