"""JSON as its standard has it (RFC 8259): a body that is none of it is refused, however it is wrong."""

from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class StrictJSON(DefaultJSONProvider):
    """Flask's own, which raises ValueError for NaN and Infinity and for what is nested too deep."""

    def loads(self, s: str | bytes, **more: Any) -> Any:
        """Return what `s` says. Raises ValueError, which becomes 400 where a request's body is read."""
        try:
            return super().loads(s, parse_constant=_refuse, **more)
        except RecursionError:
            raise ValueError("nested too deep") from None


def init(app: Flask) -> None:
    """Let `app` read JSON strictly."""
    app.json = StrictJSON(app)
