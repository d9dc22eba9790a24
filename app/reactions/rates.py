"""From rates to quotes: a new value makes some of those that are out too cheap."""

from app.core.db import get
from app.core.events import Event
from app.orders.services.rate_losses import record_losses
from app.rates.models import MaterialRate


def check_open_quotes(event: Event) -> None:
    """rate.set: write down which open quotes would lose money at the newest value, for sales."""
    row = get(MaterialRate, event.subject_id)
    newest = row.values[0]
    record_losses(row.as_of(newest.value, newest.valid_from, newest.source))
