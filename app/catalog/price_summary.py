"""The parts of a price rule in words, for the summary of a product and for what changed between two versions."""

from decimal import Decimal
from typing import Any

from app.catalog.properties import Formula, RushLevel, Sheet, Surcharge, WorkPrice
from app.catalog.properties.price_parts import SURCHARGE_KINDS
from app.core.translations import _, _l
from app.core.web.formats import money, quantity

CHOICES = {
    "breaks": {"all": _l("all pieces"), "graduated": _l("each tier's own pieces")},
    "setup_per": {"order": _l("order"), "line": _l("item"), "design": _l("design")},
    "mode": {
        "instant": _l("at once"),
        "instant_below": _l("at once, below a value or quantity"),
        "on_request": _l("on request"),
        "signed_in": _l("to customers only"),
    },
}


def part_words(part: Any, currency: str) -> str | None:
    """Return one part of a price rule in words, None for anything else."""
    match part:
        case Surcharge():
            return f"{part.label}: {_surcharge(part, currency)}{_only_if(part.only_if)}"
        case Formula():
            per = _("per piece") if part.per == "piece" else _("per item")
            return f"{part.label}: {part.expression} {per}{_only_if(part.only_if)}"
        case RushLevel():
            return f"{part.label}: {', '.join(_rush(part, currency)) or '–'}"
        case WorkPrice():
            centre = part.key.replace("_", " ").capitalize()
            each = money(part.per_minute_minor, currency)
            return _("%(centre)s: %(each)s per minute", centre=centre, each=each)
        case Sheet():
            sides = (part.sheet_width_mm, part.sheet_height_mm, part.gutter_mm, part.margin_mm)
            width, height, gutter, margin = map(quantity, sides)
            return _(
                "%(width)s × %(height)s mm, gutter %(gutter)s mm, margin %(margin)s mm",
                width=width, height=height, gutter=gutter, margin=margin,
            )  # fmt: skip
    return None


def _surcharge(part: Surcharge, currency: str) -> str:
    if part.kind == "percent":
        return f"{quantity(part.amount)} %"
    return f"{money(Decimal(part.amount), currency)} {SURCHARGE_KINDS[part.kind]}"


def _rush(level: RushLevel, currency: str) -> list[str]:
    found = []
    if level.working_days is not None:
        found.append(_("%(days)s working days", days=level.working_days))
    if level.percent:
        found.append(f"+ {quantity(level.percent)} %")
    if level.fixed_minor:
        found.append(f"+ {money(level.fixed_minor, currency)}")
    return found


def _only_if(only_if: dict[str, list[str]]) -> str:
    pairs = (f"{key}: {' or '.join(choices)}" for key, choices in only_if.items())
    words = "; ".join(pairs)
    return _(" (only if %(words)s)", words=words) if words else ""
