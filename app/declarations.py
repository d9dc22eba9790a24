"""Loads what the rooms declare: kinds of events with the application, verbs with its pages.

Each part is one module of a room. A name that leads nowhere stops the start.
"""

import importlib

EVENTS = (
    "app.core.events.own",
    "app.core.outbound.events",
    "app.accounts.events",
    "app.files.events",
    "app.catalog.events",
    "app.customers.events",
    "app.artwork.events",
    "app.stock.events",
    "app.orders.events",
    "app.production.events",
    "app.fulfilment.events",
    "app.notify.events",
    "app.reports.events",
)
VERBS = (
    "app.orders.verbs",
    "app.artwork.verbs",
    "app.production.verbs",
    "app.stock.verbs",
    "app.fulfilment.verbs",
    "app.notify.verbs",
    "app.catalog.verbs",
    "app.customers.verbs",
    "app.reports.verbs",
    "app.integrations.verbs",
    "app.accounts.verbs",
    "app.backoffice.verbs",
)


def load(names: tuple[str, ...]) -> None:
    """Import each module, which registers what it declares. Raises ImportError for a wrong name."""
    for name in names:
        importlib.import_module(name)
