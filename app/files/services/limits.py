"""How much strangers may send: files and bytes of one network in a day, and of all together."""

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import func, select, text

from app.core.clock import now
from app.core.db import db
from app.core.errors import Problem
from app.core.settings import current
from app.core.translations import _
from app.files.models import UNCLAIMED, Upload
from app.files.parts import size_words

DAY = timedelta(days=1)
BESIDE_EACH_OTHER = text("SELECT pg_advisory_xact_lock(hashtext('uploads of strangers'))")


class TooManyUploads(Problem):
    """Too much was sent; the sentence says what to do instead."""

    status = 429
    code = "too_many_uploads"


def network_key(network: str) -> str:
    """Return the keyed hash under which uploads of a network (an IPv4 address, an IPv6 /64) are counted."""
    secret = current().secret_key.encode()
    return hmac.new(secret, f"uploads {network}".encode(), hashlib.sha256).hexdigest()


def check_limits(key: str, size_bytes: int) -> None:
    """Raise TooManyUploads where a file of this size from this network would be one too many.

    Takes a lock until the transaction ends, so that uploads started at once see each other.
    """
    chosen = current()
    db.session.execute(BESIDE_EACH_OTHER)
    count, sent = func.count(), func.coalesce(func.sum(Upload.declared_size_bytes), 0)
    today = (Upload.network_key == key, Upload.created_at > now() - DAY)
    files, bytes_ = db.session.execute(select(count, sent).where(*today)).one()
    tomorrow = _("Try again tomorrow, or send your file in reply to one of our e-mails.")
    if files >= chosen.upload_files_per_address_day:
        raise TooManyUploads(
            _(
                "%(most)s files came from your internet address within a day, and we take no more.",
                most=chosen.upload_files_per_address_day,
            ),
            next_step=tomorrow,
        )
    if bytes_ + size_bytes > chosen.upload_bytes_per_address_day:
        raise TooManyUploads(
            _(
                "With this file, more than %(most)s came from your internet address within a day.",
                most=size_words(chosen.upload_bytes_per_address_day),
            ),
            next_step=tomorrow,
        )
    unclaimed = (text(UNCLAIMED), Upload.network_key.is_not(None))
    if (
        db.session.scalars(select(sent).where(*unclaimed)).one() + size_bytes
        > chosen.unclaimed_max_bytes
    ):
        raise TooManyUploads(
            _("We can't take more files at the moment."),
            next_step=_("Try again in some hours, or send your request without a file."),
        )
