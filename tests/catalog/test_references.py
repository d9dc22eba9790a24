"""Nothing is saved that names a record which does not exist, whatever saves it."""

from __future__ import annotations

from typing import Any

import pytest

from app.catalog import references, verbs
from app.catalog.presets import WorkCentre
from app.core.actor import system
from app.core.errors import BadInput
from app.production import services as production
from tests.catalog.conftest import EDITOR, PRINTED

OPTION = {
    "key": "ink",
    "label": "Ink",
    "choices": [{"key": "a", "label": "A"}, {"key": "b", "label": "B", "material_sku": "NO-SUCH"}],
}
MATERIAL = {"key": "paper", "sku": "NO-SUCH", "per_piece": 1}
STEP = {"key": "glue", "name": "Glue", "work_centre": "nowhere"}


@pytest.mark.parametrize(
    ("properties", "field", "says"),
    [
        ({"options": [OPTION]}, "properties.options.0.choices.1.material_sku", "stock item “NO"),
        ({"materials": [MATERIAL]}, "properties.materials.0.sku", "stock item “NO-SUCH”"),
        ({"route": [STEP]}, "properties.route.0.work_centre", "work centre “nowhere”"),
    ],
)
def test_an_unknown_reference_is_refused_at_its_field(
    make_family: Any, make_product: Any, properties: Any, field: str, says: str
) -> None:
    family = make_family("Print", **PRINTED)
    product = make_product("CARD", family)
    draft = make_product("DRAFT", family, is_draft=True)
    attempts = (
        lambda: make_family("Other", **properties),
        lambda: make_product("OTHER", family, is_draft=True, **properties),
        lambda: verbs.change_family(family.id, properties=PRINTED | properties, actor=EDITOR),
        lambda: verbs.change_product(product.id, properties=properties, actor=EDITOR),
        lambda: verbs.change_product(draft.id, properties=properties, actor=EDITOR),
    )
    for attempt in attempts:
        with pytest.raises(BadInput) as caught:
            attempt()
        assert says in caught.value.faults[field]


def test_every_fault_is_named_at_once(make_family: Any) -> None:
    with pytest.raises(BadInput) as caught:
        make_family("Print", options=[OPTION], materials=[MATERIAL], route=[STEP])
    assert len(caught.value.faults) == 3


def test_a_preset_brings_its_stock_and_work_centres_along(session: Any) -> None:
    assert verbs.load_preset(None, "jewellery", actor=system())


def test_what_is_typed_finds_work_centres(session: Any) -> None:
    production.load_preset([WorkCentre(key="press", name="Digital press")])
    assert references.KINDS["work_centre"].search("digi pre") == [("press", "Digital press")]
    assert references.KINDS["stock_item"].exists({"NO-SUCH"}) == set()


def test_families_are_found_with_their_path(make_family: Any) -> None:
    make_family("Cards", make_family("Print"))
    assert ("cards", "Print › Cards") in references.KINDS["family"].search("card")
