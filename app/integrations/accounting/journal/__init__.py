"""Plain-text books: one journal entry a file, as hledger, ledger and beancount importers read it.

Format: hledger manual, "Journal". A transaction is a date, a code in brackets, a description of
payee and note with ``|`` between them, and postings whose amounts add up to zero; two spaces end an
account's name.
"""

import hashlib
import re
from decimal import Decimal
from typing import Any

from app.core import money, storage
from app.core.outbound.adapters import REPEATS_BY_KEY, AdapterError
from app.core.translations import _, _l
from app.integrations.accounting import Accounting, Entry, Sale

RECEIVABLE = "assets:receivable"
SALES = "income:sales"
TAX = "liabilities:tax"
MEDIA_TYPE = "text/plain; charset=utf-8"


class Journal(Accounting):
    """Plain-text books in the shop's own file storage: one journal entry a file."""

    key = "journal"
    name = _l("Plain-text journal (hledger)")
    abilities = frozenset({REPEATS_BY_KEY})

    def perform_write(self, request: Entry) -> dict[str, Any]:
        body = entry(request.sale).encode("utf-8")
        place = storage_key(request.sale)
        storage.put_bytes(place, body, MEDIA_TYPE)
        kept = self._kept(place)
        if kept is None:
            sentence = _("The file storage did not keep the entry.")
            raise AdapterError(sentence, permanent=False)
        return kept

    def find_written(self, request: Entry) -> dict[str, Any] | None:
        return self._kept(storage_key(request.sale))

    def _kept(self, place: str) -> dict[str, Any] | None:
        if not storage.exists(place):
            return None
        kept = storage.read_bytes(place)
        return {"storage_key": place, "sha256": hashlib.sha256(kept).hexdigest()}


def storage_key(sale: Sale) -> str:
    """Return where the entry is kept: one key an order, written once."""
    return f"accounting/journal/{sale.closed_on:%Y}/{sale.number}.journal"


def entry(sale: Sale) -> str:
    """Return the sale as one balanced journal transaction."""
    postings = [(RECEIVABLE, sale.total_minor), (SALES, -sale.net_minor)]
    postings += [
        (f"{TAX}:{_name(tax.label)}", -tax.amount_minor) for tax in sale.taxes if tax.amount_minor
    ]
    width = max(len(account) for account, _ in postings)
    head = f"{sale.closed_on.isoformat()} ({sale.number}) {_words(sale.customer)} | order closed"
    lines = [
        f"    {account:<{width}}  {_amount(minor, sale.currency)}" for account, minor in postings
    ]
    return "\n".join([head, *lines, "", ""])


def _amount(minor: int, currency: str) -> str:
    places = money.exponent(currency)
    return f"{currency} {Decimal(minor).scaleb(-places):.{places}f}"


def _words(text: str) -> str:
    """Keep a name from ending the description: no line break, comment or field mark in it."""
    return " ".join(re.sub(r"[;|\x00-\x1f\x7f]", " ", text).split()) or "unnamed"


def _name(label: str) -> str:
    """Return a tax label as part of an account's name: ``VAT 20%`` stays readable."""
    return _words(label.replace(":", " ")).lower()


ADAPTER = Journal
