"""One real thing of each kind that has verbs, and the addresses that name it."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest

from app.accounts.verbs import create_staff, issue_api_token
from app.artwork.services.slots import open_slot
from app.catalog import verbs as catalog
from app.catalog.models import Product
from app.catalog.properties import Artwork
from app.core.actor import system
from app.core.clock import today
from app.core.db import db
from app.core.outbound.intent import intend
from app.customers import verbs as customer_verbs
from app.fulfilment.services import create_shipment
from app.orders.models import Order
from app.pricelists import promotion_verbs
from app.pricelists import verbs as list_verbs
from app.production.models import WorkCentre
from app.rates import verbs as rate_verbs
from app.stock import services as stock
from app.stock import verbs as stock_verbs
from app.tax import verbs as tax_verbs
from tests.backoffice import busy_shop


def filled(rule: Any, given: dict[str, Any]) -> str:
    """The rule's address with what `given` names, a value of the right form for the rest."""

    def fill(found: re.Match[str]) -> str:
        kind, name = found.group(1) or "", found.group(2)
        return str(given.get(name, uuid.uuid4() if "uuid" in kind else 1 if kind else "x"))

    return re.sub(r"<(?:(\w+):)?(\w+)>", fill, str(rule))


@pytest.fixture
def things(ready_job: Any) -> dict[str, dict[str, Any]]:
    """For each page with verbs, one real thing that its address names."""
    job = ready_job(10)
    step = job.operations[0]
    check = next(one for one in job.operations if one.is_quality_check)
    order = db.session.get_one(Order, job.order_id)
    shipment = create_shipment(
        order.id, good_by_line={job.line_id: 10}, actor=system("cli"), method="carrier"
    )
    message = busy_shop.message(order, "failed")
    shelf = stock.create_location("glue", "Glue shelf", "internal", actor=system("cli"))
    item = stock_verbs.create_item(None, "GLUE", "Glue", "g", home=shelf, actor=system("cli"))
    movement = stock_verbs.receive(item.id, 5, actor=system("cli"))
    goods = tax_verbs.create_class(None, "standard", "Standard", actor=system("cli"))
    rate = tax_verbs.create_rate(None, goods, "GB", "20", actor=system("cli"))
    gold = rate_verbs.create_rate(None, "gold", "Gold", "GBP", "60", "LBMA", actor=system("cli"))
    group = customer_verbs.create_group(None, "trade", "Trade", actor=system("cli"))
    prices = list_verbs.create_price_list(
        None, "Trade", "group", "GBP", group=group, percent="-5", actor=system("cli")
    )
    code = promotion_verbs.create_promotion(
        None, "AUTUMN10", "Autumn sale", "GBP", percent="10", actor=system("cli")
    )
    slot = open_slot(order.id, "Front", Artwork(label="Front"), actor=system("cli"))
    centre = db.session.get_one(WorkCentre, step.work_centre_id)
    product = db.session.get_one(Product, order.lines[0].product_id)
    change = catalog.schedule_product_change(
        product.id,
        properties={"wording": {"piece": "sheet"}},
        effective_on=today() + timedelta(days=9),
        actor=system("cli"),
    )
    intent, _ = intend("accounting", "journal", order, {}, key="k", stream_id=order.id)
    key, _ = issue_api_token(None, "Web shop", ["order.view"], actor=system("cli"))
    colleague = create_staff(None, "bo@example.com", "Bo", ["sales"], actor=system("cli"))
    db.session.commit()
    return {
        "order_page.act": {"ref": order.ref},
        "artwork.act": {"ref": slot.id},
        "messages.act": {"row_id": message.id},
        "dead_letters.act": {"row_id": busy_shop.dead_letter(order).id},
        "intents.act": {"row_id": intent.id},
        "connections.act": {"ref": "channel.email"},
        "shop_settings.act": {"ref": "region"},
        "staff.act": {"row_id": colleague.id},
        "api_keys.act": {"row_id": key.id},
        "stock_items.act": {"row_id": movement.item_id},
        "movements.act": {"row_id": movement.id},
        "families.act": {"row_id": product.family_id},
        "products.act": {"row_id": product.id},
        "catalog_changes.act": {"row_id": change.id},
        "customers.act": {"row_id": order.customer_id},
        "tax_rates.act": {"row_id": rate.id},
        "rates.act": {"row_id": gold.id},
        "customer_groups.act": {"row_id": group.id},
        "price_lists.act": {"row_id": prices.id},
        "promotions.act": {"row_id": code.id},
        "job_page.act": {"ref": job.number},
        "job_page.act_on_step": {"ref": job.number, "operation_id": step.id},
        "shipment_page.act": {"ref": shipment.ref},
        "station.act": {"key": centre.key, "operation_id": step.id},
        "check": {
            "key": db.session.get_one(WorkCentre, check.work_centre_id).key,
            "operation_id": check.id,
        },
    }
