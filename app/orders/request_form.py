"""The form that requests an order, whoever fills it in: its values, and all that is wrong at once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from app.catalog.configuration import Configuration, validate_configuration
from app.catalog.live_price import default_values, fields_of, rush_of
from app.catalog.properties import Properties
from app.core.actor import Actor
from app.core.canonical import plain, sha256_of
from app.core.errors import BadInput, Problem
from app.core.inputs import Faults, FormField, Text, bad_input, checked_by, form_fields
from app.core.postal_address import PostalAddress
from app.core.text_input import clean_email, clean_line, clean_phone
from app.core.translations import _, _l
from app.orders.delivery import delivery_values, read_delivery
from app.orders.details import RequestDetails
from app.orders.models import Order
from app.orders.services.request import RequestedLine, Requester
from app.orders.verbs import request_order
from app.tax.settings import home_country
from app.tax.vat_number import clean_vat_number

CHANGED = _l("This form was changed in transit. Reload the page.")


@dataclass
class Form:
    """What the page shows in its inputs, and the fault beside each."""

    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def value(self, name: str, default: Any = "") -> str:
        return self.values.get(name, str(default))

    @property
    def details(self) -> list[FormField]:
        """The fields of what is written about the whole order."""
        return form_fields(RequestDetails)

    def fault(self, name: str) -> str:
        return self.faults.get(name, "")

    def begin(self, terms: Properties) -> None:
        """Fill in what nobody chose yet, and the key that makes two clicks one order."""
        has_quantities = any(name.startswith("quantities.") for name in self.values)
        self.values = {
            name: value
            for name, value in default_values(terms).items()
            if not (has_quantities and name.startswith("quantities."))
        } | self.values
        self.values.setdefault("idempotency_key", str(uuid.uuid4()))


def delivery_form(order: Order, typed: Mapping[str, str], problem: Problem | None) -> Form:
    """Return the fields of the order's delivery: as it is, or as they were `typed` with what is wrong."""
    if problem is None:
        return Form(delivery_values(order))
    faults = dict(getattr(problem, "faults", None) or {problem.field or "form": str(problem)})
    return Form({name: typed[name] for name in typed}, faults)


def _key(value: Any) -> Any:
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        raise ValueError(CHANGED) from None


Key = Annotated[uuid.UUID, BeforeValidator(_key)]


class RequestForm(RequestDetails):
    """A request as it was filled in, checked. `idempotency_key` makes two clicks one order."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=True)

    idempotency_key: Key = Field(default="")  # type: ignore[assignment]
    upload_id: Key | None = None
    configuration: Configuration = Configuration()
    quantity: int = 0
    rush: str = ""
    promotion_code: Annotated[str, Text(most=40)] = ""
    name: Annotated[str, checked_by(lambda text: clean_line(text, "name", "name"))] = ""
    email: Annotated[str, checked_by(clean_email)] = ""
    phone: Annotated[str, checked_by(clean_phone)] = ""
    vat_number: Annotated[str, checked_by(lambda text: clean_vat_number(text, home_country()))] = ""
    company: Annotated[
        str, checked_by(lambda text: clean_line(text, "company", "company", needed=False))
    ] = ""
    ship_to: PostalAddress = PostalAddress()
    is_pickup: bool = False


def parse_request(
    terms: Properties, values: Mapping[str, str], *, may_be_later: bool = False
) -> RequestForm:
    """Return the request for a product with the properties `terms` that `values` hold.

    `may_be_later`: where it goes may be left open by saying so. Raises BadInput with everything that is
    wrong, by the name of its field on the page.
    """
    faults = Faults()
    fields: dict[str, Any] = {
        name: values[name] for name in RequestForm.model_fields if values.get(name)
    }
    for name in ("quantity", "ship_to", "is_pickup"):
        fields.pop(name, None)
    with faults.caught():
        fields["configuration"], fields["quantity"] = validate_configuration(
            terms,
            fields_of(values, "options"),
            fields_of(values, "personalisation"),
            values.get("quantity"),
            fields_of(values, "quantities"),
        )
    with faults.caught():
        fields["rush"] = read_rush(terms, values.get("rush", ""))
    with faults.caught():
        method, ship_to = read_delivery(values, values.get("name", ""), may_be_later=may_be_later)
        fields |= {"ship_to": ship_to, "is_pickup": method == "pickup"}
    try:
        request = RequestForm.model_validate(fields)
    except ValidationError as problem:
        with faults.caught():
            raise bad_input(problem) from None
    faults.raise_all()
    return request


def read_rush(terms: Properties, key: str) -> str:
    """Return the key of a rush level that the product offers, empty for none; raise BadInput for another."""
    key = rush_of(key)
    if key and key not in {level.key for level in terms.price.levels}:
        raise BadInput(_("This rush level is not offered. Choose another."), field="rush")
    return key


def request_digest(slug: str, request: RequestForm) -> str:
    """Return what tells a request from another: everything that was filled in but its file."""
    return _digest(slug, request, {"idempotency_key", "upload_id"})


def request_key(slug: str, request: RequestForm) -> uuid.UUID:
    """Return the key of the order that this form makes. Sent again unchanged it is the same one; a form that
    was changed after it was sent, and still has its old key, makes an order of its own."""
    return uuid.uuid5(request.idempotency_key, _digest(slug, request, {"idempotency_key"}))


def _digest(slug: str, request: RequestForm, left_out: set[str]) -> str:
    return sha256_of({"product": slug, **plain(request.model_dump(exclude=left_out))})


def request_by(
    slug: str, request: RequestForm, *, actor: Actor, owner_key: str, key_scope: str | None = None
) -> Order:
    """Make the order of a request: one line of the product `slug`. `key_scope`: within what the form's key
    is unique, by default `owner_key`. Raises what `request_order` does."""
    line = RequestedLine(
        product_slug=slug,
        quantity=request.quantity,
        options=request.configuration.options,
        personalisation=request.configuration.personalisation,
        quantities=dict(request.configuration.quantities),
        upload_id=request.upload_id,
    )
    requester = Requester(
        request.name, request.email, request.phone, request.company, request.vat_number
    )
    return request_order(
        None,
        requester,
        [line],
        actor=actor,
        owner_key=owner_key,
        idempotency_key=request_key(slug, request),
        key_scope=key_scope,
        details={name: getattr(request, name) for name in RequestDetails.model_fields},
        ship_to=request.ship_to,
        is_pickup=request.is_pickup,
        rush_level=request.rush,
        promotion_code=request.promotion_code,
    )
