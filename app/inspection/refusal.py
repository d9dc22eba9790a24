"""A file that cannot be taken, with the reason as a code, a sentence and what to do."""

from app.core.errors import Refused

EXPORT_AGAIN = "Export it again from the program it was made with and upload the new file."


class FileRefused(Refused):
    """Raised wherever a file is looked at; `code` is stable, `sentence` and `next_step` are shown.

    Codes: empty, too_large, name_type, type, mismatch, truncated, damaged, password, pixels, bomb,
    external, entities, triangles, no_triangles, changed, not_checked, no_page, not_drawn,
    stopped_memory, stopped_time, stopped_crashed.
    """

    def __init__(self, code: str, sentence: str, *, next_step: str = EXPORT_AGAIN) -> None:
        super().__init__(sentence, next_step=next_step)
        self.code = code


def truncated(word: str) -> FileRefused:
    """Return the refusal of a file that stops before its end."""
    return FileRefused("truncated", f"The {word} ends too early: part of it is missing.")


def damaged(word: str) -> FileRefused:
    """Return the refusal of a file of the right type that cannot be read."""
    return FileRefused("damaged", f"The {word} is damaged and cannot be opened.")
