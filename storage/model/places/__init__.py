"""Typed addresses: what street and house is meant, and in which territories the street lies."""
