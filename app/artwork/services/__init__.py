"""Artwork: reading slots, what its verbs run, and what only reactions do. Nothing commits here."""
