"""Adapters to other systems: one folder each, found and checked when the shop starts.

A room declares a `Kind` in the package of its adapters' folders; each folder's ``ADAPTER`` is its class.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import getdoc, isabstract
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from pydantic import BaseModel, SecretStr

from app.core.errors import NotFound
from app.core.lazy import Call
from app.core.translations import _

if TYPE_CHECKING:
    from app.core.outbound.intent import OutboundIntent

REPEATS_BY_KEY = "repeats_by_key"
"""Ability: a write with the same key is made once and answers the same, however often it is asked."""
TELLS_BEGINNING = "tells_beginning"
"""Ability: it calls `write_begins` before the other side can have anything of a write. From there on a write that was
cut off is never made again by itself, not even where the other side does not show it yet."""
WEBHOOKS = "webhooks"
"""Ability: the other system calls us; the adapter has `is_genuine` and `receive`."""


class BadAdapter(RuntimeError):
    """An adapter's folder is broken: the start stops with a sentence that names it."""


class AdapterError(Exception):
    """The other side surely did not accept the write. `permanent`: it never will; otherwise it is tried again,
    after `retry_after_s` where the other side named a time."""

    def __init__(self, sentence: str, *, permanent: bool, retry_after_s: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent
        self.retry_after_s = retry_after_s


class OutcomeUnknown(Exception):
    """The write was handed over and its answer got lost, or the other side can't be asked for it."""


class NoSettings(BaseModel):
    """For adapters that need none."""


class Adapter(ABC):
    """What every adapter says of itself and can do. Network calls have time-outs."""

    kind: ClassVar[str]
    key: ClassVar[str]
    """The folder's name; stored with each intent and never reused for something else."""
    name: ClassVar[str]
    Settings: ClassVar[type[BaseModel]] = NoSettings
    """What it needs; a field of type SecretStr is kept encrypted and never shown again."""
    abilities: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, settings: BaseModel | None = None) -> None:
        self.settings: Any = self.Settings() if settings is None else settings

    @classmethod
    def environment(cls) -> dict[str, Any]:
        """Return the settings that hold where the back office set none."""
        return {}

    @abstractmethod
    def perform_write(self, request: Any) -> dict[str, Any]:
        """Make the write and return its outcome as JSON can hold it. Raises AdapterError where
        nothing was written, OutcomeUnknown where the answer got lost."""

    def find_written(self, request: Any) -> dict[str, Any] | None:
        """Return the outcome of an earlier write, None if there was none; raise OutcomeUnknown in doubt."""
        raise OutcomeUnknown(f"{self.name} can't be asked what it has.")

    def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Return whether a webhook's raw body carries the sender's signature; names in lower case."""
        return False

    def receive(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Take a genuine webhook in: idempotent, in any order. The caller commits."""
        raise BadAdapter(f"{self.key} says that it takes webhooks, but has no way to take one.")

    def test_connection(self) -> str:
        """Try the connection without writing; return a sentence, or raise AdapterError with one."""
        return _("%(name)s needs no connection.", name=self.name)


@dataclass(frozen=True)
class Kind:
    """A kind of write: which adapters make it, and what becomes of the record it is about.

    `package` holds the adapters' folders, `contract` is their abstract base class, `subject` the model of
    the row that follows the intent. `prepare(intent, adapter)` returns what the adapter is asked, None
    where nothing is to be done any more; `follow(intent, result, change, actor)` lets the subject follow
    the outcome and records the event, by default the intent's own. `ends_here`: a person ends a failed
    or unknown write on the intent itself, not on the page of its subject.
    """

    key: str
    label: str
    package: str
    contract: Any
    prepare: Callable[[OutboundIntent, Adapter], Any] = lambda intent, adapter: dict(
        intent.payload, key=intent.key
    )
    follow: Callable[..., None] | None = None
    subject: Call | None = None
    ends_here: bool = True


KINDS: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Add a kind; called once by the package that holds its adapters."""
    KINDS[kind.key] = kind
    return kind


def load(packages: tuple[str, ...]) -> None:
    """Import the rooms' adapter packages and check every folder in them; raises BadAdapter."""
    for package in packages:
        import_module(package)
    for key in KINDS:
        of_kind(key)


@cache
def of_kind(kind: str) -> dict[str, type[Adapter]]:
    """Return key → class of all adapters of `kind`; raises BadAdapter for a broken folder."""
    folder = Path(str(import_module(KINDS[kind].package).__file__)).parent
    places = (p for p in sorted(folder.iterdir()) if p.is_dir() and any(p.glob("*.py")))
    return {place.name: _checked(KINDS[kind], place) for place in places}


def adapter(kind: str, key: str) -> type[Adapter]:
    """Return one adapter's class; raise NotFound that lists those there are."""
    known = of_kind(kind) if kind in KINDS else {}
    if key not in known:
        names = ", ".join(sorted(known)) or "none"
        raise NotFound(
            _("There is no %(kind)s “%(key)s”.", kind=kind, key=key),
            next_step=_("Choose one of: %(names)s.", names=names),
        )
    return known[key]


def secret_fields(schema: type[BaseModel]) -> frozenset[str]:
    """Return the names of the fields that are kept encrypted."""
    return frozenset(
        name
        for name, field in schema.model_fields.items()
        if field.annotation is SecretStr or SecretStr in getattr(field.annotation, "__args__", ())
    )


def _checked(kind: Kind, place: Path) -> type[Adapter]:
    def broken(why: str) -> BadAdapter:
        return BadAdapter(f"The adapter in {place} is broken: {why}. Correct or remove the folder.")

    if not (place / "__init__.py").is_file():
        raise broken("it has no __init__.py")
    try:
        found: Any = getattr(import_module(f"{kind.package}.{place.name}"), "ADAPTER", None)
    except Exception as problem:
        raise broken(f"{type(problem).__name__}: {problem}") from problem
    is_adapter: bool = isinstance(found, type) and issubclass(found, kind.contract)
    if not is_adapter:
        raise broken(f"its ADAPTER is not a {kind.contract.__name__}")
    if getattr(found, "key", "") != place.name or not place.name.isidentifier():
        raise broken("its key is not the folder's name")
    if found.kind != kind.key or not getattr(found, "name", "") or not getdoc(found):
        raise broken("it does not say its name and what it is")
    if isabstract(found):
        raise broken(f"it has no {', '.join(sorted(found.__abstractmethods__))}")
    return cast("type[Adapter]", found)
