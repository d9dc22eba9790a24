"""Who the shop's e-mails are from, and who gets the answers."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parseaddr, quote
from typing import Annotated, Any, ClassVar

from pydantic import Field

from app.core.settings import current
from app.core.shop.details import shop_details
from app.core.shop.fields import Email, line
from app.core.shop.reading import shop
from app.core.shop.section import Section
from app.core.translations import _l


class Sender(Section):
    """Name and address that e-mails come from."""

    key: ClassVar[str] = "sender"
    title: ClassVar[str] = _l("E-mail sender")
    sentence: ClassVar[str] = _l("Customers see this name and address on every e-mail.")
    icon: ClassVar[str] = "mail"
    order: ClassVar[int] = 50

    name: Annotated[
        str,
        line(_l("sender's name"), 120),
        Field(title=_l("Sender's name"), description=_l("Leave empty to use the shop's name.")),
    ] = ""
    address: Annotated[
        Email,
        Field(
            title=_l("Sender's address"),
            description=_l(
                "Your mail server must be allowed to send from this domain (SPF, DKIM)."
            ),
        ),
    ] = ""
    reply_to: Annotated[
        Email,
        Field(
            title=_l("Answers go to"),
            description=_l("Leave empty to get them at the sender's address."),
        ),
    ] = ""

    @classmethod
    def environment(cls) -> Mapping[str, Any]:
        """Return what MAIL_FROM says. An address such as shop@localhost is the mail server's to judge, and stays
        in `mail_from` though no form would take it."""
        name, address = parseaddr(current().mail_from)
        return {"name": name, "address": address}

    def is_complete(self) -> bool:
        """Return whether there is an address that a customer could answer."""
        return bool(self.address)


def mail_from() -> str:
    """Return the sender as a header has it: name and address."""
    sender = shop(Sender)
    if not sender.address:
        return current().mail_from
    name = quote(sender.name or shop_details().name)
    return f'"{name}" <{sender.address}>'


def reply_to() -> str:
    """Return where answers go; "" for the sender."""
    return shop(Sender).reply_to
