"""JSON as its standard has it (RFC 8259): a body that is none of it is refused, however it is wrong."""

import math
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

DEEPEST = 100


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _check(value: Any) -> None:
    """Raise ValueError for what is nested too deep to be walked, and for numbers without an end, as 1e999."""
    level = [value]
    for _ in range(DEEPEST):
        if any(isinstance(one, float) and not math.isfinite(one) for one in level):
            raise ValueError("a number is too large")
        parts = (one.values() if isinstance(one, dict) else one
                 for one in level if isinstance(one, dict | list))  # fmt: skip
        level = [part for one in parts for part in one]
        if not level:
            return
    raise ValueError("nested too deep")


class StrictJSON(DefaultJSONProvider):
    """Flask's own, which raises ValueError for NaN, Infinity and what becomes it, and for what is nested too deep."""

    def loads(self, s: str | bytes, **more: Any) -> Any:
        """Return what `s` says. Raises ValueError, which becomes 400 where a request's body is read."""
        try:
            found = super().loads(s, parse_constant=_refuse, **more)
        except RecursionError:
            raise ValueError("nested too deep") from None
        _check(found)
        return found


def init(app: Flask) -> None:
    """Let `app` read JSON strictly."""
    app.json = StrictJSON(app)
