"""Imports every room's models, so that one look at `Model.metadata` sees all tables."""

import importlib

ROOMS = (
    "app.core.events",
    "app.core.chain",
    "app.core.anchors",
    "app.core.deliveries",
    "app.core.search.finding",
    "app.core.outbound.credentials",
    "app.core.outbound.intent",
    "app.core.idempotency",
    "app.core.holds",
    "app.core.shop.models",
    "app.accounts.models",
    "app.accounts.second_factor_models",
    "app.files.models",
    "app.tax.models",
    "app.rates.models",
    "app.catalog.models",
    "app.customers.models",
    "app.pricelists.models",
    "app.pricelists.promotion_models",
    "app.artwork.models",
    "app.stock.models",
    "app.orders.models",
    "app.production.models",
    "app.fulfilment.models",
    "app.notify.models",
    "app.reports.models",
)


for name in ROOMS:
    importlib.import_module(name)
