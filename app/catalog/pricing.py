"""The price of one line, as a pure function that explains every amount.

Rounding: every amount is a whole number of minor units, rounded half-up once where it arises. What
depends on a measure (cm³, gram) takes the measure with two decimals, as it is shown, is rounded per
piece and then multiplied, so that anybody can do the sum on the paper again. The net is the sum of
the rows; tax is rounded once on the net.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from app.catalog.demand import Chosen, weight_g
from app.catalog.facts import Facts
from app.catalog.properties import Price, Properties
from app.core.money import half_up
from app.core.translations import _
from app.core.web.formats import long_date, money
from app.core.web.formats import quantity as grouped

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class PriceRow:
    """One row of a price: what it is for, how it came about, how much (minor units)."""

    key: str
    label: str
    how: str
    amount_minor: int


@dataclass(frozen=True)
class ItemisedPrice:
    """An itemised price. `reasons` are sentences why a person must set it; the rows then hold only
    what is known."""

    currency: str
    rows: tuple[PriceRow, ...]
    tax_minor: int
    tax_label: str
    reasons: tuple[str, ...] = ()

    @property
    def net_minor(self) -> int:
        return sum(row.amount_minor for row in self.rows)

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.tax_minor

    @property
    def needs_person(self) -> bool:
        """Whether a person must set or confirm this price."""
        return bool(self.reasons)


def price_line(
    product: Properties,
    options: Mapping[str, str],
    quantity: int,
    facts: Facts | None = None,
    *,
    on: date,
    rush: bool = False,
) -> ItemisedPrice:
    """Return the price of `quantity` pieces as chosen in `options` (a clean configuration).

    Reads nothing but its arguments. Never raises for a missing fact: `reasons` say what is missing.
    """
    rule, facts, chosen = product.price, facts or Facts(), product.chosen(options)
    rows = [
        PriceRow("setup", rule.setup_label, "once", rule.setup_minor),
        *(
            PriceRow(f"setup.{o.key}", f"{o.label}, {c.label}: set-up", "once", c.setup_minor)
            for o, c in chosen
        ),
        *_pieces(product, chosen, quantity),
        *_measured(rule, chosen, quantity, facts),
    ]
    net = sum(row.amount_minor for row in rows)
    if 0 < net < rule.min_minor:
        how = f"{_money(rule.min_minor, rule)} − {_money(net, rule)}"
        rows.append(PriceRow("minimum", _("Minimum order surcharge"), how, rule.min_minor - net))
        net = rule.min_minor
    if rush and rule.rush_percent:
        extra = half_up(net * rule.rush_percent / 100)
        rate = f"{rule.rush_percent:f}"
        how = _("%(rate)s %% of %(money)s", rate=rate, money=_money(net, rule))
        rows.append(PriceRow("rush", _("Rush"), how, extra))
        net += extra
    return ItemisedPrice(
        currency=rule.currency,
        rows=tuple(row for row in rows if row.amount_minor),
        tax_minor=tax_minor(net, rule),
        tax_label=f"{rule.tax_label} {Decimal(rule.tax_permille) / 10:g} %",
        reasons=tuple(_reasons(product, chosen, quantity, facts, on)),
    )


def tax_minor(net_minor: int, rule: Price) -> int:
    """Return the tax on a net price, in minor units, rounded half up."""
    return half_up(Decimal(net_minor) * rule.tax_permille / 1000)


def _pieces(product: Properties, chosen: Chosen, quantity: int) -> Iterator[PriceRow]:
    rule, count = product.price, grouped(quantity)
    reached = [item for item in rule.unit_breaks if item.from_quantity <= quantity]
    if reached:
        unit = reached[-1].unit_minor
        noun = product.wording.piece if quantity == 1 else product.wording.pieces
        how = f"{_money(unit, rule)} × {count}"
        yield PriceRow("pieces", f"{count} {noun}", how, unit * quantity)
    for option, choice in chosen:
        how = f"{_money(choice.surcharge_minor, rule)} × {count}"
        label = f"{option.label}: {choice.label}"
        yield PriceRow(f"options.{option.key}", label, how, choice.surcharge_minor * quantity)


def _measured(rule: Price, chosen: Chosen, quantity: int, facts: Facts) -> Iterator[PriceRow]:
    by_volume = [f"{o.label}: {c.label}" for o, c in chosen if c.per_cm3_minor]
    by_weight = [f"{o.label}: {c.label}" for o, c in chosen if c.per_gram_minor]
    per_cm3 = rule.per_cm3_minor + sum(choice.per_cm3_minor for _, choice in chosen)
    per_gram = rule.per_gram_minor + sum(choice.per_gram_minor for _, choice in chosen)
    measures = (
        ("volume", [*by_volume, _("Material")][0], "cm³", facts.volume_cm3, per_cm3),
        ("weight", [*by_weight, _("Material")][0], "g", weight_g(chosen, facts), per_gram),
        ("box", _("Bounding box"), "cm³", facts.box_cm3, rule.per_box_cm3_minor),
    )
    for key, label, unit, measure, rate in measures:
        if measure is not None and rate:
            measure = max(measure.quantize(HUNDREDTH, ROUND_HALF_UP), HUNDREDTH)
            piece = half_up(measure * rate)
            of_one = f"{grouped(measure, places=2)} {unit} × {_money(rate, rule)}"
            how = f"{of_one} = {_money(piece, rule)}, × {grouped(quantity)}"
            yield PriceRow(key, label, how, piece * quantity)


def _reasons(
    product: Properties, chosen: Chosen, quantity: int, facts: Facts, on: date
) -> Iterator[str]:
    rule = product.price
    by_weight = bool(rule.per_gram_minor or any(c.per_gram_minor for _, c in chosen))
    by_volume = bool(rule.per_cm3_minor or any(c.per_cm3_minor for _, c in chosen))
    if rule.by_person:
        yield rule.by_person
    if by_weight or by_volume:
        if facts.watertight is False:
            yield _("The model is not closed, so its volume can't be measured.")
        elif facts.volume_cm3 is None and not rule.by_person:
            yield _("The price depends on the file's volume, which is not known yet.")
        elif by_weight and weight_g(chosen, facts) is None and not rule.by_person:
            yield _("The weight of the chosen material is not known.")
    if rule.per_box_cm3_minor and facts.bbox_mm is None and not rule.by_person:
        yield _("The price depends on the part's outer size, which is not known yet.")
    room = product.artwork.build_volume_mm if product.artwork else None
    if room and facts.bbox_mm and not facts.fits(room):
        part, largest = _box(facts.bbox_mm), _box(room)
        yield _("The part is %(part)s; the largest we make is %(room)s.", part=part, room=largest)
    if rule.unit_breaks and quantity < (least := rule.unit_breaks[0].from_quantity):
        yield _("There is no price for fewer than %(least)s.", least=grouped(least))
    if not (rule.unit_breaks or by_weight or by_volume or rule.is_measured or rule.by_person):
        yield _("This product has no price yet.")
    if rule.valid_until and on > rule.valid_until:
        day = long_date(rule.valid_until)
        yield _("The prices of this product were valid until %(day)s.", day=day)


def _money(minor: int | Decimal, rule: Price) -> str:
    return money(minor, rule.currency)


def _box(sides: tuple[Decimal, Decimal, Decimal]) -> str:
    return " × ".join(grouped(round(side, 1)) for side in sides) + " mm"
