"""Locks of the catalogue: whoever changes a family is alone at the tree, products are changed beside each other."""

import uuid

from sqlalchemy import text

from app.catalog.models import Product, ProductFamily
from app.core.db import db, locked

# The trigger that refuses cycles uses the same name.
ALONE = text("SELECT pg_advisory_xact_lock(hashtext('catalogue tree'))")
BESIDE_OTHERS = text("SELECT pg_advisory_xact_lock_shared(hashtext('catalogue tree'))")


def lock_tree() -> None:
    """Take the tree for this transaction: nobody else changes a family or a product meanwhile. Families
    are read anew from here on."""
    db.session.execute(ALONE)
    _read_anew()


def share_tree() -> None:
    """Keep families as they are until this transaction ends; others may share it. Families are read anew
    from here on."""
    db.session.execute(BESIDE_OTHERS)
    _read_anew()


def _read_anew() -> None:
    db.session.flush()
    for row in list(db.session.identity_map.values()):
        if isinstance(row, ProductFamily):
            db.session.expire(row)


def lock_family(family_id: uuid.UUID) -> ProductFamily:
    """Return the family under FOR UPDATE, the tree taken before it. Raises NotFound."""
    lock_tree()
    return locked(ProductFamily, family_id)


def lock_product(product_id: uuid.UUID) -> Product:
    """Return the product under FOR UPDATE, the tree shared before it. Raises NotFound."""
    share_tree()
    return locked(Product, product_id)
