"""Artwork: slots, versions, proofs, approvals."""
