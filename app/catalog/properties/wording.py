"""Wording: the words of a trade where they differ."""

from __future__ import annotations

from pydantic import Field

from app.catalog.properties.part import Part


class Wording(Part):
    """The words of this trade where they differ."""

    piece: str = Field(default="piece", title="One piece")
    pieces: str = Field(default="pieces", title="Several pieces")
    file: str = "print file"
    approve_title: str = Field(default="Your proof is ready", title="Proof title")
    approve_ask: str = Field(default="Check every word and the trim line.", title="What to check")
    approve_statement: str = Field(
        default="I approve this proof. Make it exactly as shown.", title="Approval statement"
    )
