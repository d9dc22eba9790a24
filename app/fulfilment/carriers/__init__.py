"""Carriers: one folder each. A carrier sells labels and knows where a parcel is tracked."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from app.core import archive
from app.core.lazy import Call
from app.core.outbound.adapters import Adapter, Kind, adapter, declare, of_kind
from app.core.postal_address import PostalAddress


@dataclass(frozen=True)
class LabelRequest:
    """What a carrier is asked. `key` names the request: the same key is the same label.

    `sequence` is a number that no other request of this shop has. Weight is grams, size millimetres
    (length, width, height) or None.
    """

    key: str
    sequence: int
    service: str
    reference: str
    order_number: str
    sender: PostalAddress
    recipient: PostalAddress
    weight_g: int
    size_mm: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Label:
    """What a carrier answers: the tracking number and the label as PDF."""

    tracking_number: str
    pdf: bytes
    cost_minor: int = 0
    currency: str = ""


class Carrier(Adapter):
    """What a carrier says of itself and can do. `services` maps keys to names."""

    kind = "carrier"
    services: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def buy(self, request: LabelRequest) -> Label:
        """Buy one label. Raises AdapterError or OutcomeUnknown."""

    @classmethod
    def track(cls, tracking_number: str) -> str | None:
        """Return the address of the public tracking page."""
        return None

    def perform_write(self, request: LabelRequest) -> dict[str, Any]:
        """Buy the label and store its PDF under a key that holds its hash."""
        label = self.buy(request)
        place = request.key.removeprefix("label:").replace(":", "/")
        paper = archive.put_paper(f"labels/{place}", label.pdf)
        return {
            "tracking_number": label.tracking_number,
            "storage_key": paper.storage_key,
            "sha256": paper.sha256,
            "cost_minor": label.cost_minor,
            "currency": label.currency,
        }


def carriers() -> dict[str, type[Carrier]]:
    """Return key → class of every carrier."""
    return cast("dict[str, type[Carrier]]", of_kind(Carrier.kind))


def carrier(key: str) -> type[Carrier]:
    """Return the carrier called `key`; raises NotFound that lists those there are."""
    adapter(Carrier.kind, key)
    return carriers()[key]


KIND = declare(
    Kind(
        Carrier.kind,
        "Carriers",
        __name__,
        Carrier,
        prepare=Call("app.fulfilment.services.label:prepare"),
        follow=Call("app.fulfilment.services.label:follow"),
        subject=Call("app.fulfilment.models:Shipment"),
        ends_here=False,
    )
)
