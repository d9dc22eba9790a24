"""Functions named by their place, imported when they are first called: a `flask` command doesn't wait for
what only a worker needs."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


class Call:
    """A function known by ``module:name``."""

    def __init__(self, place: str) -> None:
        self.place = place

    def resolve(self) -> Callable[..., Any]:
        """Return the function; raise ImportError or AttributeError where there is none."""
        module, _, name = self.place.partition(":")
        found: Callable[..., Any] = getattr(import_module(module), name)
        return found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.resolve()(*args, **kwargs)

    def __repr__(self) -> str:
        return f"call({self.place!r})"


def call(place: str) -> Call:
    """Return the function at ``module:name``, imported at its first call."""
    return Call(place)
