"""E-mail by SMTP, step by step, so that each failure can be told apart."""

import re
import smtplib
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from typing import Any

from email_validator import EmailNotValidError
from pydantic import BaseModel, Field, SecretStr

from app.core.clock import now
from app.core.outbound.adapters import TELLS_BEGINNING, AdapterError, OutcomeUnknown
from app.core.outbound.beginning import write_begins
from app.core.settings import current
from app.core.shop.details import shop_details
from app.core.shop.sender import mail_from, reply_to
from app.core.text_input import read_email
from app.core.translations import _, _l
from app.notify.channels import Channel, Outgoing
from app.notify.channels.email import connections

ANSWER_TIMEOUT_S = 60
"""RFC 5321 (4.5.3.2.6) allows a server minutes to reply after the data; one is enough."""

# The older policy: it writes a message in a third of the time that email.policy.SMTP takes.
WIRE = compat32.clone(linesep="\r\n")
UTF_8 = Charset("utf-8")
UTF_8.body_encoding = QP


class EmailSettings(BaseModel, frozen=True):
    """The mail server. What is not set here comes from the environment."""

    host: str = Field(title=_l("Server"), min_length=1, max_length=255)
    port: int = Field(title=_l("Port"), default=587, ge=1, le=65535)
    starttls: bool = Field(title=_l("Encrypt with STARTTLS"), default=True)
    user: str = Field(title=_l("User name"), default="", max_length=255)
    password: SecretStr = Field(title=_l("Password"), default=SecretStr(""))
    mail_from: str = Field(
        title=_l("Sender"),
        default="",
        max_length=320,
        description=_l("Leave empty to use the sender of Shop settings."),
    )

    @property
    def sender(self) -> str:
        """The sender of this connection, else the shop's."""
        return self.mail_from or mail_from()


class Email(Channel):
    """E-mail by SMTP through the shop's mail server."""

    key = "email"
    name = "E-mail"
    address = "email"
    abilities = frozenset({TELLS_BEGINNING})
    Settings = EmailSettings

    @classmethod
    def environment(cls) -> dict[str, Any]:
        chosen = current()
        names = ("host", "port", "starttls", "user", "password")
        return {name: getattr(chosen, f"smtp_{name}") for name in names}

    @classmethod
    def refusal(cls, recipient: str) -> str | None:
        if not recipient:
            return _("There is no e-mail address for this contact.")
        try:
            read_email(recipient)
        except EmailNotValidError:
            return _("“%(recipient)s” is not an e-mail address.", recipient=recipient[:80])
        return None

    def new_message_id(self, unique: str) -> str:
        sender = parseaddr(self.settings.sender)[1]
        domain = wire_address(sender).rpartition("@")[2] or "localhost"
        return f"<{unique}@{domain}>"

    def perform_write(self, request: Outgoing) -> dict[str, Any]:
        mail = build(request, self.settings.sender)
        sender = wire_address(parseaddr(self.settings.sender)[1])
        recipient = wire_address(request.recipient)
        with connections.open_connection(self.settings) as server:
            _transmit(server, sender, recipient, mail)
        return {"message_id": request.message_id}

    def find_written(self, request: Outgoing) -> dict[str, Any] | None:
        folder, env = current().mail_catcher_dir, self.environment()
        ours = (self.settings.host, self.settings.port) == (env["host"], env["port"])
        if folder is None or not ours or not folder.is_dir():
            return super().find_written(request)
        if any(_is(file, request.message_id) for file in folder.rglob("*.eml")):
            return {"message_id": request.message_id}
        return None

    def test_connection(self) -> str:
        with connections.open_connection(self.settings, fresh=True):
            pass
        place = f"{self.settings.host}:{self.settings.port}"
        if not (user := self.settings.user):
            return _("The mail server at %(place)s answered.", place=place)
        done = {"place": place, "user": user}
        return _(
            "The mail server at %(place)s answered and accepted the sign-in of %(user)s.", **done
        )


def build(outgoing: Outgoing, sender: str) -> bytes:
    """Return the message as MIME with CRLF: plain text, and HTML as its alternative."""
    mail = MIMEMultipart("alternative", policy=WIRE)
    name, address = parseaddr(sender)
    mail["From"] = formataddr((name or shop_details().name, wire_address(address)))
    if answers := reply_to():
        mail["Reply-To"] = wire_address(answers)
    mail["Subject"] = Header(outgoing.subject).encode()
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = outgoing.message_id
    mail["Auto-Submitted"] = "auto-generated"
    for subtype, body in (("plain", outgoing.body_text), ("html", outgoing.body_html)):
        part = MIMENonMultipart("text", subtype, charset="utf-8", policy=WIRE)
        part.set_payload(body, UTF_8)
        mail.attach(part)
    # raw: an encoded word may not stand in an address, and SMTPUTF8 takes its letters as they are
    return b"To: %b\r\n" % wire_address(outgoing.recipient).encode() + mail.as_bytes()


def wire_address(address: str) -> str:
    """Return the address as a mail server takes it: its domain in ASCII (xn--bcher-kva.example), all of it
    where the part before the @ allows. Raises AdapterError for what is no address."""
    try:
        found = read_email(address)
    except EmailNotValidError:
        if address.isascii() and address.isprintable() and " " not in address:
            return address  # a sender such as shop@localhost is the mail server's to judge
        problem = _("“%(recipient)s” is not an e-mail address.", recipient=address[:80])
        raise AdapterError(problem, permanent=True) from None
    return found.ascii_email or f"{found.local_part}@{found.ascii_domain}"


def _international(server: smtplib.SMTP, *addresses: str) -> tuple[str, ...]:
    """Return the options of MAIL that these addresses take; raise AdapterError where the server offers none."""
    foreign = next((address for address in addresses if not address.isascii()), None)
    server.command_encoding = "utf-8" if foreign else "ascii"
    if foreign is None:
        return ()
    if not server.has_extn("smtputf8"):
        raise AdapterError(
            _(
                "The mail server can't send to “%(address)s”: it takes only the letters a to z before the @. "
                "Ask the customer for another address, or use a mail server that offers SMTPUTF8.",
                address=foreign,
            ),
            permanent=True,
        )
    return ("SMTPUTF8", "BODY=8BITMIME")


def _transmit(server: smtplib.SMTP, sender: str, recipient: str, mail: bytes) -> None:
    """MAIL, RCPT, DATA. Until DATA nothing can have been taken; from then on only the server's own words tell,
    so where it says nothing the outcome is unknown."""
    options = _international(server, sender, recipient)
    try:
        if server.sock is not None:
            server.sock.settimeout(connections.TIMEOUT_S)
        _expect(server.mail(sender, options), {250})
        _expect(server.rcpt(recipient), {250, 251})
    except (OSError, smtplib.SMTPServerDisconnected) as problem:
        raise AdapterError(f"The mail server hung up ({problem}).", permanent=False) from problem
    write_begins()
    try:
        if server.sock is not None:
            server.sock.settimeout(ANSWER_TIMEOUT_S)
        _expect(server.docmd("DATA"), {354})
        dotted = re.sub(rb"(?m)^\.", b"..", mail)
        server.send(dotted + (b"" if dotted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        answer = server.getreply()
    except (OSError, smtplib.SMTPException) as problem:
        raise OutcomeUnknown(
            f"The mail server did not say whether it took it ({problem})."
        ) from problem
    _expect(answer, {250})


def _expect(answer: tuple[int, bytes], wanted: set[int]) -> None:
    code, reply = answer
    if code not in wanted:
        sentence = reply.decode("utf-8", "replace")[:300]
        raise AdapterError(f"The mail server says {code} {sentence}", permanent=500 <= code < 600)


def _is(file: Path, message_id: str) -> bool:
    """Return whether the stored message has this Message-ID."""
    try:
        with file.open("rb") as stored:
            found = BytesHeaderParser().parse(stored)["Message-ID"]
    except OSError:
        return False
    return str(found).strip() == message_id


ADAPTER = Email
