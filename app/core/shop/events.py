"""What happens to the shop's settings."""

from app.core.events.kinds import EventKind, payload
from app.core.shop.section import section_title
from app.core.translations import _l

EventKind(
    "settings.changed",
    _l("Settings changed"),
    payload(section=str),
    detail=lambda data: section_title(str(data.get("section", ""))),
    personal_fields=("name", "phone", "email", "line_1", "line_2"),
)
