"""Six orders want the last two uses of a code at the same moment, on real connections."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select

from app.core.actor import system
from app.core.db import db
from app.orders.models import Order
from app.pricelists import promotion_verbs as verbs
from app.pricelists.promotion_models import PromotionUse
from app.pricelists.services.promotions import use_promotion
from tests.order_rows import placed_order
from tests.stock.test_race import at_once


def test_of_six_orders_at_once_the_limit_lets_two_in(committed: Any) -> None:
    with committed.app.app_context():
        verbs.create_promotion(
            None, "last2", "Last two", "GBP", percent="10", total_limit=2, actor=system()
        )
        orders = [placed_order(state="requested") for _ in range(6)]
        wanted: list[tuple[uuid.UUID, uuid.UUID]] = [(one.id, one.customer_id) for one in orders]
        db.session.commit()

    def use(number: int) -> None:
        order_id, customer_id = wanted[number]
        db.session.get_one(Order, order_id, with_for_update=True)
        use_promotion(
            "LAST2", order_id=order_id, customer_id=customer_id, currency="GBP", names=(),
            is_first_order=True, actor=system(),
        )  # fmt: skip

    assert at_once(committed, use) == ["BadInput"] * 4 + ["done"] * 2
    with committed.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(PromotionUse)) == 2
