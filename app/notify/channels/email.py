"""E-mail by SMTP, step by step, so that each failure is known for what it is."""

from __future__ import annotations

import re
import smtplib
import ssl
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import format_datetime, parseaddr
from pathlib import Path

from app.core.clock import now
from app.core.settings import Settings, current
from app.notify.channels import OutcomeUnknown, Outgoing, TransportError

TIMEOUT_S = 10
ANSWER_TIMEOUT_S = 60
"""RFC 5321 (4.5.3.2.6) lets a server think for minutes about what it was given; a minute does."""


class Email:
    name = "email"
    label = "E-mail"
    settings = ("smtp_host", "smtp_port", "mail_from")

    def refusal(self, recipient: str) -> str | None:
        from email_validator import EmailNotValidError, validate_email

        if not recipient:
            return "There is no e-mail address for this contact."
        try:
            validate_email(recipient, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            return f"“{recipient[:80]}” is not an e-mail address."
        return None

    def new_message_id(self, unique: str) -> str:
        domain = parseaddr(current().mail_from)[1].rpartition("@")[2] or "localhost"
        return f"<{unique}@{domain}>"

    def send(self, outgoing: Outgoing) -> None:
        settings = current()
        letter = build(outgoing, settings)
        sender = parseaddr(settings.mail_from)[1]
        try:
            server = _connect(settings)
        except smtplib.SMTPAuthenticationError as problem:
            raise TransportError(
                "The mail server refuses our sign-in.", permanent=False
            ) from problem
        except (OSError, smtplib.SMTPException) as problem:
            raise TransportError(
                f"The mail server does not answer ({problem}).", permanent=False
            ) from problem
        try:
            _hand_over(server, sender, outgoing.recipient, letter.as_bytes())
        finally:
            server.close()

    def was_accepted(self, message_id: str) -> bool | None:
        folder = current().mail_catcher_dir
        if folder is None or not folder.is_dir():
            return None
        return any(_is(file, message_id) for file in folder.rglob("*.eml"))


def build(outgoing: Outgoing, settings: Settings) -> EmailMessage:
    """Return the letter as MIME: plain text, and HTML as its alternative."""
    letter = EmailMessage(policy=policy.SMTP)
    name, address = parseaddr(settings.mail_from)
    letter["From"] = Address(display_name=name or settings.shop_name, addr_spec=address)
    letter["To"] = outgoing.recipient
    letter["Subject"] = outgoing.subject
    letter["Date"] = format_datetime(now())
    letter["Message-ID"] = outgoing.message_id
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(outgoing.body_text)
    letter.add_alternative(outgoing.body_html, subtype="html")
    return letter


def _connect(settings: Settings) -> smtplib.SMTP:
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S)
    try:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _hand_over(server: smtplib.SMTP, sender: str, recipient: str, letter: bytes) -> None:
    """MAIL, RCPT, DATA. Until the final dot is out nothing can have been taken; after it, it may."""
    try:
        _expect(server.mail(sender), {250})
        _expect(server.rcpt(recipient), {250, 251})
        _expect(server.docmd("DATA"), {354})
        dotted = re.sub(rb"(?m)^\.", b"..", letter)
        server.send(dotted + (b"" if dotted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
    except (OSError, smtplib.SMTPServerDisconnected) as problem:
        raise TransportError(f"The mail server hung up ({problem}).", permanent=False) from problem
    try:
        if server.sock is not None:
            server.sock.settimeout(ANSWER_TIMEOUT_S)
        answer = server.getreply()
    except (OSError, smtplib.SMTPException) as problem:
        raise OutcomeUnknown(
            f"The mail server did not say whether it took it ({problem})."
        ) from problem
    _expect(answer, {250})


def _expect(answer: tuple[int, bytes], wanted: set[int]) -> None:
    code, words = answer
    if code not in wanted:
        said = words.decode("utf-8", "replace")[:300]
        raise TransportError(f"The mail server says {code} {said}", permanent=500 <= code < 600)


def _is(file: Path, message_id: str) -> bool:
    """Whether the stored letter has this Message-ID."""
    try:
        with file.open("rb") as stored:
            found = BytesHeaderParser().parse(stored)["Message-ID"]
    except OSError:
        return False
    return str(found).strip() == message_id


CHANNEL = Email()
