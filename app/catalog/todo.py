"""What waits at the catalogue: scheduled changes that could not be applied."""

from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.catalog.models import CatalogChange, Product, ProductFamily
from app.catalog.states import CHANGE, FAILED
from app.core.backoffice.todo import Rows, Todo, TodoItem, Urgency
from app.core.translations import _
from app.core.web.formats import day


def _failed() -> Rows:
    name = func.coalesce(Product.name, ProductFamily.name).label("name")
    columns = (CatalogChange.id, CatalogChange.effective_on, CatalogChange.reason)
    return (
        select(*columns, CatalogChange.updated_at, name)
        .outerjoin(Product, Product.id == CatalogChange.product_id)
        .outerjoin(ProductFamily, ProductFamily.id == CatalogChange.family_id)
        .order_by(CatalogChange.effective_on, CatalogChange.id)
    )


def _item(row: Any) -> TodoItem:
    title = _("Scheduled change of %(name)s was not applied", name=row.name)
    details = (day(row.effective_on), row.reason)
    url = url_for("catalog_changes.details_view", id=row.id)
    return TodoItem(title, details, row.updated_at, CHANGE.badge(FAILED), url)


TODOS = (
    Todo(
        "catalog_changes",
        "catalog.edit",
        _item,
        _failed,
        (CatalogChange.state == FAILED,),
        urgency=Urgency.FAILED,
        icon="calendar",
        page="catalog_changes",
        counted=CatalogChange,
    ),
)
