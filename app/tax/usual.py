"""The usual classes and rates to begin with, from `starting_rates.toml`."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput
from app.core.translations import _, _l
from app.core.web.formats import country_name, long_date
from app.tax.models import TaxClass, TaxRate
from app.tax.rule import percent_words
from app.tax.services import create_class, create_rate
from app.tax.settings import tax_settings
from app.tax.territories import EU, territory

USUAL_CLASSES = {
    "standard": (_l("Standard rate"), "taxed"),
    "reduced": (_l("Reduced rate"), "taxed"),
    "zero": (_l("Zero rate"), "zero"),
    "exempt": (_l("Exempt"), "exempt"),
}


def add_usual_rates(none_yet: None, actor: Actor, country: str) -> list[TaxRate]:
    """Add the usual classes, and a country's usual rates (those of all member states for one of them), where the
    shop has none. Returns the new rates. Raises BadInput for a country without any."""
    known = usual_rates()
    home = territory(country)
    if home not in known:
        raise BadInput(
            _("We know no usual rates of %(country)s.", country=country_name(country)),
            next_step=_("Enter its rates yourself."),
            field="country",
        )
    classes = _classes(actor)
    taken = {(row.class_id, row.country) for row in db.session.scalars(select(TaxRate))}
    made = []
    for code in [home, *sorted(EU - {home})] if home in EU else [home]:
        for key, percent in known[code].items():
            if (classes[key].id, code) not in taken:
                made.append(create_rate(None, actor, classes[key], code, percent))
    return made


def ensure_usual(actor: Actor) -> None:
    """Give a shop without tax classes the usual ones, and where they are known the rates of its country."""
    if db.session.scalar(select(TaxClass.id).limit(1)) is not None:
        return
    country = tax_settings().seller.country
    if territory(country) in usual_rates():
        add_usual_rates(None, actor, country)
    else:
        _classes(actor)


def _classes(actor: Actor) -> dict[str, TaxClass]:
    """Return the shop's classes by their keys, the usual ones added."""
    classes = {row.key: row for row in db.session.scalars(select(TaxClass))}
    for key, (name, kind) in USUAL_CLASSES.items():
        if key not in classes:
            note = _("Exempt from tax.") if kind == "exempt" else ""
            classes[key] = create_class(None, actor, key, str(name), kind=kind, note=note)
    return classes


@cache
def usual_rates() -> dict[str, dict[str, Decimal]]:
    """Return country → class → percent of the file of starting rates; of several reduced rates the lowest."""
    return {
        one["code"]: {"standard": one["standard"]}
        | ({"reduced": one["reduced"][0]} if one["reduced"] else {})
        for one in _starting()["country"]
    }


@cache
def _starting() -> dict[str, Any]:
    text = (files("app.tax") / "starting_rates.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def usual_rates_words(country: str) -> str:
    """Return where the usual rates come from and what the country's reduced ones are, "" without any."""
    found = next((one for one in _starting()["country"] if one["code"] == territory(country)), None)
    if found is None:
        return ""
    rates = ", ".join(percent_words(Decimal(one)) for one in found["reduced"]) or "–"
    return _(
        "Usual rates of %(country)s on %(day)s: standard %(standard)s, reduced %(reduced)s. Source: %(source)s. "
        "Check them with your accountant before use.",
        country=country_name(country), day=long_date(_starting()["as_of"]),
        standard=percent_words(Decimal(found["standard"])), reduced=rates, source=_starting()["source"],
    )  # fmt: skip
