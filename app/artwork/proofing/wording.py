"""What the customer wrote for the product, beside the words that their file holds."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.translations import _
from app.inspection.facts import TEXT_MAX
from app.inspection.file_facts import FileFacts

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Wording:
    """Pairs of label and text that the file must hold and does not; labels of those that nobody could
    compare, that we add ourselves, and that are information only."""

    missing: list[tuple[str, str]]
    unread: list[str]
    added: list[str]
    information: list[str]

    @property
    def warnings(self) -> list[str]:
        """What must be looked at before anybody approves."""
        said = [
            _(
                "“%(text)s” (%(label)s) was not found in the text of the file. We make what the file says, "
                "so correct the file or the order.",
                text=text, label=label,
            )
            for label, text in self.missing
        ]  # fmt: skip
        if self.unread:
            said.append(
                _(
                    "The text of the file can't be read (outlines, a picture or very much text), so nobody compared it "
                    "with: %(labels)s. Compare them yourself; we make what the file says.",
                    labels=", ".join(self.unread),
                )
            )
        return said

    @property
    def notes(self) -> list[str]:
        """What the words are for where the file need not hold them."""
        said = []
        if self.added:
            said.append(
                _("Added by us, exactly as written: %(labels)s.", labels=", ".join(self.added))
            )
        if self.information:
            labels = ", ".join(self.information)
            said.append(
                _("For information only, not part of the artwork: %(labels)s.", labels=labels)
            )
        return said


def check_wording(written: Sequence[tuple[str, str, str]], facts: FileFacts) -> Wording:
    """Compare what is `written` (label, text, use) for the file with the file's text; capitals, accents'
    coding, spaces and punctuation make no difference, nor the order in which a file keeps its lines."""
    in_file = [(label, text) for label, text, use in written if use == "file"]
    words, letters = _words(facts.text_layer), "".join(_words(facts.text_layer))
    missing = [
        (label, text)
        for label, text in in_file
        if "".join(_words(text)) not in letters and not set(_words(text)) <= set(words)
    ]
    is_cut = len(facts.text_layer) >= TEXT_MAX  # what comes after it may hold what is missing
    unread = [label for label, _text in in_file] if not words else []
    if is_cut:
        missing, unread = [], [label for label, _text in missing]
    return Wording(
        missing=missing if words else [],
        unread=unread,
        added=[label for label, _text, use in written if use == "added"],
        information=[label for label, _text, use in written if use == "information"],
    )


def _words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())
