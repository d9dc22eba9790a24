"""The customer's mailbox: what the embedded shop's mail catcher kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from tests.walk.web_client import WalkFailed, until

LINK = re.compile(r"https?://[^\s<>\"]+/t/[\w-]+")


@dataclass(frozen=True)
class Mail:
    """One e-mail: its subject, its plain text, the link in it."""

    subject: str
    text: str

    def says(self, words: str) -> bool:
        return words in self.subject.lower() or words in self.text.lower()

    @property
    def link(self) -> str:
        found = LINK.search(self.text)
        if found is None:
            raise WalkFailed(f"The e-mail “{self.subject}” has no link.")
        return found.group()


class Mailbox:
    """E-mails to one address."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.address = address

    def mails(self) -> list[Mail]:
        """Return every e-mail so far, oldest first."""
        found = []
        for file in sorted(self.folder.glob("*.eml")):
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            if self.address.lower() in message["X-RcptTo"].lower().split(", "):
                found.append(Mail(str(message["Subject"]), body.get_content() if body else ""))
        return found

    def wait(self, words: str, what: str) -> Mail:
        """Return the e-mail with `words` (in small letters), waiting for it; fail where two do."""

        def look() -> Mail | None:
            have = [mail for mail in self.mails() if mail.says(words)]
            if len(have) > 1:
                raise WalkFailed(f"{len(have)} e-mails about {what}: “{have[0].subject}”.")
            return have[0] if have else None

        found: Mail = until(look, f"The e-mail about {what}")
        return found
