"""What lines agreed on is kept once and read without a query for each line."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from app.catalog import revisions
from app.catalog.models import ProductRevision
from app.core.db import db
from app.orders.models import OrderLine
from tests.order_rows import placed_order


@pytest.fixture
def statements(session: Any) -> Any:
    """The statements that the session sends from now on."""
    sent: list[str] = []
    connection = session.connection()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    sa.event.listen(connection, "before_cursor_execute", note)
    yield sent
    sa.event.remove(connection, "before_cursor_execute", note)


def test_lines_that_agree_on_the_same_share_one_revision(session: Any) -> None:
    order = placed_order((10, 20, 30))
    assert len({line.product_revision_id for line in order.lines}) == 1
    query = sa.select(sa.func.count()).select_from(ProductRevision)
    assert session.scalar(query.filter_by(product_id=order.lines[0].product_id)) == 1


@pytest.mark.parametrize("orders", [1, 4])
def test_the_specifications_of_many_lines_take_one_query(
    session: Any, statements: list[str], monkeypatch: pytest.MonkeyPatch, orders: int
) -> None:
    made = [placed_order((10, 20)) for _ in range(orders)]
    session.expunge_all()
    monkeypatch.setattr(revisions, "_kept", {})
    ids = [order.id for order in made]
    lines = session.scalars(sa.select(OrderLine).where(OrderLine.order_id.in_(ids))).all()
    statements.clear()
    assert {line.specification.wording.pieces for line in lines} == {"cards"}
    assert len(statements) == 1
    assert lines[0].specification is lines[1].specification
    assert len(statements) == 1  # a revision never changes: it is read once


def test_the_application_may_not_change_a_revision(session: Any) -> None:
    revision_id = placed_order().lines[0].product_revision_id
    with pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(
            sa.update(ProductRevision)
            .where(ProductRevision.id == revision_id)
            .values(content={"options": []})
        )
