"""The buttons of the grid of variants: its rows are generated, and what is alike is filled in at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.catalog.editor.draft import IS_THERE, Draft, new_name, node_of, rows_of, text_of
from app.catalog.editor.reading import read_layer
from app.catalog.editor.specs import Spec, specs
from app.catalog.inheritance import Layer, Owner, inherit_draft
from app.catalog.properties import Variant, Variants
from app.catalog.variant_grid import generate

#: What a row that leaves it empty gets from the row above, when the grid is filled down.
FILLED_DOWN = ("price_difference_minor", "stock_sku", "weight_g")


def generate_rows(draft: Draft, above: Mapping[str, Any], dropped: set[str], currency: str) -> None:
    """Put a row into the draft for each combination of the variant options, in the grid's order.

    Rows that are there keep what was typed; an empty SKU is filled in by the pattern. Those whose combination
    is no more follow, not offered. Raises BadInput, with the field, where the grid can't be made.
    """
    layer = read_layer(draft, above, dropped, currency).layer
    family, own = Layer(Owner("family"), above), Layer(Owner("product"), layer)
    terms = inherit_draft([family, own]).properties
    typed: dict[str, Any] = {**(above.get("variants") or {}), **(layer.get("variants") or {})}
    options = [str(key) for key in typed.get("options") or []]
    wanted = Variants.model_construct(
        options=options, sku_pattern=str(typed.get("sku_pattern") or ""), rows=[]
    )
    made = generate(terms, wanted).rows
    spec, facet = specs(Variants)["rows"], draft.setdefault("variants", {})
    held = rows_of(facet.get("rows")) or node_of(spec, typed.get("rows") or [], currency)
    had = {tuple(sorted(_choices(row).items())): row for row in held.values()}
    taken = {text_of(row.get("sku")).strip() for row in had.values()}
    rows: Draft = {IS_THERE: ["1"]}
    for variant in made:
        row = had.pop(tuple(sorted(variant.choices.items())), None)
        sku = "" if variant.sku in taken else variant.sku
        if row is None:
            row = _node(spec, variant.model_copy(update={"sku": sku}), currency)
        elif not text_of(row.get("sku")).strip():
            row["sku"] = [sku]
        taken.add(text_of(row.get("sku")))
        rows[new_name(rows)] = row
    for row in had.values():
        row["offered"] = node_of(specs(Variant)["offered"], False, currency) or ["_set"]
        rows[new_name(rows)] = row
    facet["rows"] = rows


def _choices(row: Draft) -> dict[str, str]:
    held = row.get("choices")
    pairs = held.items() if isinstance(held, dict) else ()
    return {key: text_of(one) for key, one in pairs if key != IS_THERE}


def _node(spec: Spec, variant: Variant, currency: str) -> Draft:
    data = variant.model_dump(mode="json", exclude_defaults=True)
    rows: Draft = node_of(spec, [data], currency)
    return {IS_THERE: ["1"], **rows["r0"]}


def fill_down(draft: Draft) -> None:
    """Give each row of the grid that leaves its price difference, stock item or weight empty that of the row
    above it."""
    facet = draft.get("variants")
    last: dict[str, list[str]] = {}
    for row in rows_of(facet.get("rows") if isinstance(facet, dict) else None).values():
        for name in FILLED_DOWN:
            if text_of(row.get(name)).strip():
                last[name] = row[name]
            elif name in last:
                row[name] = list(last[name])
