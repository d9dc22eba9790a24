"""The verbs of an order, one file each kind. None of them commits."""

from __future__ import annotations

from app.orders.services.answering import accept_quote, reject_quote
from app.orders.services.life import cancel, close, confirm_payment, decline, hold, resume
from app.orders.services.quoting import (
    LinePrice,
    answer_question,
    ask_customer,
    expire_quotes,
    newest_quote,
    revise_quote,
    send_quote,
    start_estimate,
    supersede_by_new_file,
)
from app.orders.services.request import RequestedLine, Requester, order_id_for, request_order

__all__ = [
    "LinePrice",
    "RequestedLine",
    "Requester",
    "accept_quote",
    "answer_question",
    "ask_customer",
    "cancel",
    "close",
    "confirm_payment",
    "decline",
    "expire_quotes",
    "hold",
    "newest_quote",
    "order_id_for",
    "reject_quote",
    "request_order",
    "resume",
    "revise_quote",
    "send_quote",
    "start_estimate",
    "supersede_by_new_file",
]
