"""Gunicorn's log, should somebody turn its access log on: tokens in addresses are left out."""

import re
from typing import Any

from gunicorn.glogging import Logger

TOKENS = re.compile(r"(/t/|/admin/choose-password/|[?&]ticket=)[^/?&#\s\"]+")


def masked(text: str) -> str:
    """Return `text` with “…” in the place of each token that stands in an address."""
    return TOKENS.sub(r"\1…", text)


class MaskingLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own logger, with masked addresses."""

    def atoms(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return what a line is made of, masked."""
        found: dict[str, Any] = super().atoms(*args, **kwargs)
        return {key: masked(item) if isinstance(item, str) else item for key, item in found.items()}
