"""The charts and sets of states that the back office's templates ask."""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    """Give templates the charts."""
    from app.artwork import states as artwork_states
    from app.backoffice.orders.view import artwork_word, quote_word
    from app.fulfilment import states as shipment_states
    from app.notify import states as message_states
    from app.orders import states as order_states
    from app.production import states as job_states

    app.jinja_env.globals.update(
        artwork_word=artwork_word,
        quote_word=quote_word,
        order_chart=order_states.ORDER,
        order_states=order_states,
        artwork_chart=artwork_states.ARTWORK,
        artwork_states=artwork_states,
        job_chart=job_states.JOB,
        job_states=job_states,
        operation_chart=job_states.OPERATION,
        shipment_chart=shipment_states.SHIPMENT,
        shipment_states=shipment_states,
        message_chart=message_states.MESSAGE,
        message_states=message_states,
    )
