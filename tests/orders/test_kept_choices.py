"""A choice that is taken away stays in the orders that have it; whoever takes it away is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.catalog import verbs as catalog
from app.catalog.services import find_product
from app.catalog.services.preview import Unconfirmed
from app.core.actor import system
from app.orders.kept_choices import open_orders_with
from app.orders.models import Order
from tests.preset_shop import load_presets

CARD = "invitation-card-a6"


def without(options: Any, key: str, choice: str) -> list[dict[str, Any]]:
    return [
        option | {"choices": [one for one in option["choices"] if one["key"] != choice]}
        if option["key"] == key
        else option
        for option in options
    ]


def test_whoever_takes_a_choice_away_is_told_which_orders_keep_it(
    ask: Callable[..., Order], quoted: Order
) -> None:
    ask()
    load_presets(["print"])
    family = find_product(CARD).family
    assert quoted.lines[0].configuration.options["paper"] == "cotton"
    options = without(family.properties["options"], "paper", "cotton")
    properties = dict(family.properties) | {"options": options}
    with pytest.raises(Unconfirmed) as asked:
        catalog.change_family(family.id, properties=properties, actor=system("cli"))
    assert asked.value.preview.notes == [
        "Open quotes that keep what you take away: 1.",
        "Requests without a quote that keep what you take away: 1.",
    ]
    token = asked.value.preview.token
    catalog.change_family(family.id, properties=properties, confirm=token, actor=system("cli"))
    kept = quoted.lines[0].specification.option("paper")
    assert kept is not None and kept.choice("cotton") is not None


@pytest.mark.parametrize(
    ("removed", "counted"),
    [(("paper", ""), (1, 0)), (("paper", "smooth"), (0, 0)), (("glitter", ""), (0, 0))],
)
def test_orders_that_chose_something_else_are_not_counted(
    quoted: Order, removed: tuple[str, str], counted: tuple[int, int]
) -> None:
    product_ids = [quoted.lines[0].product_id]
    assert open_orders_with(product_ids, frozenset({removed})) == counted
