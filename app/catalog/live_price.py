"""A configuration as it is being filled in, and its price meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from werkzeug.datastructures import MultiDict

from app.catalog.configuration import validate_configuration, written_so_far
from app.catalog.facts import Facts
from app.catalog.pricing import ItemisedPrice, PriceTerms, price_line
from app.catalog.pricing.adjustments import rush_words
from app.catalog.pricing.tax_terms import with_tax_terms
from app.catalog.properties import Price, Properties
from app.catalog.properties.constraints import usual_choices
from app.catalog.quantities import read_quantity
from app.core.clock import shop_day
from app.core.errors import BadInput
from app.core.translations import _l
from app.tax.book import current_book
from app.tax.rule import Destination, TaxStatus
from app.tax.vat_number import clean_vat_number

#: Who reads a price: a visitor of the portal, a customer whom their link or account names, or staff.
Reader = Literal["visitor", "customer", "staff"]
SIGN_IN = _l(
    "Open this page from the link in one of our e-mails to see its price, or request a quote below."
)


def form_values(form: Mapping[str, str]) -> dict[str, str]:
    """Return the form's fields, one value each, with the typed quantity where “other” was picked. A quantity
    of a variant that was sent twice is both, which is no number."""
    values = {name: form.get(name, "") for name in form}
    for name in values:
        sent = form.getlist(name) if isinstance(form, MultiDict) else []
        if name.startswith("quantities.") and len(sent) > 1:
            values[name] = " / ".join(sent)
    if values.get("quantity") == "other":
        values["quantity"] = values.get("quantity_other", "")
    return values


def fields_of(values: Mapping[str, str], group: str) -> dict[str, str]:
    """Return the fields of `group` (``options``, ``personalisation``, ``quantities``) without its prefix."""
    prefix = f"{group}."
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix) and value != ""
    }


#: What a form says where no rush level is picked.
NO_RUSH = "standard"


def rush_of(value: str) -> str:
    """Return the key of the rush level that a form asks for, empty for none."""
    return "" if value == NO_RUSH else value


def default_values(terms: Properties) -> dict[str, str]:
    """Return what a fresh form has chosen already: each option's first choice that the rules between options
    allow, the usual quantity (of the first variant, where there are variants)."""
    own = {option.key for option in terms.own_options}
    usual = usual_choices(terms.options, terms.constraints) or {}
    chosen = {f"options.{key}": choice for key, choice in usual.items() if key in own}
    if terms.variants.options:
        first = terms.variants.offered[:1]
        return chosen | {f"quantities.{row.key}": str(terms.quantity.default) for row in first}
    return chosen | {"quantity": str(terms.quantity.default)}


@dataclass(frozen=True)
class LivePrice:
    """What the price card shows; `quantity` is 0 where it is no number.

    `quantity_prices` maps suggested quantities to the price of a piece in minor units; `rush_words` each rush
    level to when it is ready. `is_gross`: prices are shown with tax.
    """

    price: ItemisedPrice | BadInput
    quantity: int
    currency: str
    quantity_prices: dict[int, int]
    rush_words: dict[str, str]
    is_gross: bool
    promotion_fault: str = ""


def live_price(
    terms: Properties,
    values: Mapping[str, str],
    facts: Facts | None = None,
    *,
    price_terms: PriceTerms | None = None,
    reader: Reader = "staff",
) -> LivePrice:
    """Return what the price card says of the configuration in `values` to this reader.

    `facts` are the measures of the file, where one was sent; `price_terms` what the customer's price hangs on
    beside the product.
    """
    day, book = shop_day(), current_book()
    taxed = with_tax_terms(
        price_terms or PriceTerms(), terms, book, day, destination_in(values), status_in(values)
    )
    ask, is_gross = Asked(terms, facts, taxed, reader), book.settings.shown == "gross"
    each = {}
    suggestions = [] if terms.variants.options else terms.quantity.suggestions
    for suggested in suggestions:
        price = ask.price({**values, "quantity": str(suggested)})
        if isinstance(price, ItemisedPrice) and not price.needs_person:
            shown = price.total_minor if is_gross else price.net_minor
            each[suggested] = (shown + suggested // 2) // suggested
    return LivePrice(
        price=ask.price(values),
        quantity=_pieces(terms, values),
        currency=terms.price.currency,
        quantity_prices=each,
        rush_words={level.key: rush_words(level, day) for level in terms.price.levels},
        is_gross=is_gross,
    )


def destination_in(values: Mapping[str, str]) -> Destination:
    """Return where the form says that it goes, as far as it does."""
    method = values.get("delivery", "")
    if method == "carrier":
        country = values.get("ship.country", "").strip().upper()
        return Destination(country=country, region=values.get("ship.region", "").strip().upper())
    return Destination(is_pickup=method == "pickup")


def status_in(values: Mapping[str, str]) -> TaxStatus:
    """Return what the form's VAT number makes of its customer; one that is none makes nothing."""
    try:
        number = clean_vat_number(values.get("vat_number", ""))
    except BadInput:
        number = ""
    return TaxStatus(kind="business", vat_number=number) if number else TaxStatus()


def _pieces(terms: Properties, values: Mapping[str, str]) -> int:
    """Return the pieces in the form, 0 where they are no number."""
    if terms.variants.options:
        numbers = map(read_quantity, fields_of(values, "quantities").values())
        return sum(number or 0 for number in numbers)
    return read_quantity(values.get("quantity")) or 0


def shown_terms(terms: Properties, reader: Reader) -> Properties:
    """Return the product without the amounts that this reader may not see."""
    if not hides_price(terms.price, reader):
        return terms
    options = [
        option.model_copy(
            update={"choices": [choice.model_copy(update=NO_AMOUNTS) for choice in option.choices]}
        )
        for option in terms.options
    ]
    rule = terms.price
    levels = [level.model_copy(update=NO_RUSH_AMOUNTS) for level in rule.levels]
    price = Price(
        currency=rule.currency,
        mode=rule.mode,
        tax_label=rule.tax_label,
        tax_permille=rule.tax_permille,
        rush_levels=levels,
    )
    rows = [row.model_copy(update={"price_difference_minor": 0}) for row in terms.variants.rows]
    variants = terms.variants.model_copy(update={"rows": rows})
    return terms.model_copy(update={"options": options, "price": price, "variants": variants})


NO_AMOUNTS = {
    "surcharge_minor": 0,
    "setup_minor": 0,
    "per_cm3_minor": Decimal(0),
    "per_gram_minor": Decimal(0),
}
NO_RUSH_AMOUNTS = {"percent": Decimal(0), "fixed_minor": 0}


def hides_price(rule: Price, reader: Reader) -> bool:
    """Return whether this reader sees no amount of the product at all."""
    if reader == "staff":
        return False
    return rule.mode == "on_request" or (rule.mode == "signed_in" and reader == "visitor")


@dataclass(frozen=True)
class Asked:
    """Prices of one product for one reader."""

    terms: Properties
    facts: Facts | None
    price_terms: PriceTerms
    reader: Reader

    def price(self, values: Mapping[str, str]) -> ItemisedPrice | BadInput:
        """Return the price, or the fault that keeps the configuration from having one.

        What is written may still be empty: a price that hangs on it says so.
        """
        terms = self.terms
        options = fields_of(values, "options")
        try:
            without = terms.model_copy(update={"personalisation": []})
            clean, quantity = validate_configuration(
                without, options, {}, values.get("quantity"), fields_of(values, "quantities")
            )
            texts = fields_of(values, "personalisation")
            written = written_so_far(terms, clean.options, texts, clean.quantities)
        except BadInput as fault:
            return fault
        if self.reader == "visitor" and terms.price.mode == "signed_in":
            return ItemisedPrice(terms.price.currency, (), 0, "", (str(SIGN_IN),))
        price = price_line(
            terms,
            clean.options,
            quantity,
            self.facts,
            on=shop_day(),
            rush=rush_of(values.get("rush", "")),
            personalisation=written,
            breakdown=clean.quantities,
            terms=self.price_terms,
        )
        if price.is_for_staff and self.reader != "staff":
            return replace(price, rows=(), tax_minor=0)
        return price
