"""Which tax a supply bears: a pure function of class, seller, destination, customer and day.

Sources, named again at each rule: Council Directive 2006/112/EC (the VAT Directive) as amended, the
United Kingdom's Value Added Tax Act 1994; for taxes by state the rate of the place where the buyer receives the
goods. It is a sensible start for a shop of one seller, not advice: an accountant checks it before use.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.core.money import half_up
from app.core.translations import _
from app.core.web.formats import country_name, long_date, quantity
from app.tax.territories import ART_138, ART_196, EU, export_note, territory

Kind = Literal[
    "taxed", "zero", "exempt", "exempt_customer", "intra_community", "reverse_charge", "export",
    "outside", "missing",
]  # fmt: skip


class Fact(BaseModel):
    """A frozen part of what a rule is found from."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class TaxRule(Fact):
    """The tax on a supply. `label` stands beside its amount (``VAT 20 %``), `note` is the sentence that must
    be printed, `why` tells staff which rule applied. `country` is where it is taxed; `is_estimated`: the
    destination was not known yet. A rule of the kind "missing" has no rate, and nothing may be sold by it."""

    percent: Decimal = Decimal(0)
    label: str = ""
    note: str = ""
    kind: Kind = "taxed"
    why: str = ""
    country: str = ""
    region: str = ""
    is_estimated: bool = False

    def tax_minor(self, net_minor: int) -> int:
        """Return the tax on a net amount, in minor units, rounded half up."""
        return half_up(Decimal(net_minor) * self.percent / 100)

    def included_minor(self, gross_minor: int) -> int:
        """Return the tax that an amount holds which includes it, in minor units, rounded half up."""
        return half_up(Decimal(gross_minor) * self.percent / (100 + self.percent))

    @property
    def row_key(self) -> tuple[Decimal, str, str]:
        """What makes two rules one row of a paper: percentage, label and note."""
        return self.percent, self.label, self.note

    def of(
        self, kind: Kind, label: str, why: str, note: str = "", percent: Decimal = Decimal(0)
    ) -> TaxRule:
        """Return the tax rule of this place."""
        given = {"kind": kind, "label": label, "why": why, "note": note, "percent": percent}
        return self.model_copy(update=given)


class GoodsClass(Fact):
    """A class of goods: `kind` taxed (by its rates), zero or exempt, with the `note` printed for exempt ones.
    `supply` says whether it is goods, or a service such as printing on what the customer sent."""

    key: str = "standard"
    name: str = ""
    kind: Literal["taxed", "zero", "exempt"] = "taxed"
    supply: Literal["goods", "service"] = "goods"
    note: str = ""


class Rate(Fact):
    """A rate of a class in a country, or in one `region` of it, from the first to the last day named."""

    class_key: str
    country: str
    region: str = ""
    percent: Decimal
    label: str = "VAT"
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether the rate applies on `day`."""
        begins, ends = self.valid_from or date.min, self.valid_until or date.max
        return begins <= day <= ends


class Registration(Fact):
    """A country besides its own where the seller is registered and charges tax."""

    country: str
    number: str = ""


class Seller(Fact):
    """Who sells. `oss`: consumers in other member states pay their own country's rate (Union scheme, Article
    369a). `charges_tax` is false for a small business, whose papers then say `no_tax_note`."""

    country: str
    region: str = ""
    registrations: tuple[Registration, ...] = ()
    oss: bool = False
    charges_tax: bool = True
    no_tax_note: str = ""

    def is_registered(self, country: str) -> bool:
        """Return whether the seller charges tax in `country`."""
        return country == territory(self.country) or any(
            territory(one.country) == country for one in self.registrations
        )


class Destination(Fact):
    """Where the goods go: a country and its region, a pickup at the seller's, or not known yet (empty)."""

    country: str = ""
    region: str = ""
    is_pickup: bool = False


class TaxStatus(Fact):
    """What a customer is for tax: private, a business with a VAT number, or exempt with a reason."""

    kind: Literal["private", "business", "exempt"] = "private"
    vat_number: str = ""
    reason: str = ""
    certificate: str = ""
    valid_until: date | None = None

    @property
    def vat_country(self) -> str:
        """The country that gave the VAT number; Greek ones begin with EL."""
        found = self.vat_number[:2] if self.kind == "business" else ""
        return {"EL": "GR"}.get(found, found)

    def is_exempt(self, on: date) -> bool:
        """Return whether the exemption holds on `on`."""
        return self.kind == "exempt" and (self.valid_until is None or on <= self.valid_until)


def tax_rule(
    goods: GoodsClass,
    seller: Seller,
    destination: Destination,
    customer: TaxStatus,
    on: date,
    rates: Iterable[Rate],
) -> TaxRule:
    """Return the rule for goods of a class, sold by `seller` to `destination` on a day.

    In this order: a seller who charges no tax; an exempt customer; pickup and unknown destinations are taxed
    where the seller is (Article 31); a business of another member state (Articles 138 and 196); the seller's
    own country and those where they are registered (Articles 31 and 33); consumers in other member states at
    the rate of their country under OSS, else at the seller's (Articles 33 and 59c); everything else is export
    (Article 146).
    """
    home = territory(seller.country)
    there = territory(destination.country)
    is_estimated = not (there or destination.is_pickup)
    at = there if there and not destination.is_pickup else home
    region = seller.region if destination.is_pickup or is_estimated else destination.region
    place = TaxRule(country=at, region=region, is_estimated=is_estimated)
    if not seller.charges_tax:
        why = _("The shop charges no tax.")
        return place.of("outside", _("No tax"), why, note=seller.no_tax_note)
    if customer.is_exempt(on):
        return _exempt_customer(customer, place)
    vat_country = customer.vat_country
    is_foreign_business = home in EU and vat_country in EU and vat_country != home
    no_vat = percent_words(Decimal(0))
    if is_foreign_business and (goods.supply == "service" or (at in EU and at != home)):
        label = _("VAT %(percent)s (reverse charge)", percent=no_vat)
        if goods.supply == "service":
            why = _("Service to a business in %(country)s.", country=country_name(vat_country))
            return place.of("reverse_charge", label, why, note=str(ART_196))
        why = _("Goods sent to a business in another member state.")
        return place.of("intra_community", label, why, note=str(ART_138))
    if seller.is_registered(at):
        why = _("Supply in %(country)s, where the shop charges tax.", country=country_name(at))
        return _charged(goods, place, on, rates, why)
    if home in EU and at in EU:
        if seller.oss:
            why = _("Consumer in %(country)s: its own rate under OSS.", country=country_name(at))
            return _charged(goods, place, on, rates, why)
        why = _("Consumer in another member state: the rate of the shop's country.")
        place = place.model_copy(update={"country": home, "region": seller.region})
        return _charged(goods, place, on, rates, why)
    why = _("Sent outside the shop's tax territory, to %(country)s.", country=country_name(at))
    label = _("VAT %(percent)s (export)", percent=no_vat)
    return place.of("export", label, why, note=export_note(home))


def find_rate(
    rates: Iterable[Rate], class_key: str, country: str, region: str, on: date
) -> Rate | None:
    """Return the rate of a class on a day: the region's own where there is one, else the country's."""
    found = [
        rate
        for rate in rates
        if (rate.class_key, rate.country) == (class_key, country)
        and rate.region in ("", region)
        and rate.holds_on(on)
    ]
    return max(found, key=lambda rate: rate.region != "", default=None)


def percent_words(percent: Decimal) -> str:
    """Return a percentage as it is printed: ``20 %``, ``8.1 %``."""
    return f"{quantity(percent)} %"


def _charged(
    goods: GoodsClass, place: TaxRule, on: date, rates: Iterable[Rate], why: str
) -> TaxRule:
    """Return the rule of a supply that is taxed at `place`, by the class and its rate there."""
    here = [rate for rate in rates if rate.country == place.country]
    if goods.kind == "zero":
        name = here[0].label if here else _("VAT")
        return place.of("zero", f"{name} {percent_words(Decimal(0))}", why)
    if goods.kind == "exempt":
        return place.of("exempt", _("Exempt from tax"), why, note=goods.note)
    rate = find_rate(here, goods.key, place.country, place.region, on)
    if rate is not None:
        label = f"{rate.label} {percent_words(rate.percent)}"
        return place.of("taxed" if rate.percent else "zero", label, why, percent=rate.percent)
    country = country_name(place.country)
    if any(one.region and one.class_key == goods.key and one.holds_on(on) for one in here):
        why = _("The shop charges no tax in %(region)s.", region=place.region or country)
        return place.of("outside", _("No tax"), why)
    why = _(
        "There is no tax rate for “%(goods)s” in %(country)s on %(day)s.",
        goods=goods.name or goods.key, country=country, day=long_date(on),
    )  # fmt: skip
    return place.of("missing", _("Tax"), why)


def _exempt_customer(customer: TaxStatus, place: TaxRule) -> TaxRule:
    parts = [customer.reason]
    if customer.certificate:
        parts.append(_("certificate %(number)s", number=customer.certificate))
    if customer.valid_until:
        parts.append(_("valid until %(day)s", day=long_date(customer.valid_until)))
    note = _("Exempt from tax: %(reason)s.", reason=", ".join(filter(None, parts)))
    return place.of(
        "exempt_customer", _("Exempt from tax"), _("The customer is exempt."), note=note
    )
