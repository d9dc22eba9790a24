"""The shop's settings: all sections, and the page of each with its form and its history."""

from typing import Any

from flask import abort, request
from flask_admin import expose

from app.core.backoffice.record_page import RecordPage
from app.core.events import timeline
from app.core.events.describe import describe
from app.core.shop import form, shop
from app.core.shop.saving import SavedSection
from app.core.shop.section import VIEW, Section, ordered_sections
from app.core.shop.verbs import SHOP_SETTINGS, save_section
from app.core.translations import _l
from app.core.web import PLACES

LATEST = 20


class ShopSettingsPage(RecordPage):
    """What the shop sets about itself."""

    name = _l("Shop settings")
    endpoint = "shop_settings"
    path = "settings"
    permission_view = VIEW
    area = _l("Settings")
    menu_icon = "gear"
    menu_order = 5
    subject = SHOP_SETTINGS
    folder = "settings"
    live = None  # type: ignore[assignment]  # nothing of it changes by itself

    @expose("/")
    def index(self) -> Any:
        """All sections that this person may change."""
        listed = (section for section in ordered_sections() if section.is_listed)
        mine = [section for section in listed if self.may(section.permission)]
        return self.render("backoffice/settings/index.html", sections=mine, shop_of=shop)

    def find(self, ref: str) -> SavedSection:
        """Return the section; 404 where there is none. Raises NotAllowed without its permission."""
        found: SavedSection = super().find(ref)
        if not found.section.is_listed:
            abort(404)
        self.need(found.section.permission)
        return found

    def back_to(self, ref: str) -> str:
        """Return to the set-up guide where the person came from it."""
        return PLACES["set_up"] if request.form.get("back") else super().back_to(ref)

    def context(self, record: SavedSection) -> dict[str, Any]:
        """Return the form, as it is saved or as it was sent, and who changed what."""
        section, row = record.section, record.row
        values = shop(section).model_dump(mode="json")
        events = timeline(row.id, limit=LATEST) if row else []
        return {
            "saved": record,
            "section": section,
            "save": save_section,
            "now": shop(section),
            "fields": lambda problem: _drawn(section, values, problem),
            "history": [describe(event, label=_labels(section)) for event in events],
        }


def _drawn(section: type[Section], values: dict[str, Any], problem: Any) -> list[form.Drawn]:
    """Return the fields; after a problem as they were sent, each with what is wrong with it."""
    if problem is None:
        return form.drawn(section, values)
    faults = {
        name.removeprefix("values."): said for name, said in getattr(problem, "faults", {}).items()
    }
    return form.drawn(section, values | form.read(section, request.form), faults=faults)


def _labels(section: type[Section]) -> Any:
    titles = {name: str(field.title or name) for name, field in section.model_fields.items()}
    return lambda name: titles.get(name, name.replace("_", " ").capitalize())
