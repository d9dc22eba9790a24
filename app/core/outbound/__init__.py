"""Writes to other systems: each is an intent with a key, performed once by one driver."""
