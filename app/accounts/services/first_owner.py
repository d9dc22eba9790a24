"""The first owner of a shop: let in by a link that is printed where the shop was started, good once, and only
while there is no staff. So a stranger who finds a fresh shop on the internet can't take it over."""

from datetime import timedelta

from sqlalchemy import exists, func, select

from app.accounts.matrix import OWNER
from app.accounts.models import SetupLink, Staff
from app.accounts.verbs import create_staff
from app.core.actor import system
from app.core.clock import now
from app.core.db import db
from app.core.errors import NotFound, WrongState
from app.core.ids import hash_token
from app.core.translations import _

GOOD_FOR = timedelta(days=7)
#: The advisory lock of whoever looks whether there is staff in order to add the first.
LOCK = 0x6D6B6F77


def has_staff() -> bool:
    """Return whether anybody was ever added to the shop's staff."""
    return bool(db.session.scalar(select(exists().where(Staff.id.is_not(None)))))


def lock_and_look() -> bool:
    """Return whether there is staff; until the transaction ends nobody else can add the first one."""
    db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    return has_staff()


def setup_link() -> SetupLink | None:
    """Return the open link for the first owner, a new one where none is open; None once there is staff."""
    if lock_and_look():
        return None
    open_links = select(SetupLink).where(SetupLink.used_at.is_(None), SetupLink.expires_at > now())
    for link in db.session.scalars(open_links.order_by(SetupLink.created_at.desc())):
        if link.is_token_known:
            return link
        link.used_at = now()
    made = SetupLink.issue(GOOD_FOR)
    db.session.add(made)
    db.session.flush()
    return made


def find_setup_link(secret: str) -> SetupLink:
    """Return what a set-up link opens. Raises NotFound for an unknown one, WrongState where it is over or the shop
    has staff."""
    link = db.session.scalar(select(SetupLink).where(SetupLink.token_hash == hash_token(secret)))
    if link is None:
        raise NotFound(
            _("This link is incomplete."),
            next_step=_("Copy the whole link from where the shop was started."),
        )
    if has_staff():
        raise WrongState(
            _("This shop has an owner already."),
            next_step=_("Sign in, or ask the owner to add you."),
        )
    if link.used_at is not None or link.expires_at <= now():
        raise WrongState(
            _("This link has expired."),
            next_step=_("“flask setup-link” prints a new one where the shop runs."),
        )
    return link


def create_first_owner(secret: str, email: str, name: str, password: str) -> Staff:
    """Add the first owner and use the link up. Of two at the same moment one comes in, the other is refused.

    Takes the advisory lock. Records staff.created. Raises as `find_setup_link`, and BadInput at its field.
    """
    lock_and_look()
    link = find_setup_link(secret)
    person = create_staff(None, email, name, (OWNER,), password=password, actor=system("link"))
    link.used_at = now()
    return person
