"""What a line uses up and weighs: amounts for the reservation, the job and the parcel."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from app.catalog.facts import Facts
from app.catalog.properties import Choice, Material, Option, Properties, Variant
from app.catalog.properties.variants import weight_of
from app.catalog.variant_grid import pieces_of

THOUSANDTH = Decimal("0.001")
#: Where no material says how much of a variant's stock item a piece uses, it is one.
ONE_EACH = Material(key="variant", from_variant=True, per_piece=Decimal(1))
Chosen = Sequence[tuple[Option, Choice]]


def weight_g(chosen: Chosen, facts: Facts) -> Decimal | None:
    """Return the weight of one piece in grams: volume × density of the chosen material.

    None where the volume is not known or nothing chosen has a density.
    """
    density = next((c.density_g_per_cm3 for _, c in chosen if c.density_g_per_cm3), None)
    if density is None or facts.volume_cm3 is None:
        return None
    return facts.volume_cm3 * density


def material_demand(
    product: Properties,
    options: Mapping[str, str],
    quantity: int,
    facts: Facts | None = None,
    breakdown: Mapping[str, int] | None = None,
) -> dict[str, Decimal]:
    """Return SKU → amount in the stock item's unit that `quantity` pieces need, spoilage included.

    `breakdown` says how many of them are of each variant. Rounded up to thousandths, or to whole units where
    the material says so. What depends on a measure that is not known counts as the material's `unmeasured`
    amount a piece.
    """
    facts = facts or Facts()
    lots = _lots(product, options, quantity, breakdown or {})
    materials = list(product.materials)
    if not any(material.from_variant for material in materials):
        materials.append(ONE_EACH)
    demand: dict[str, Decimal] = {}
    for material in materials:
        needed: dict[str, Decimal] = {}
        for variant, chosen, pieces in lots:
            if sku := _sku(material, variant, chosen):
                amount = _per_piece(material, chosen, facts) * pieces
                needed[sku] = needed.get(sku, Decimal(0)) + amount
        for sku, amount in needed.items():
            amount *= 1 + material.spoilage_percent / 100
            amount = amount.quantize(Decimal(1) if material.whole else THOUSANDTH, ROUND_CEILING)
            if amount:
                demand[sku] = demand.get(sku, Decimal(0)) + amount
    return demand


def _lots(
    product: Properties, options: Mapping[str, str], quantity: int, breakdown: Mapping[str, int]
) -> list[tuple[Variant | None, Chosen, int]]:
    """Return the pieces that are alike, with their variant (None without) and choices."""
    found = pieces_of(product, options, breakdown, quantity)
    if not found:
        return [(None, product.chosen(options), quantity)]
    return [(one.variant, product.chosen(one.options), one.pieces) for one in found]


def _sku(material: Material, variant: Variant | None, chosen: Chosen) -> str:
    if material.from_variant:
        return variant.stock_sku if variant else ""
    from_option = (c.material_sku for o, c in chosen if o.key == material.from_option)
    return material.sku or next(from_option, "")


def parcel_weight_g(
    product: Properties,
    options: Mapping[str, str],
    quantity: int,
    facts: Facts | None = None,
    breakdown: Mapping[str, int] | None = None,
) -> int:
    """Return the weight of `quantity` packed pieces in whole grams, at least 1.

    By the file's volume and the material's density where both are known, else by the variant or the product.
    """
    total = product.ship.weight_g_packaging
    for variant, chosen, pieces in _lots(product, options, quantity, breakdown or {}):
        piece = weight_g(chosen, facts or Facts())
        if piece is None:
            piece = weight_of(variant, product.ship.weight_g_per_piece)
        total += piece * pieces
    return max(1, int(total.quantize(Decimal(1), ROUND_HALF_UP)))


def _per_piece(material: Material, chosen: Chosen, facts: Facts) -> Decimal:
    if facts.volume_cm3 is None:
        return material.per_piece + material.unmeasured
    amount = material.per_piece + material.per_cm3 * facts.volume_cm3
    return amount + material.per_gram * (weight_g(chosen, facts) or 0)
