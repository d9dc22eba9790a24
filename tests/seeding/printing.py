"""Makes of a recording a form, and prints orders with it: the same rows with values of their own.

What differs between two orders is marked in the recorded texts: ids, moments, days, numbers, names,
hashes. A printed order fills the marks, hashes what is sealed, and chains its events, in the order in
which the shop does it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.accounts.models import derived_token
from app.core.events import GENESIS
from app.core.events.personal import MARK
from app.fulfilment.carriers.generic import own_number
from tests.seeding.recording import NUMBERS, SHARED, Recording, Row, columns, is_id
from tests.seeding.stories import COMPANY, EMAIL, NOTE, PERSON

#: Where those of the printed orders begin.
FIRST = {
    "orders.number": 10_001,
    "jobs.serial": 2001,
    "shipments.number": 5001,
    "customers.number": 1001,
    "labels": 10_000_001,
}
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MOMENT = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?\+00(?::00)?"
#: Rows of a customer are made with their first order and belong to all of them.
OF_CUSTOMER = ("customers", "contacts")
LONG_TEXTS = {"messages": {"body_text": "A letter of the demo.", "body_html": "<p>A letter.</p>"}}
LINK_PURPOSE = "order-link"


@dataclass(frozen=True)
class Customer:
    """Who orders: their number in the demo, the moment their first order came, and their names."""

    index: int
    first: datetime
    company: str
    person: str
    email: str


@dataclass(frozen=True)
class Printed:
    """One order to be printed: its number in the demo, when it came, how its hours are stretched."""

    index: int
    came: datetime
    stretch: float
    customer: Customer
    is_first: bool


class Form:
    """One story, ready to be printed any number of times."""

    def __init__(self, found: Recording) -> None:
        self.steps = found.steps
        self.began = found.began
        self.day = found.steps[0][0].date()
        self.shared = [(row.table, row.line) for row in found.rows if row.table in SHARED]
        rows = [row for row in found.rows if row.table not in SHARED]
        made = {row.key: row for row in rows if is_id(row.key)}
        self.of_customer = {key for key, row in made.items() if row.table in OF_CUSTOMER}
        chains = dict.fromkeys(str(event.stream_id) for event, _ in found.events)
        unknown = set(chains) - set(made)
        assert not unknown, f"chains of rows that the story did not make: {unknown}"
        # a customer's rows first: their numbers must be the same in every story that prints them
        own_last = sorted(made, key=lambda key: (key not in self.of_customer, made[key].table))
        self.ids = {key: number for number, key in enumerate(own_last)}
        self.steps_of = {key: row.made for key, row in made.items()}
        self.used: set[int] = set()
        self.seals = [
            (f"s{self.ids[key]}", self._marked(content, made[key]), table)
            for key, (table, content) in found.sealed.items()
        ]
        self.personal = [
            (f"p{n}", self._marked(content, made[event_id]))
            for n, (event_id, _, content) in enumerate(found.personal)
        ]
        self.values = {
            seal.removeprefix(MARK): f"%(p{n})s" for n, (_, seal, _) in enumerate(found.personal)
        }
        self.stream_of = {str(event.id): str(event.stream_id) for event, _ in found.events}
        self.hashes = {found.hash: f"%(h{n})s" for n, (found, _) in enumerate(found.events)}
        self.sealed = {
            seal: f"%(s{self.ids[key]})s"
            for event, _ in found.events
            for of_table in (event.seals or {}).values()
            for key, seal in of_table.items()
            if key in self.ids
        }
        self.events = [
            (f"h{n}", self._marked(content, made[str(event.id)]), str(event.stream_id))
            for n, (event, content) in enumerate(found.events)
        ]
        self.chains = list(chains)
        self.lines = [self._line(row, made) for row in rows]
        self.salts = sum(row.table == "order_links" for row in rows)

    # -- making the form ----------------------------------------------------------------------
    def _line(self, row: Row, made: dict[str, Row]) -> tuple[str, str, bool]:
        """Return table, marked line, and whether the row belongs to the customer."""
        cells = row.line.split("\t")
        names = columns(row.table)
        for name, words in LONG_TEXTS.get(row.table, {}).items():
            cells[names.index(name)] = words
        of_customer = row.table in OF_CUSTOMER
        if row.table == "events":
            of_customer = cells[names.index("stream_id")] in self.of_customer
        if row.table == "event_personal":
            of_event = cells[names.index("event_id")]
            of_customer = self.stream_of.get(of_event, "") in self.of_customer
        if row.table == "order_links":
            cells[names.index("salt")] = "\0salt"
            cells[names.index("token_hash")] = "\0token"
        if "created_at" in names:
            cells[names.index("created_at")] = f"\0made{row.made}\0"
        line = self._marked("\t".join(cells), row).replace(
            f"\0made{row.made}\0", f"%(t{row.made})s"
        )
        line = line.replace("\0salt", "%(salt)s").replace("\0token", "%(token)s")
        return row.table, line, of_customer

    def _marked(self, content: str, row: Row) -> str:
        """Return `content` with a mark for everything that differs between two orders."""
        numbers = "|".join(str(first)[:-3] + r"\d{3}" for first in NUMBERS.values())
        tracking = own_number(NUMBERS["labels"])
        words = "|".join(re.escape(word) for word in (COMPANY, PERSON, EMAIL, NOTE, tracking))
        pattern = (
            f"(?P<moment>{MOMENT})|(?P<id>{UUID})|(?P<day>\\d{{4}}-\\d\\d-\\d\\d)|"
            f"(?P<hash>[0-9a-f]{{64}})|(?P<number>(?<!\\d)(?:{numbers})(?!\\d))|(?P<word>{words})"
        )
        return re.sub(pattern, lambda match: self._mark(match, row), content.replace("%", "%%"))

    def _mark(self, match: re.Match[str], row: Row) -> str:
        value, kind = match[0], match.lastgroup
        if kind == "moment":
            return f"%(t{self._step(value, row)})s"
        if kind == "id":
            return f"%(u{self.ids[value]})s" if value in self.ids else value
        if kind == "day":
            after = (date.fromisoformat(value) - self.day).days
            return self._use_day(after) if 0 <= after <= 200 else value
        if kind == "hash":
            return self._hash(value)
        if kind == "number":
            for name, first in NUMBERS.items():
                if 0 <= int(value) - first < 100:
                    return f"%({name}{int(value) - first})s"
        marks = {COMPANY: "company", PERSON: "person", EMAIL: "email", NOTE: "note"}
        return f"%({marks.get(value, 'tracking')})s"

    def _hash(self, value: str) -> str:
        known = (getattr(self, name, {}).get(value) for name in ("hashes", "sealed", "values"))
        return next((mark for mark in known if mark), value)

    def _use_day(self, after: int) -> str:
        self.used.add(after)
        return f"%(d{after})s"

    def _step(self, moment: str, row: Row) -> int:
        """Return the step that a moment stands for; the transaction's own time is the row's step."""
        at = datetime.fromisoformat(moment).astimezone(UTC)
        if at == self.began:
            return row.changed
        before = [n for n, (since, _) in enumerate(self.steps) if since <= at]
        return before[-1] if before else 0

    # -- printing -----------------------------------------------------------------------------
    @property
    def hours(self) -> float:
        """How long the story takes."""
        return self.steps[-1][1]

    def print(self, order: Printed, into: Mapping[str, list[str]]) -> None:
        """Add every row of one order to `into`: table → lines of COPY."""
        values = self._values(order)
        for name, content in self.personal:
            values[name] = hashlib.sha256((content % values).encode()).hexdigest()
        for name, content, _ in self.seals:
            values[name] = hashlib.sha256((content % values).encode()).hexdigest()
        heads: dict[str, tuple[int, str]] = dict.fromkeys(self.chains, (0, GENESIS))
        for name, content, chain in self.events:
            digest = hashlib.sha256((content % values).encode()).hexdigest()
            values[name] = digest
            heads[chain] = (heads[chain][0] + 1, digest)
        for table, line, of_customer in self.lines:
            if order.is_first or not of_customer:
                into[table].append(line % values)
        for chain, (length, head) in heads.items():
            if order.is_first or chain not in self.of_customer:
                into["event_streams"].append(f"{values[f'u{self.ids[chain]}']}\t{length}\t{head}")

    def _values(self, order: Printed) -> dict[str, str | int]:
        values: dict[str, str | int] = {}
        stamps = []
        for number, (_, hours) in enumerate(self.steps):
            at = order.came + timedelta(seconds=round(hours * 3600 * order.stretch))
            values[f"t{number}"] = at.isoformat(timespec="microseconds")
            stamps.append(_stamp(at))
        customer = order.customer
        first = _stamp(customer.first)
        for key, number in self.ids.items():
            if key in self.of_customer:
                values[f"u{number}"] = _id(first, number, 2, customer.index)
            else:
                values[f"u{number}"] = _id(stamps[self.steps_of[key]], number, 1, order.index)
        for after in self.used:
            values[f"d{after}"] = (order.came.date() + timedelta(after)).isoformat()
        values.update(self._numbers(order))
        if self.salts:
            salt = hashlib.sha256(f"demo-{order.index}".encode()).hexdigest()[:43]
            values["salt"] = salt
            token = derived_token(LINK_PURPOSE, salt)
            values["token"] = hashlib.sha256(token.encode()).hexdigest()
        values |= {"company": customer.company, "person": customer.person, "email": customer.email}
        values["note"] = f"Demo order {order.index}" if order.index % 5 == 0 else ""
        return values

    def _numbers(self, order: Printed) -> Iterator[tuple[str, str | int]]:
        for name, first in FIRST.items():
            own = order.customer.index if name == "customers.number" else order.index
            yield f"{name}0", first + own
        yield "tracking", own_number(FIRST["labels"] + order.index)


def _stamp(at: datetime) -> str:
    """Return the time part of a UUIDv7: milliseconds in 12 hex digits, with their dash."""
    digits = f"{int(at.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def _id(stamp: str, row: int, kind: int, index: int) -> str:
    """Return a UUIDv7 of this moment: `row` tells an order's rows apart, `index` the orders."""
    return f"{stamp}-7{row:03x}-8{kind:03x}-{index:012x}"
