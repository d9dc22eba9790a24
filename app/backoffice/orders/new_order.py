"""An order by telephone or at the counter: staff choose the product and say who it is for."""

from dataclasses import dataclass
from typing import Any

import structlog
from flask import abort, flash, redirect, request
from flask_admin import expose
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload

from app.backoffice import search_terms
from app.backoffice.orders import new_order_person as people
from app.catalog.labels import shelf_price
from app.catalog.live_price import LivePrice, form_values
from app.catalog.models import Product, ProductFamily
from app.catalog.properties import Properties
from app.catalog.services import effective_properties, price_rule
from app.core.backoffice.access import BackOfficeView
from app.core.db import db
from app.core.errors import BadInput, NotFound
from app.core.inputs import Faults
from app.core.translations import _, _l
from app.customers.models import Contact
from app.customers.services import find_contacts
from app.files.doors import owner_key_of
from app.orders import services as orders
from app.orders.models import Order
from app.orders.request_form import Form, parse_request, request_by, request_key
from app.pricelists.live import live_price_for

log = structlog.get_logger(__name__)

BY_PERSON = _l("Priced by hand")
SEES_PEOPLE = "customer.view"


class NewOrder(BackOfficeView):
    """Choose a product, then one form: who, what, where and when, with the price beside it."""

    name = _l("New order")
    endpoint = "new_order"
    permission_view = "order.create"

    @expose("/")
    def index(self) -> Any:
        """What is on offer; straight to the product where exactly one is meant."""
        found = shelf(request.args.get("q", ""))
        if request.headers.get("HX-Request"):
            return self.render("backoffice/orders/new_shelf.html", shelf=found)
        if found.only is not None:
            return redirect(self.get_url(".form", slug=found.only.slug))
        return self.render("backoffice/orders/new.html", shelf=found)

    @expose("/<slug>")
    def form(self, slug: str) -> Any:
        """The form for one product, as it is when nothing was said yet."""
        return self._page(*find(slug), Form())

    @expose("/<slug>", methods=("POST",))
    def take(self, slug: str) -> Any:
        """Make the order and lead to its page; with faults, show the form again as it was typed."""
        actor = self.need("order.create")
        product, terms = find(slug)
        values = self._values()
        found = Faults()
        with found.caught():
            # no file is taken here, whatever the form says
            asked = parse_request(terms, values | {"upload_id": ""}, may_be_later=True)
        with found.caught():
            self._refuse_taken(values)
        if found.found:
            log.info("backoffice.order_refused", product=slug, fields=sorted(found.found))
            return self._page(product, terms, Form(values, found.found)), 422
        order_id = orders.order_id_for(request_key(slug, asked), owner_key_of(actor))
        if (first := db.session.get(Order, order_id)) is not None:
            return self._was_created(first)
        try:
            order = request_by(slug, asked, actor=actor, owner_key=owner_key_of(actor))
            db.session.commit()
        except IntegrityError:
            # two clicks at the same moment: the first made the order, this one opens it
            db.session.rollback()
            if (first := db.session.get(Order, order_id)) is None:
                raise
            return self._was_created(first)
        except (BadInput, NotFound) as fault:
            db.session.rollback()
            placed = {fault.field or "form": str(fault)}
            return self._page(product, terms, Form(values, placed)), 422
        told = _(
            "%(ref)s is created. %(contact)s gets an e-mail with a link to it; next, send the quote.",
            ref=order.ref,
            contact=order.contact.name,
        )
        flash(told, "good")
        return redirect(self.get_url("order_page.page", ref=order.ref), 303)

    def _was_created(self, first: Order) -> Any:
        """Lead to the order that this very form made before: clicked twice, or sent again after “Back”."""
        flash(_("%(ref)s was already created from this form.", ref=first.ref), "info")
        return redirect(self.get_url("order_page.page", ref=first.ref), 303)

    @expose("/<slug>/price", methods=("POST",))
    def price(self, slug: str) -> Any:
        """The price alone, for the configuration in the form."""
        product, terms = find(slug)
        return self.render(
            "components/price.html",
            terms=terms,
            is_fragment=True,
            by_person=BY_PERSON,
            is_staff=True,
            **vars(self._live(product, terms, form_values(request.form))),
        )

    @expose("/people/offered", methods=("POST",))
    def offered(self) -> Any:
        """The people we know by what is in the field that is being typed in."""
        self.need(SEES_PEOPLE)
        field = request.headers.get("HX-Trigger-Name", "")
        field = field if field in people.FIELDS else "name"
        terms = search_terms.read(request.form.get(field, ""))
        found = []
        if len(terms.text) >= search_terms.SHORTEST:
            found = find_contacts(terms.text, limit=people.OFFERED + 1)
        return self.render(
            "backoffice/orders/new_offers.html",
            found=found[: people.OFFERED],
            has_more=len(found) > people.OFFERED,
            field=field,
            text=terms.text,
        )

    @expose("/people/picked", methods=("POST",))
    def picked(self) -> Any:
        """The parts of the form about the person, for whoever was picked; for nobody, empty ones."""
        self.need(SEES_PEOPLE)
        values = form_values(request.form)
        person = self._known(values, "picked")
        if person is None:
            values |= dict.fromkeys(people.FIELDS, "")
        values = people.with_address(people.with_person(values, person), person)
        return self.render(
            "backoffice/orders/new_picked.html", form=Form(values), **self._person(values)
        )

    def _values(self) -> dict[str, str]:
        """Return what the form holds; of somebody who was picked, what we know of them."""
        values = form_values(request.form)
        return people.with_person(values, self._known(values))

    def _refuse_taken(self, values: dict[str, str]) -> None:
        other = self._taken_by(values)
        if other is not None:
            names = {"name": other.name, "customer": other.customer.name}
            raise BadInput(
                _("This is the address of %(name)s, %(customer)s.", **names),
                next_step=_("Select them, or enter another address."),
                field="email",
            )

    def _known(self, values: dict[str, str], name: str = "contact_id") -> people.Known | None:
        return people.known(values, name) if self.may(SEES_PEOPLE) else None

    def _taken_by(self, values: dict[str, str]) -> Contact | None:
        if values.get("contact_id") or not self.may(SEES_PEOPLE):
            return None
        return people.taken_by(values)

    def _person(self, values: dict[str, str]) -> dict[str, Any]:
        """Return what the parts about the person show beside the form's values."""
        return {
            "person": self._known(values),
            "taken_by": self._taken_by(values),
            "sees_people": self.may(SEES_PEOPLE),
        }

    def _live(self, product: Product, terms: Properties, values: dict[str, str]) -> LivePrice:
        """Return what the price card says."""
        person = self._known(values)
        buyer = person.contact.customer_id if person else None
        return live_price_for(product, terms, values, customer_id=buyer)

    def _page(self, product: Product, terms: Properties, form: Form) -> Any:
        form.begin(terms)
        return self.render(
            "backoffice/orders/new_form.html",
            product=product,
            terms=terms,
            form=form,
            by_person=BY_PERSON,
            is_staff=True,
            **self._person(form.values),
            **vars(self._live(product, terms, form.values)),
        )


SHOWN = 200
MOST_WORDS = 6


@dataclass(frozen=True)
class Shelf:
    """Family → its products that fit `typed`, each with the least it costs (a word and an amount).

    `has_more` where not all of them are shown.
    """

    typed: str
    families: dict[str, list[tuple[Product, tuple[str, str]]]]
    has_more: bool

    @property
    def count(self) -> int:
        return sum(len(items) for items in self.families.values())

    @property
    def only(self) -> Product | None:
        """The one product that is meant: the only one found, or the one whose SKU was typed."""
        items = [product for found in self.families.values() for product, _ in found]
        exact = [item for item in items if item.sku.casefold() == self.typed.casefold()]
        if exact or len(items) == 1:
            return (exact or items)[0] if self.typed else None
        return None


def shelf(typed: str) -> Shelf:
    """Return the products on offer whose family, name or SKU has each word that was typed."""
    text = search_terms.read(typed).text
    query = (
        select(Product)
        .join(Product.family)
        .where(Product.active)
        .options(contains_eager(Product.family))
        .order_by(ProductFamily.name, Product.name, Product.id)
    )
    columns = (Product.name, Product.sku, ProductFamily.name)
    for word in text.split()[:MOST_WORDS]:
        query = query.where(or_(*(one.icontains(word, autoescape=True) for one in columns)))
    rows = list(db.session.scalars(query.limit(SHOWN + 1)))
    families: dict[str, list[tuple[Product, tuple[str, str]]]] = {}
    for row in rows[:SHOWN]:
        families.setdefault(row.family.name, []).append((row, shelf_price(price_rule(row))))
    return Shelf(text, families, len(rows) > SHOWN)


def find(slug: str) -> tuple[Product, Properties]:
    """Return the product on offer under `slug` with its effective properties; 404 otherwise."""
    query = select(Product).where(Product.slug == slug, Product.active)
    product = db.session.scalar(query.options(joinedload(Product.family)))
    if product is None:
        abort(404)
    return product, effective_properties(product).properties
