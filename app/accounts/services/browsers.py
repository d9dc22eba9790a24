"""Browsers that a person has signed in with before: strangers' tries don't lock them out."""

import uuid

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import KnownBrowser, Staff
from app.core.clock import now
from app.core.db import db
from app.core.ids import hash_token


def key_if_known(email: str, browser: str) -> str:
    """Return the key of a browser in which the person with this address has signed in, else ""."""
    key = hash_token(browser)
    known = select(KnownBrowser.id).join(Staff, Staff.id == KnownBrowser.staff_id)
    known = known.where(Staff.email == email.strip().lower(), KnownBrowser.browser_key == key)
    return key if db.session.scalar(known) and browser else ""


def remember_browser(staff_id: uuid.UUID, browser: str) -> bool:
    """Note that the person signed in in this browser; return whether it was known before."""
    if not browser:
        return False
    key = hash_token(browser)
    mine = (KnownBrowser.staff_id == staff_id, KnownBrowser.browser_key == key)
    was_known = db.session.scalar(select(KnownBrowser.id).where(*mine)) is not None
    row = insert(KnownBrowser).values(staff_id=staff_id, browser_key=key, last_used_at=now())
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["staff_id", "browser_key"], set_={"last_used_at": now()}
        )
    )
    return was_known


def forget_browsers(staff_id: uuid.UUID) -> None:
    """Forget every browser of a person, whose password may be in strangers' hands."""
    db.session.execute(delete(KnownBrowser).where(KnownBrowser.staff_id == staff_id))
