"""Stored files: uploads, assets and their pictures."""
