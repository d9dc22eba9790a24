"""Customer groups: what their verbs do."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput
from app.core.events import record, record_change
from app.core.translations import _
from app.customers.models import Customer, CustomerGroup


class GroupNames(Mapping[str, str]):
    """Key → name of the groups that are in use, and “No group”, read when a form is drawn or checked."""

    def __getitem__(self, key: str) -> str:
        return group_names()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(group_names())

    def __len__(self) -> int:
        return len(group_names())


def group_names() -> dict[str, str]:
    """Return key → name of the groups in use, by name, after the empty key for none."""
    query = select(CustomerGroup.key, CustomerGroup.name)
    query = query.where(CustomerGroup.archived_at.is_(None)).order_by(CustomerGroup.name)
    return {"": _("No group")} | {row.key: row.name for row in db.session.execute(query)}


def create_group(none_yet: None, actor: Actor, key: str, name: str) -> CustomerGroup:
    """Create a customer group. Raises BadInput for a key that is taken. Records customer_group.created."""
    row = CustomerGroup(key=key, name=name)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        taken = _("The key “%(key)s” is taken. Choose another.", key=key)
        raise BadInput(taken, field="key") from None
    record("customer_group.created", row, actor, after={"key": key, "name": name})
    return row


def change_group(row: CustomerGroup, actor: Actor, name: str | None = None) -> CustomerGroup:
    """Change the name; the key stays. Records customer_group.changed."""
    record_change("customer_group.changed", row, actor, {"name": name})
    return row


def archive_group(row: CustomerGroup, actor: Actor) -> CustomerGroup:
    """Offer the group no more; its customers keep it. Records customer_group.archived."""
    row.archived_at = now()
    record("customer_group.archived", row, actor)
    return row


def restore_group(row: CustomerGroup, actor: Actor) -> CustomerGroup:
    """Offer an archived group again. Records customer_group.restored."""
    row.archived_at = None
    record("customer_group.restored", row, actor)
    return row


def set_group(customer: Customer, actor: Actor, group: str = "") -> Customer:
    """Put the customer into the group with this key, out of any for "": prices from now on follow it. Raises
    BadInput for a group that there is not, AlreadyDone where it is in it. Records customer.group_changed."""
    found = db.session.scalar(select(CustomerGroup).where(CustomerGroup.key == group))
    if group and (found is None or found.archived_at is not None):
        raise BadInput(
            _("There is no customer group “%(key)s”. Choose another.", key=group), field="group"
        )
    if customer.group == found:
        raise AlreadyDone(_("The customer is already in this group. Nothing was changed."))
    before = {"group": customer.group.name if customer.group else None}
    customer.group = found
    after = {"group": found.name if found else None}
    record("customer.group_changed", customer, actor, before=before, after=after)
    return customer
