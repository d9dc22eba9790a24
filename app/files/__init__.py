"""Stored files: uploads, assets, what is in them and how they look."""
