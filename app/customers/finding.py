"""Looking for somebody we know while their name is being typed; nothing here changes a row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import contains_eager

from app.core.db import db
from app.customers.models import Contact, Customer

MOST_WORDS = 4


def find_contacts(text: str, *, limit: int) -> list[Contact]:
    """Return up to `limit` contacts whose name, e-mail address or customer has each word of `text`.

    Names that begin with the text come first, then by name. One query, with the customers.
    """
    query = (
        select(Contact)
        .join(Contact.customer)
        .options(contains_eager(Contact.customer))
        .order_by(
            Contact.name.istartswith(text, autoescape=True).desc(), Contact.name, Contact.email
        )
    )
    words = text.split()[:MOST_WORDS]
    if not words:
        return []
    return list(db.session.scalars(query.where(*map(_has, words)).limit(limit)))


def _has(word: str) -> Any:
    """Each column is asked apart, so that each can use an index of its own."""
    parts = (
        select(Contact.id).where(Contact.name.icontains(word, autoescape=True)),
        select(Contact.id).where(Contact.email.icontains(word, autoescape=True)),
        select(Contact.id).join(Customer).where(Customer.name.icontains(word, autoescape=True)),
    )
    return Contact.id.in_(union(*parts).subquery().select())
