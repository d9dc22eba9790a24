"""What the owner has answered to the set-up guide; whether a step is done is seen from the shop itself."""

from __future__ import annotations

from typing import ClassVar

from app.core.shop.section import Section
from app.core.translations import _l


class Guide(Section):
    """Steps that were skipped, and whether the guide is closed for good."""

    key: ClassVar[str] = "guide"
    title: ClassVar[str] = _l("Set-up guide")
    sentence: ClassVar[str] = _l("What is left to set up.")
    order: ClassVar[int] = 900
    is_listed: ClassVar[bool] = False

    skipped: list[str] = []
    is_closed: bool = False
