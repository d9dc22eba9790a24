"""Wording: terms that differ between trades."""

from pydantic import Field

from app.catalog.properties.part import Part
from app.core.translations import _l


class Wording(Part):
    """Terms of this trade."""

    piece: str = Field(default="piece", title=_l("One piece"))
    pieces: str = Field(default="pieces", title=_l("Several pieces"))
    file: str = _l("print file")
    approve_title: str = Field(default=_l("Your proof is ready"), title=_l("Proof title"))
    approve_ask: str = Field(
        default=_l("Check every word and the trim line."), title=_l("What to check")
    )
    approve_statement: str = Field(
        default=_l("I approve this proof. Make it exactly as shown."),
        title=_l("Approval statement"),
    )
