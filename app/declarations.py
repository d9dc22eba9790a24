"""Loads what the rooms declare, each part by one module of a room.

Kinds of events and sections of settings come with the application, verbs with its pages; what is found and
what must hold when it is asked for. A name that leads nowhere stops the start.
"""

import importlib

EVENTS = (
    "app.core.events.own",
    "app.core.outbound.events",
    "app.core.shop.events",
    "app.accounts.events",
    "app.files.events",
    "app.tax.events",
    "app.rates.events",
    "app.catalog.events",
    "app.customers.events",
    "app.pricelists.events",
    "app.artwork.events",
    "app.stock.events",
    "app.orders.events",
    "app.production.events",
    "app.fulfilment.events",
    "app.notify.events",
    "app.reports.events",
)
# What properties may name, and what keeps what is taken away.
REFERENCES = (
    "app.catalog.own_references",
    "app.stock.references",
    "app.production.references",
    "app.orders.kept_choices",
)
SETTINGS = (
    "app.core.shop.details",
    "app.core.shop.region",
    "app.core.shop.bank",
    "app.core.shop.sender",
    "app.core.shop.opening",
    "app.core.shop.pickup",
    "app.core.shop.guide",
    "app.files.settings",
    "app.orders.settings",
    "app.tax.settings",
)
VERBS = (
    "app.core.shop.verbs",
    "app.orders.verbs",
    "app.artwork.verbs",
    "app.production.verbs",
    "app.stock.verbs",
    "app.fulfilment.verbs",
    "app.notify.verbs",
    "app.catalog.verbs",
    "app.customers.verbs",
    "app.pricelists.verbs",
    "app.pricelists.promotion_verbs",
    "app.tax.verbs",
    "app.rates.verbs",
    "app.reports.verbs",
    "app.integrations.verbs",
    "app.accounts.verbs",
    "app.backoffice.verbs",
)
# In the order of the results.
SEARCH = (
    "app.orders.search",
    "app.production.search",
    "app.fulfilment.search",
    "app.customers.search",
    "app.catalog.search",
    "app.stock.search",
    "app.artwork.search",
    "app.notify.search",
)
INVARIANTS = (
    "app.core.chain",
    "app.core.anchors",
    "app.files.invariants",
    "app.catalog.invariants",
    "app.artwork.invariants",
    "app.stock.invariants",
    "app.orders.invariants",
    "app.production.invariants",
    "app.fulfilment.invariants",
    "app.notify.invariants",
    "app.reports.invariants",
    "app.integrations.invariants",
    "app.core.search.triggers",
    *SEARCH,
)


def load(names: tuple[str, ...]) -> None:
    """Import each module, which registers what it declares. Raises ImportError for a wrong name."""
    for name in names:
        importlib.import_module(name)
