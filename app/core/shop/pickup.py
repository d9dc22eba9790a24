"""Where customers collect what they ordered."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from app.core.shop.details import shop_details
from app.core.shop.fields import Row, line
from app.core.shop.reading import shop
from app.core.shop.section import Section
from app.core.translations import _l


class PickupPlace(Row):
    """One place: its name, where it is and when it is open."""

    name: Annotated[
        str, line(_l("name of the place"), 80, needed=True), Field(title=_l("Name"))
    ] = ""
    address: Annotated[str, line(_l("address"), 300, needed=True), Field(title=_l("Address"))] = ""
    hours: Annotated[
        str,
        line(_l("opening hours"), 200),
        Field(title=_l("Opening hours"), description=_l("Such as: Mon–Fri 9:00–17:00")),
    ] = ""

    @property
    def words(self) -> str:
        """The place in one line."""
        return ", ".join(part for part in (self.name, self.address, self.hours) if part)


class Pickup(Section):
    """The places where orders are collected."""

    key: ClassVar[str] = "pickup"
    title: ClassVar[str] = _l("Pickup places")
    sentence: ClassVar[str] = _l(
        "Told to customers who collect their order, on its page and when it is ready."
    )
    icon: ClassVar[str] = "pin"
    order: ClassVar[int] = 60

    places: Annotated[
        list[PickupPlace],
        Field(
            title=_l("Places"),
            description=_l("Without any, customers are given the shop's own address."),
        ),
    ] = []

    def is_complete(self) -> bool:
        """Return whether a customer who collects would know where."""
        return bool(self.places or shop_details().address)


def pickup_words() -> list[str]:
    """Return where an order is collected: each place in one line, else the shop's own address."""
    places = [place.words for place in shop(Pickup).places]
    address = shop_details().address
    return places or ([address] if address else [])
