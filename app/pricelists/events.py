"""The kinds of events of price lists and promotion codes."""

from app.core.events import EventKind
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
