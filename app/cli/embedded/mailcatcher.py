"""An SMTP server that keeps what it gets: the embedded shop's mail goes here, and nowhere else.

`python -m app.cli.embedded.mailcatcher PORT FOLDER` runs it. Each mail is one .eml file with the
envelope in `X-Envelope-From` and `X-Envelope-To` headers; `index.jsonl` has one line a mail.
"""

import asyncio
import json
import signal
import sys
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from app.cli.embedded.home import write_private
from app.cli.embedded.ports import HOST

NAME = "mailcatcher"
INDEX = "index.jsonl"
MAX_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True)
class CaughtMail:
    """One mail as the index has it; `file` lies in the same folder."""

    at: str
    file: str
    sender: str
    recipients: list[str]
    subject: str
    message_id: str


class Catcher:
    """The aiosmtpd handler: writes the mail before it says 250."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep the mail; the sender hears 250 only when it is on the disk."""
        content: bytes = envelope.original_content or envelope.content
        await asyncio.to_thread(self.keep, envelope.mail_from, list(envelope.rcpt_tos), content)
        return "250 Kept"

    def keep(self, sender: str, recipients: list[str], content: bytes) -> CaughtMail:
        """Write one mail and its line in the index; returns the line."""
        letter = message_from_bytes(content, policy=policy.default)
        at = datetime.now(UTC)
        mail = CaughtMail(
            at=at.isoformat(timespec="milliseconds"),
            file=f"{at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}.eml",
            sender=sender,
            recipients=recipients,
            subject=str(letter.get("Subject", "")),
            message_id=str(letter.get("Message-ID", "")),
        )
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        write_private(self.folder / mail.file, envelope.encode("utf-8", "replace") + content)
        with (self.folder / INDEX).open("a", encoding="utf-8") as index:
            index.write(json.dumps(asdict(mail), ensure_ascii=False) + "\n")
        return mail


def serve(port: int, folder: Path) -> None:
    """Catch mail on the loopback address until told to stop."""
    from aiosmtpd.controller import Controller

    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    server = Controller(
        Catcher(folder),
        hostname=HOST,
        port=port,
        server_hostname="localhost",
        data_size_limit=MAX_BYTES,
        enable_SMTPUTF8=True,
    )
    server.start()
    signal.sigwait(ends)
    server.stop()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
