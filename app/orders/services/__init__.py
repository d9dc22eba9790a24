"""What other rooms call; the verbs of an order are declared in app/orders/verbs.py. None commits."""

from app.orders.services.life import close_order
from app.orders.services.quoting import (
    LinePrice,
    expire_quotes,
    newest_quote,
    supersede_by_new_file,
)
from app.orders.services.request import RequestedLine, Requester, order_id_for

__all__ = [
    "LinePrice",
    "RequestedLine",
    "Requester",
    "close_order",
    "expire_quotes",
    "newest_quote",
    "order_id_for",
    "supersede_by_new_file",
]
