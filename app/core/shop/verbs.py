"""What can be done to the shop's settings."""

from collections.abc import Mapping
from typing import Any

from app.core.inputs import Input
from app.core.shop import form, saving
from app.core.shop.saving import SavedSection
from app.core.translations import _l
from app.core.verbs import Subject


class SectionInput(Input):
    """The values of a section as entered; those left out stay as they are."""

    values: dict[str, Any]

    @classmethod
    def from_form(cls, given: Mapping[str, Any], record: SavedSection) -> dict[str, Any]:
        """Read the fields of the section, its lists row by row."""
        return {"values": form.read(record.section, given)}


SHOP_SETTINGS: Subject[SavedSection] = Subject(
    "shop_settings", find=saving.find_section, lock=saving.lock_section
)

save_section = SHOP_SETTINGS.verb(
    saving.save_section,
    _l("Save"),
    lambda saved: saved.section.permission,
    SectionInput,
    done=_l("The settings are saved and apply at once."),
    entry=frozenset({"staff"}),
)
