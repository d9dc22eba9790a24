"""Changes that take effect on a day: scheduling and cancelling them, and applying them once when they are due."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.catalog.inheritance import RawProperties, inherit
from app.catalog.models import CatalogChange, Product, ProductFamily
from app.catalog.path_changes import apply_changes, changes_between
from app.catalog.services.families import change_family, preview_family, refuse_variant_skus
from app.catalog.services.locks import lock_tree
from app.catalog.services.preview import require_confirmed
from app.catalog.services.products import change_product, layers_in
from app.catalog.services.saving import clean_properties
from app.catalog.states import CHANGE, EDITED_FREELY
from app.core.actor import Actor
from app.core.clock import shop_day
from app.core.db import db, locked
from app.core.errors import BadInput, Problem
from app.core.events import record
from app.core.translations import _


def schedule_family_change(
    family: ProductFamily,
    actor: Actor,
    properties: RawProperties,
    effective_on: date,
    note: str = "",
    confirm: str = "",
) -> CatalogChange:
    """Note that the family's own properties become these on `effective_on`, at the start of the shop's day.

    What differs from now is noted, so that other changes until then stay. Checked and confirmed as a
    change of today would be. Raises BadInput (also for a day that is not after today), Unconfirmed.
    """
    clean = clean_properties(properties)
    refuse_variant_skus(clean)
    _refuse_day(effective_on)
    require_confirmed(preview_family(family, clean, family.parent), confirm)
    return _schedule(family, actor, clean, effective_on, note)


def schedule_product_change(
    product: Product, actor: Actor, properties: RawProperties, effective_on: date, note: str = ""
) -> CatalogChange:
    """Note that the product's own properties become these on `effective_on`, as `schedule_family_change`."""
    clean = clean_properties(properties)
    _refuse_day(effective_on)
    if product.state not in EDITED_FREELY:
        inherit(layers_in(product, product.family, clean))
    return _schedule(product, actor, clean, effective_on, note)


def _refuse_day(effective_on: date) -> None:
    if effective_on <= shop_day():
        sentence = _("Choose a day after today, or save the change at once.")
        raise BadInput(sentence, field="effective_on")


def _schedule(
    row: Product | ProductFamily, actor: Actor, clean: Any, effective_on: date, note: str
) -> CatalogChange:
    changes = changes_between(row.properties, clean)
    if not changes:
        raise BadInput(_("This changes nothing. Change a value first."), field="properties")
    key = {"product": row} if isinstance(row, Product) else {"family": row}
    change = CatalogChange(effective_on=effective_on, note=note, changes=changes, **key)
    db.session.add(change)
    db.session.flush()
    _record("catalog.change_scheduled", change, actor)
    return change


def cancel_change(change: CatalogChange, actor: Actor) -> CatalogChange:
    """Call a scheduled change off, also one that could not be applied. Runs as a verb."""
    CHANGE.fire(change, "cancel_change")
    _record("catalog.change_cancelled", change, actor)
    return change


def lock_change(change_id: uuid.UUID) -> CatalogChange:
    """Return the scheduled change under FOR UPDATE, the tree taken before it. Raises NotFound."""
    lock_tree()
    return locked(CatalogChange, change_id)


def apply_change(change: CatalogChange, actor: Actor) -> CatalogChange:
    """Make the change that was scheduled, whole or not at all. Where it no longer fits, nothing is changed:
    its state is then “Not applied” and `reason` says why. Runs as a verb."""
    try:
        with db.session.begin_nested():
            _apply(change, actor)
    except Problem as problem:
        change.reason = str(problem)
        if CHANGE.can(change.state, "fail_change"):
            CHANGE.fire(change, "fail_change")
        _record("catalog.change_failed", change, actor, reason=change.reason[:500])
        return change
    CHANGE.fire(change, "apply_change")
    change.reason = ""
    _record("catalog.change_applied", change, actor)
    return change


def _apply(change: CatalogChange, actor: Actor) -> None:
    row = change.subject
    own = apply_changes(row.properties, change.changes)
    if isinstance(row, Product):
        change_product(row, actor, properties=own)
    else:
        # what comes of it was confirmed when it was scheduled
        token = preview_family(row, clean_properties(own), row.parent).token
        change_family(row, actor, properties=own, confirm=token)


def due_changes() -> list[uuid.UUID]:
    """Return the ids of the scheduled changes whose day has come in the shop's zone, oldest first."""
    query = select(CatalogChange.id).where(
        CatalogChange.state == CHANGE.initial,
        CatalogChange.effective_on <= shop_day(),
    )
    return list(db.session.scalars(query.order_by(CatalogChange.effective_on, CatalogChange.id)))


def planned_changes(row: Product | ProductFamily) -> list[CatalogChange]:
    """Return the scheduled changes of the row and the families above it, and those not applied; the next
    one first."""
    path = row.family.path if isinstance(row, Product) else row.path
    families = CatalogChange.family_id.in_([family.id for family in path])
    own = CatalogChange.product_id == row.id  # of a family: none
    waiting = [state for state in CHANGE.states if CHANGE.can(state, "cancel_change")]
    query = select(CatalogChange).where(or_(families, own), CatalogChange.state.in_(waiting))
    return list(db.session.scalars(query.order_by(CatalogChange.effective_on, CatalogChange.id)))


def _record(name: str, change: CatalogChange, actor: Actor, **more: Any) -> None:
    data = {"change_id": change.id, "effective_on": change.effective_on, **more}
    record(name, change.subject, actor, data=data)
