"""An SMTP server that keeps what it gets: the embedded shop's mail goes here, and nowhere else.

`python -m app.cli.embedded.mailcatcher PORT FOLDER` runs it. Each mail is one .eml file with the
envelope in `X-MailFrom` and `X-RcptTo` headers.
"""

import signal
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from app.cli.embedded.home import write_private
from app.cli.embedded.ports import HOST

MAX_BYTES = 25 * 1024 * 1024


class Catcher(Message):
    """Writes each mail to `folder` before the sender hears 250."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def handle_message(self, message: Any) -> None:
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:12]}.eml"
        write_private(self.folder / name, message.as_bytes())


def serve(port: int, folder: Path) -> None:
    """Catch mail on the loopback address until told to stop."""
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
