"""Requesting a quote: the product page's form becomes an order."""

from typing import Any

import structlog
from flask import flash, g, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.services.links import issue_link
from app.catalog.live_price import form_values
from app.core.actor import system
from app.core.db import db
from app.core.errors import BadInput, NotFound, Problem, Refused, WrongState
from app.core.translations import _
from app.orders import services as orders
from app.orders.models import Order
from app.orders.request_form import Form, parse_request, request_by
from app.portal import actor, blueprint, owner_key
from app.portal.catalogue import find, page

log = structlog.get_logger(__name__)

BROWSER_LINK_DAYS = 30


@blueprint.post("/p/<slug>/request")
def send(slug: str) -> Any:
    """Create the order and lead to it; with faults, show the page again."""
    found, terms = find(slug)
    values = form_values(request.form)
    try:
        asked = parse_request(terms, values)
    except BadInput as wrong:
        log.info("portal.request_refused", product=slug, fields=sorted(wrong.faults))
        return page(found, terms, Form(values, wrong.faults)), 422
    try:
        return _let_in(request_by(slug, asked, actor=actor(), owner_key=owner_key()))
    except IntegrityError:
        # two clicks at the same moment: the first created the order, this one opens it
        db.session.rollback()
        order_id = orders.order_id_for(asked.idempotency_key, owner_key())
        return _let_in(db.session.get_one(Order, order_id))
    except (BadInput, Refused, WrongState, NotFound) as fault:
        db.session.rollback()
        log.info("portal.request_refused", product=slug, fields=[fault.field], why=fault.sentence)
        return page(found, terms, Form(values, _placed(fault))), 422


def _placed(fault: Problem) -> dict[str, str]:
    """Return the fault at the field it is about; what the file's verbs refuse is about the file."""
    is_file = isinstance(fault, (Refused, NotFound, WrongState)) or fault.field == "file"
    place = "upload_id" if is_file else fault.field or "form"
    return {place: str(fault)}


def _let_in(order: Order) -> Any:
    """Commit, and lead the browser to its order by a link of its own, beside the one in the e-mail.

    Not where the address is a contact's already: anybody can enter it, and would see that person's
    name and order. They get the link by e-mail alone.
    """
    if not _is_their_own(order):
        db.session.commit()
        flash(
            _("We've received your request and sent a link to it to your e-mail address."), "good"
        )
        return redirect(url_for("links.sent"), 303)
    key = issue_link(order.id, order.contact.name, actor=system("portal"), days=BROWSER_LINK_DAYS)
    db.session.commit()
    return redirect(f"/t/{key}", 303)


def _is_their_own(order: Order) -> bool:
    """Whether the contact was made by this request, or this browser holds a link of the contact."""
    if order.contact.created_at == order.created_at:  # of one transaction
        return True
    held = [link.order_id for link in g.get("links", [])]
    query = select(Order.id).where(Order.id.in_(held), Order.contact_id == order.contact_id)
    return bool(held) and db.session.scalars(query.limit(1)).first() is not None
