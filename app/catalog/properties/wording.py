"""Wording: the words of a trade where they differ."""

from __future__ import annotations

from app.catalog.properties.part import Part


class Wording(Part):
    """The words of this trade where they differ."""

    piece: str = "piece"
    pieces: str = "pieces"
    file: str = "print file"
    approve_title: str = "Your proof is ready"
    approve_ask: str = "Check every word and the trim line."
    approve_statement: str = "I approve this proof. Make it exactly as shown."
