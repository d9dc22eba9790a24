"""The kinds of events of price lists and promotion codes."""

import uuid

from app.core.events import EventKind, payload
from app.core.translations import _l

EventKind(
    "price_list.created",
    _l("Price list created"),
    number_fields=("percent",),
    personal_fields=("for_whom",),
)
EventKind("price_list.changed", _l("Price list changed"), number_fields=("percent",))
EventKind("price_list.price_set", _l("Price set"))
EventKind("price_list.price_removed", _l("Price removed"), tone="done")
EventKind("price_list.published", _l("Price list published"), tone="good", public=True)
EventKind("price_list.archived", _l("Price list archived"), tone="done", public=True)
EventKind("price_list.reopened", _l("Price list made a draft again"))
ORDER = payload(order_id=uuid.UUID)
EventKind("promotion.created", _l("Promotion code created"), number_fields=("percent",))
EventKind("promotion.changed", _l("Promotion code changed"))
EventKind("promotion.archived", _l("Promotion code archived"), tone="done")
EventKind("promotion.restored", _l("Promotion code restored"))
EventKind("promotion.used", _l("Promotion code used"), ORDER)
EventKind("promotion.released", _l("Promotion code given back"), ORDER)
