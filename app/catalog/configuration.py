"""What the customer picked and wrote, checked against what the product offers."""

import re
from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from app.catalog.breakdown import check_breakdown, read_breakdown
from app.catalog.patterns import fits
from app.catalog.properties import Option, Personalisation, Properties
from app.catalog.properties.constraints import broken
from app.catalog.quantities import read_quantity, validate_quantity
from app.catalog.variant_grid import pieces_of, shared_choices
from app.core.errors import BadInput
from app.core.inputs import Faults
from app.core.numbers import read_decimal, shorten
from app.core.text_input import normalize, unprintable
from app.core.translations import _
from app.core.web.formats import quantity

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Configuration(BaseModel):
    """What was chosen and written for a line: option → choice, field → text; empty ones are absent.

    Of a product with variants, `quantities` is its breakdown, variant → pieces, and `options` holds those of
    the variant options in which all pieces agree.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    options: dict[str, str] = {}
    personalisation: dict[str, str] = {}
    quantities: dict[str, int] = {}


def validate_configuration(
    product: Properties,
    options: Mapping[str, object],
    personalisation: Mapping[str, object],
    quantity: object,
    quantities: Mapping[str, object] | None = None,
) -> tuple[Configuration, int]:
    """Return the configuration, clean, and the quantity.

    Text is NFC with outer and doubled spaces and needless zero-width signs removed, dates are ISO
    ``YYYY-MM-DD``, colours ``#rrggbb`` in lower case. Keys that were left empty are absent. Of a product
    with variants, `quantities` says how many of each; one variant may be given by its options and `quantity`
    instead. Raises BadInput with everything that is wrong, by field: ``options.KEY``,
    ``personalisation.KEY``, ``quantities.VARIANT`` or ``quantity``.
    """
    faults = Faults()
    with faults.caught():
        _refuse_unknown("options", options, [item.key for item in product.options])
    with faults.caught():
        _refuse_unknown(
            "personalisation", personalisation, [i.key for i in product.personalisation]
        )
    breakdown: dict[str, int] = {}
    with faults.caught():
        breakdown = _breakdown(product, options, quantity, quantities or {})
    chosen, written, number = {}, {}, 0
    shared = shared_choices(product, breakdown)
    for option in product.options:
        with faults.caught():
            if option.key in product.variants.options:
                _refuse_other(option, options.get(option.key), shared, is_split=bool(quantities))
                if option.key in shared:
                    chosen[option.key] = shared[option.key]
            elif choice := _choice(option, options.get(option.key)):
                chosen[option.key] = choice
    _check_rules(product, chosen, breakdown, faults)
    for field in product.personalisation:
        if product.meets(field.only_if, chosen, breakdown):
            with faults.caught():
                if text := _text(field, personalisation.get(field.key)):
                    written[field.key] = text
    with faults.caught():
        total = sum(breakdown.values()) if breakdown else quantity
        if not (product.variants.options and not breakdown):  # else that is said already
            number = validate_quantity(product.quantity, total)
    faults.raise_all()
    if breakdown:
        return Configuration(options=chosen, personalisation=written, quantities=breakdown), number
    return Configuration(options=chosen, personalisation=written), number


def _breakdown(
    product: Properties,
    options: Mapping[str, object],
    quantity: object,
    quantities: Mapping[str, object],
) -> dict[str, int]:
    """Return variant → pieces, empty for a product without variants; raise BadInput by field."""
    variants = product.variants
    if not variants.options:
        if any(quantities.values()):
            fault = _("This product has no variants. Enter one quantity.")
            raise BadInput(fault, field="quantities")
        return {}
    found = read_breakdown(product, quantities)
    is_said = quantity not in (None, "", 0)
    if not found and is_said and (row := variants.having(_texts(options))):
        found = {row.key: validate_quantity(product.quantity, quantity)}
    check_breakdown(product, found)
    total = sum(found.values())
    if quantities and is_said and read_quantity(quantity) != total:
        fault = _("The variants add up to %(total)s pieces, not %(quantity)s.",
                  total=total, quantity=shorten(quantity))  # fmt: skip
        raise BadInput(fault, field="quantity")
    return found


def _texts(options: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value or "").strip() for key, value in options.items()}


def _refuse_other(
    option: Option, value: object, shared: Mapping[str, str], *, is_split: bool
) -> None:
    """Raise BadInput where a variant option is answered in another way than the quantities do."""
    key = str(value or "").strip()
    if key and (option.choice(key) is None or (is_split and shared.get(option.key) != key)):
        offered = ", ".join(choice.label for choice in option.choices)
        fault = _("“%(key)s” is not what the quantities say; the %(label)s is part of each: %(offered)s.",
                  key=shorten(key), label=option.label.lower(), offered=offered)  # fmt: skip
        raise BadInput(fault, field=f"options.{option.key}")


def _check_rules(
    product: Properties, chosen: Mapping[str, str], breakdown: Mapping[str, int], faults: Faults
) -> None:
    """Add what breaks a rule between options, at both sides; a variant's is its quantity."""
    unanswered = {key for key in faults.found if key.startswith("options.")}
    lines = [(one.variant.key, one.options) for one in pieces_of(product, chosen, breakdown, 0)]
    for variant, made in lines or [("", dict(chosen))]:
        for rule in broken(product.constraints, made):
            sides = [
                f"quantities.{variant}"
                if variant and key in product.variants.options
                else f"options.{key}"
                for key in (*rule.when, rule.option)
            ]
            if not unanswered.intersection(sides):  # else the missing answer is said first
                sentence = rule.explain(product.options, made)
                faults.found |= {side: faults.found.get(side, sentence) for side in sides}


def _refuse_unknown(group: str, values: Mapping[str, object], known: list[str]) -> None:
    for key in values:
        if key not in known:
            offered = ", ".join(known) or _("nothing to fill in")
            fault = _(
                "This product has no “%(key)s”; it has %(offered)s.", key=key, offered=offered
            )
            raise BadInput(fault, field=f"{group}.{key}")


def _choice(option: Option, value: object) -> str:
    key = str(value or "").strip()
    if option.choice(key) or not (key or option.required):
        return key
    label = option.label.lower()
    offered = ", ".join(choice.label for choice in option.choices)
    if key:
        fault = _("“%(key)s” is not offered as %(label)s: %(offered)s.",
                  key=key, label=label, offered=offered)  # fmt: skip
    else:
        fault = _("Choose the %(label)s: %(offered)s.", label=label, offered=offered)
    raise BadInput(fault, field=f"options.{option.key}")


def _text(rule: Personalisation, value: object) -> str:
    text = normalize(str(value if value is not None else ""))
    if rule.kind == "number" and text:
        return _typed_number(rule, text)
    if fault := _fault(rule, text):
        raise BadInput(fault, field=f"personalisation.{rule.key}")
    return text.lower() if rule.kind == "colour" else text


def _typed_number(rule: Personalisation, text: str) -> str:
    """Return a typed number as it is kept: ``1250.5``; raise BadInput that names its limits."""
    field = f"personalisation.{rule.key}"
    try:
        number = read_decimal(text.removesuffix(rule.unit), rule.decimals)
    except ValueError as fault:
        raise BadInput(f"“{rule.label}”: {fault}", field=field) from None
    least, most = rule.minimum, rule.maximum
    if (least is not None and number < least) or (most is not None and number > most):
        raise BadInput(
            _("“%(label)s” must be %(limits)s.", label=rule.label, limits=number_limits(rule)),
            field=field,
        )
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > rule.decimals:
        raise BadInput(
            _("“%(label)s” has at most %(places)s decimals.",
              label=rule.label, places=rule.decimals),
            field=field,
        )  # fmt: skip
    return f"{number.normalize():f}"


def number_limits(rule: Personalisation) -> str:
    """Return what one may type: ``100 to 2,000 mm``, ``at least 5 mm``; empty without limits."""
    least, most = rule.minimum, rule.maximum
    if least is not None and most is not None:
        span = _("%(least)s to %(most)s", least=quantity(least), most=quantity(most))
    elif least is not None:
        span = _("at least %(least)s", least=quantity(least))
    elif most is not None:
        span = _("at most %(most)s", most=quantity(most))
    else:
        return rule.unit
    return f"{span} {rule.unit}".strip()


def written_so_far(
    product: Properties,
    options: Mapping[str, str],
    personalisation: Mapping[str, object],
    breakdown: Mapping[str, int],
) -> dict[str, str]:
    """Return what was written of what these options ask for, while the form is being filled in: what is empty or
    not yet right is left out. Raises BadInput for a number that is none or is out of its limits."""
    written = {}
    for field in product.personalisation:
        value = personalisation.get(field.key)
        if value and product.meets(field.only_if, options, breakdown):
            try:
                written[field.key] = _text(field, value)
            except BadInput:
                if field.kind == "number":
                    raise
    return {key: text for key, text in written.items() if text}


def _fault(rule: Personalisation, text: str) -> str | None:
    """Return what is wrong with the clean text; None where it fits."""
    label = rule.label
    if not text:
        fault = _("“%(label)s” is empty. %(help)s", label=label, help=rule.help)
        return fault.strip() if rule.required else None
    if (count := len(text)) > (most := rule.max_length):
        return _("“%(label)s” has %(n)s characters; %(most)s fit.", label=label, n=count, most=most)
    if letters := unprintable(text):
        return letters
    if rule.kind == "date":
        return None if _is_day(text) else _(
            "“%(label)s” must be a date such as 2027-06-19; “%(text)s” is not one.",
            label=label, text=text,
        )  # fmt: skip
    if rule.kind == "colour" and not COLOUR.fullmatch(text):
        return _("“%(label)s” must be a colour such as #1d6f8a.", label=label)
    if rule.kind == "choice" and text not in rule.choices:
        choices = ", ".join(rule.choices)
        return _("“%(label)s” must be one of %(choices)s.", label=label, choices=choices)
    if rule.kind != "colour" and rule.pattern and not fits(rule.pattern, text):
        allowed = rule.pattern_says or _("the form %(pattern)s", pattern=rule.pattern)
        return _(
            "“%(text)s” is not valid for “%(label)s”: use %(allowed)s.",
            text=text, label=label, allowed=allowed,
        )  # fmt: skip
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
