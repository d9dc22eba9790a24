"""From orders to promotion codes: an order that ends without being made gives its code back."""

from app.core.actor import system
from app.core.events import Event
from app.pricelists.services import promotions


def release_promotion(event: Event) -> None:
    """order.declined, order.cancelled, quote.rejected and quote.expired: the code counts no more."""
    promotions.release_promotion(event.stream_id, actor=system())
