"""Functions named by their place, imported when they are first called: a `flask` command doesn't wait for
what only a worker needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.utils import import_string


@dataclass(frozen=True)
class Call:
    """The function at ``module:name``, imported at its first call."""

    place: str

    def resolve(self) -> Callable[..., Any]:
        """Return the function; raise ImportError where there is none."""
        found: Callable[..., Any] = import_string(self.place)
        return found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.resolve()(*args, **kwargs)
