"""What a line uses up and weighs: amounts for the reservation, the job and the parcel."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from app.catalog.facts import Facts
from app.catalog.properties import Choice, Material, Option, Properties

THOUSANDTH = Decimal("0.001")
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
    product: Properties, options: Mapping[str, str], quantity: int, facts: Facts | None = None
) -> dict[str, Decimal]:
    """Return SKU → amount in the stock item's unit that `quantity` pieces need, spoilage included.

    Rounded up to thousandths, or to whole units where the material says so. What depends on a
    measure that is not known counts as the material's `unmeasured` amount a piece.
    """
    facts, chosen = facts or Facts(), product.chosen(options)
    demand: dict[str, Decimal] = {}
    for material in product.materials:
        from_option = (c.material_sku for o, c in chosen if o.key == material.from_option)
        sku = material.sku or next(from_option, "")
        amount = _per_piece(material, chosen, facts) * quantity
        amount *= 1 + material.spoilage_percent / 100
        amount = amount.quantize(Decimal(1) if material.whole else THOUSANDTH, ROUND_CEILING)
        if sku and amount:
            demand[sku] = demand.get(sku, Decimal(0)) + amount
    return demand


def parcel_weight_g(
    product: Properties, options: Mapping[str, str], quantity: int, facts: Facts | None = None
) -> int:
    """Return the weight of `quantity` packed pieces in whole grams, at least 1.

    By the file's volume and the material's density where both are known, else by the product.
    """
    piece = weight_g(product.chosen(options), facts or Facts())
    if piece is None:
        piece = product.ship.weight_g_per_piece
    total = piece * quantity + product.ship.weight_g_packaging
    return max(1, int(total.quantize(Decimal(1), ROUND_HALF_UP)))


def _per_piece(material: Material, chosen: Chosen, facts: Facts) -> Decimal:
    if facts.volume_cm3 is None:
        return material.per_piece + material.unmeasured
    amount = material.per_piece + material.per_cm3 * facts.volume_cm3
    return amount + material.per_gram * (weight_g(chosen, facts) or 0)
