"""The properties that are set for a product or a family, section by section, as labels and values."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from app.catalog.inheritance import KEYED_LISTS, OBJECTS, Owner
from app.catalog.price_summary import CHOICES, part_words
from app.catalog.properties import Constraint, Material, Option, Personalisation, Properties, Step
from app.catalog.properties.part import Part
from app.core.translations import _, _l
from app.core.web.formats import money, plural, quantity

UNITS = {"_percent": "%", "_permille": "%", "_dpi": "dpi", "weight_g": "g", "_mm": "mm"}
APPROVALS = {"proof": _l("a proof"), "design": _l("the design file")}


class Row(NamedTuple):
    """One property that was set: its label and value, the owner that set it, and its path."""

    label: str
    value: str
    owner: Owner
    path: str


def sections(properties: Properties, origin: Mapping[str, Owner]) -> dict[str, list[Row]]:
    """Return title → rows of what was set, in the order of `Properties`; defaults are left out."""
    found = {}
    for name, field in Properties.model_fields.items():
        part: Any = getattr(properties, name)
        texts: dict[str, tuple[str, str]] = {}
        if name in KEYED_LISTS:
            texts = {f"{name}.{one.key}": _describe(one, properties) for one in part}
        elif name == "gates":
            texts = {name: (_("All of"), ", ".join(part) or "nothing")}
        elif name not in OBJECTS:
            texts = {name: (_label(name, field), _value(name, part, properties.price.currency))}
        elif part is not None:
            currency = properties.price.currency
            texts = {
                f"{name}.{key}": (_label(key, info), _value(key, getattr(part, key), currency))
                for key, info in type(part).model_fields.items()
            }
        rows = [
            Row(*text, owner, path)
            for path, text in texts.items()
            if (owner := origin.get(path) or origin.get(name))
        ]
        if rows:
            found[_label(name, field)] = rows
    return found


def _label(name: str, field: Any) -> str:
    bare = name.removesuffix("_minor").removesuffix("_mm")
    return field.title or bare.replace("_", " ").capitalize()


def _value(name: str, value: Any, currency: str) -> str:
    if name == "unit_breaks":
        prices = [(quantity(one.from_quantity), money(one.unit_minor, currency)) for one in value]
        return "; ".join(_("from %(least)s: %(each)s", least=n, each=each) for n, each in prices)
    if value is None or value == "" or value == []:
        return "–"
    if name == "rows":
        return plural(len(value), "variant")
    if name == "approval":
        return APPROVALS[value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in CHOICES:
        return str(CHOICES[name].get(value, value))
    if isinstance(value, list):
        told = [part_words(one, currency) for one in value]
        if all(told):
            return "; ".join(filter(None, told))
        return ", ".join(_short(one) for one in value)
    if isinstance(value, Part):
        return part_words(value, currency) or _short(value)
    if name.endswith("_minor"):
        return money(Decimal(value), currency)
    unit = next((f" {unit}" for part, unit in UNITS.items() if part in name), "")
    if isinstance(value, tuple):
        return " × ".join(quantity(one) for one in value) + unit
    if name == "tax_permille":
        value = Decimal(value) / 10
    return f"{quantity(value)}{unit}" if isinstance(value, (int, Decimal)) else str(value)


def _short(value: Any) -> str:
    """Return what a part is called, where it has a name; any other value as it is."""
    if not isinstance(value, Part):
        return str(value)
    names = (getattr(value, name, "") for name in ("label", "name", "title", "key", "sku"))
    return str(next(filter(None, names), "")) or _("set")


def _describe(part: Any, all_of: Properties) -> tuple[str, str]:
    match part:
        case Option():
            return part.label, ", ".join(_option(part, all_of.price.currency))
        case Personalisation():
            return part.label, ", ".join(_personalisation(part, all_of))
        case Constraint():
            return part.key.replace("_", " ").capitalize(), _constraint(part, all_of)
        case Material():
            return part.key.replace("_", " ").capitalize(), ", ".join(_material(part, all_of))
        case Step():
            return part.name, ", ".join(_step(part, all_of))
        case _:
            return _short(part), _fields(part, all_of.price.currency)


def _fields(part: Any, currency: str) -> str:
    shown = {name: getattr(part, name) for name in type(part).model_fields if name != "key"}
    texts = {name: _value(name, value, currency) for name, value in shown.items() if value}
    return ", ".join(f"{_label(n, type(part).model_fields[n])}: {t}" for n, t in texts.items())


def _option(option: Option, currency: str) -> Iterable[str]:
    for choice in option.choices:
        amounts = (
            (choice.surcharge_minor, "each"),
            (choice.setup_minor, "once"),
            (choice.per_cm3_minor, _("per cm³")),
            (choice.per_gram_minor, _("per gram")),
        )
        adds = ", ".join(f"{money(Decimal(n), currency)} {per}" for n, per in amounts if n)
        yield f"{choice.label} (+ {adds})" if adds else choice.label
    if not option.required:
        yield "optional"


def _constraint(rule: Constraint, all_of: Properties) -> str:
    conditions = _(" and ").join(_named(key, keys, all_of) for key, keys in rule.when.items())
    then = {"conditions": conditions, "then": _named(rule.option, rule.choices, all_of)}
    if rule.rule == "one_of":
        return _("with %(conditions)s only %(then)s", **then)
    return _("with %(conditions)s not %(then)s", **then)


def _named(key: str, choices: list[str], all_of: Properties) -> str:
    option = all_of.option(key)
    labels = [choice.label for choice in option.choices if choice.key in choices] if option else []
    return f"{option.label if option else key}: {_(' or ').join(labels)}"


def _personalisation(field: Personalisation, all_of: Properties) -> Iterable[str]:
    yield ", ".join(field.choices) if field.kind == "choice" else field.kind
    if field.kind == "text":
        yield f"up to {plural(field.max_length, 'character')}"
    yield "required" if field.required else "optional"
    yield from _conditions(field.only_if, all_of)


def _material(material: Material, all_of: Properties) -> Iterable[str]:
    option = all_of.option(material.from_option)
    if material.from_variant:
        yield "as the variant says"
    elif option:
        yield f"as chosen under “{option.label}”"
    else:
        yield material.sku
    for amount, per in (
        (material.per_piece, _("per piece")),
        (material.per_cm3, _("per cm³")),
        (material.per_gram, _("per gram")),
    ):
        if amount:
            yield f"{quantity(amount)} {per}"
    if material.spoilage_percent:
        yield f"{quantity(material.spoilage_percent)} % for spoilage"
    if material.whole:
        yield "whole units"


def _step(step: Step, all_of: Properties) -> Iterable[str]:
    yield f"at “{step.work_centre.replace('_', ' ')}”"
    if step.setup_minutes:
        yield f"{quantity(step.setup_minutes)} min set-up"
    if step.minutes_per_unit:
        yield f"{quantity(step.minutes_per_unit)} min per piece"
    if step.quality_check:
        yield "quality check"
    yield from _conditions(step.only_if, all_of)


def _conditions(only_if: Mapping[str, list[str]], all_of: Properties) -> Iterable[str]:
    for key, choices in only_if.items():
        if option := all_of.option(key):
            labels = [choice.label for choice in option.choices if choice.key in choices]
            yield f"only if {option.label} is {' or '.join(labels)}"
