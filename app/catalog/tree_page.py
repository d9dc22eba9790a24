"""The tree of families, with how many products each has."""

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_admin import expose
from sqlalchemy import func, select

from app.catalog.models import Product, ProductFamily
from app.catalog.states import ENDED
from app.core.backoffice.access import BackOfficeView
from app.core.db import db
from app.core.translations import _l


class Branch(NamedTuple):
    """One family of the tree: how deep it is, how many products are directly in it, and how many with those
    of the families below it. Archived ones don't count."""

    id: uuid.UUID
    name: str
    depth: int
    products: int
    all_products: int


class FamilyTree(BackOfficeView):
    """All families as a tree."""

    name = _l("Family tree")
    endpoint = "family_tree"
    permission_view = "catalog.view"
    area = _l("Settings")
    menu_icon = "layers"
    menu_order = 51

    @expose("/")
    def index(self) -> Any:
        """The tree, each family indented below its own."""
        return self.render(
            "catalog/tree.html", branches=branches(), can_edit=self.may("catalog.edit")
        )


def branches() -> list[Branch]:
    """Return the families from the top down, each followed by those below it, by name. Two queries."""
    counted = select(Product.family_id, func.count()).where(Product.state != ENDED)
    counts = {row[0]: row[1] for row in db.session.execute(counted.group_by(Product.family_id))}
    columns = (ProductFamily.id, ProductFamily.name, ProductFamily.parent_id)
    below: dict[uuid.UUID | None, list[Any]] = {}
    for row in db.session.execute(select(*columns).order_by(ProductFamily.name, ProductFamily.id)):
        below.setdefault(row.parent_id, []).append(row)

    def total(family_id: uuid.UUID) -> int:
        inner = sum(total(one.id) for one in below.get(family_id, ()))
        return counts.get(family_id, 0) + inner

    def walk(parent: uuid.UUID | None, depth: int) -> Iterator[Branch]:
        for row in below.get(parent, ()):
            yield Branch(row.id, row.name, depth, counts.get(row.id, 0), total(row.id))
            yield from walk(row.id, depth + 1)

    return list(walk(None, 0))
