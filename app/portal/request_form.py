"""Requesting a quote: the product page's form becomes an order."""

import uuid
from typing import Any

import structlog
from flask import flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.services.letters import TooManyLetters, count_letter
from app.accounts.services.links import issue_link
from app.catalog.live_price import form_values
from app.catalog.models import Product
from app.core.actor import system
from app.core.db import db
from app.core.errors import BadInput, NotFound, Problem, Refused, WrongState
from app.core.translations import _
from app.customers.models import Contact
from app.files.models import Upload
from app.orders import services as orders
from app.orders.models import Order
from app.orders.request_form import (
    Form,
    RequestForm,
    parse_request,
    request_by,
    request_digest,
    request_key,
)
from app.portal import actor, blueprint, has_owner_key, owner_key, repeats
from app.portal.catalogue import find, page

log = structlog.get_logger(__name__)

BROWSER_LINK_DAYS = 30
#: In the place of the browser's secret where it has none yet.
NO_COOKIE = "no cookie"
#: In a form that was asked about: the same is meant once more.
MEANT = "once_more"


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
    # a browser that kept no cookie of ours yet is known by the form's key alone
    scope = owner_key() if has_owner_key() else NO_COOKIE
    owner = owner_key()
    digest = request_digest(slug, asked)
    try:
        first = _made_by(slug, asked, owner) or _made_by(slug, asked, NO_COOKIE)
        if first is not None and (repeats.is_at_once(first) or MEANT in values):
            flash(_("You've already sent this request, so nothing was sent again."), "info")
            return _let_in(first, digest)
        if MEANT not in values and (first := first or repeats.order_made_of(digest)) is not None:
            return _ask_again(found, first, values), 409
        if not _holds_link_of(asked.email):
            cause = orders.order_id_for(request_key(slug, asked), scope)
            count_letter(asked.email, ip=request.remote_addr or "", cause=cause)
        order = request_by(slug, asked, actor=actor(), owner_key=owner, key_scope=scope)
        return _let_in(order, digest)
    except IntegrityError:
        # two clicks at the same moment: the first created the order, this one opens it
        db.session.rollback()
        if (first := _made_by(slug, asked, scope)) is None:
            raise
        return _let_in(first, digest)
    except (BadInput, Refused, WrongState, NotFound, TooManyLetters) as fault:
        db.session.rollback()
        log.info("portal.request_refused", product=slug, fields=[fault.field], why=fault.sentence)
        status = fault.status if isinstance(fault, TooManyLetters) else 422
        return page(found, terms, Form(values, _placed(fault))), status


def _made_by(slug: str, asked: RequestForm, scope: str) -> Order | None:
    """Return the order that this very form made before, None where it made none yet."""
    return db.session.get(Order, orders.order_id_for(request_key(slug, asked), scope))


def _ask_again(product: Product, first: Order, values: dict[str, str]) -> str:
    """Return the page that asks whether what made `first` is meant once more: the form with a new key.

    A file that `first` has already is left out: it belongs to that order.
    """
    log.info("portal.request_repeated", order=first.ref)
    has_file = _has_the_file(first, values.get("upload_id", ""))
    left_out = {"csrf_token", "idempotency_key", *(["upload_id"] if has_file else [])}
    return render_template(
        "portal/repeat.html",
        product=product,
        first=first,
        may_see=repeats.is_from_here(first)
        or actor().may("order.view", stream_id=first.id, customer_id=first.customer_id),
        has_file=has_file,
        fields={name: text for name, text in values.items() if name not in left_out}
        | {"idempotency_key": str(uuid.uuid4()), MEANT: "1"},
    )


def _has_the_file(order: Order, upload_id: str) -> bool:
    try:
        upload = db.session.get(Upload, uuid.UUID(upload_id))
    except ValueError:
        return False
    return upload is not None and upload.stream_id == order.id


def _placed(fault: Problem) -> dict[str, str]:
    """Return the fault at the field it is about; what the file's verbs refuse is about the file."""
    is_file = isinstance(fault, (Refused, NotFound, WrongState)) or fault.field == "file"
    place = "upload_id" if is_file else fault.field or "form"
    return {place: str(fault)}


def _let_in(order: Order, digest: str) -> Any:
    """Commit, remember what was requested, and lead the browser to its order.

    Anybody can enter an address, also one that is a customer's. So a browser sees the order itself by the link
    in the e-mail; until then the page says the same of an address that is known and of one that is not
    (`orders.page`). A browser that holds a link of the contact gets one to this order at once.
    """
    repeats.remember(order, digest)
    if not _holds_link_of(order.contact.email):
        db.session.commit()
        return redirect(url_for("portal.order_status", ref=order.ref), 303)
    key = issue_link(order.id, order.contact.name, actor=system("portal"), days=BROWSER_LINK_DAYS)
    db.session.commit()
    return redirect(f"/t/{key}", 303)


def _holds_link_of(email: str) -> bool:
    """Whether this browser holds a link to an order of the contact with this address."""
    held = [link.order_id for link in g.get("links", [])]
    query = select(Order.id).join(Order.contact).where(Order.id.in_(held), Contact.email == email)
    return bool(held) and db.session.scalar(query.limit(1)) is not None
