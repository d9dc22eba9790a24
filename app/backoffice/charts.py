"""The charts and sets of states that the back office's templates ask."""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    """Give templates the charts."""
    from app.artwork.states import ARTWORK
    from app.backoffice.orders.view import artwork_word, quote_word
    from app.fulfilment import states as shipment_states
    from app.notify.states import MESSAGE
    from app.orders import states as order_states
    from app.orders.states import ORDER
    from app.production import states as job_states

    app.jinja_env.globals.update(
        artwork_word=artwork_word,
        quote_word=quote_word,
        order_chart=ORDER,
        order_states=order_states,
        artwork_chart=ARTWORK,
        job_chart=job_states.JOB,
        job_states=job_states,
        operation_chart=job_states.OPERATION,
        shipment_chart=shipment_states.SHIPMENT,
        shipment_states=shipment_states,
        message_chart=MESSAGE,
    )
