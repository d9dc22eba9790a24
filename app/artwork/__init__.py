"""Artwork: slots, versions, preflight, proofs, approvals."""
