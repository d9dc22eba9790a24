"""Fields that sections of the shop's settings are made of, beside those of `app.core.inputs`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import time
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from app.core.errors import BadInput
from app.core.inputs import Day, Limit, checked_by
from app.core.text_input import clean_email, clean_line
from app.core.translations import _


class Row(BaseModel):
    """Base of one row of a list of settings, and of settings that stand in one line."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Options(Mapping[str, str]):
    """Stored value → words, made when they are asked for, in the reader's language."""

    def __init__(self, make: Callable[[], Mapping[str, str]]) -> None:
        self.make = make

    def __getitem__(self, key: str) -> str:
        return self.make()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.make())

    def __len__(self) -> int:
        return len(self.make())


def one_of(options: Callable[[], Mapping[str, str]], fault: str) -> Limit:
    """Return the metadata of a text that is one of `options`; `fault` is the sentence for another one, with
    ``%(value)s`` in its place."""

    def check(value: str) -> str:
        if value not in options():
            raise ValueError(_(fault, value=value[:60]))
        return value

    return Limit(check, options=Options(options))


def line(what: str, longest: int = 200, *, needed: bool = False) -> Limit:
    """Return the metadata of one line of text that can be printed; `what` is what a fault calls it."""

    def check(value: str) -> str:
        try:
            return clean_line(value, str(what), "", longest=longest, needed=needed)
        except BadInput as fault:
            raise ValueError(str(fault)) from None

    return Limit(check, least=int(needed), most=longest)


def _time(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return time.fromisoformat(value.strip()) if value.strip() else None
    except ValueError:
        raise ValueError(_("Enter the time as hours and minutes: 09:00.")) from None


def _no_day(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


ClockTime = Annotated[time | None, BeforeValidator(_time)]
OptionalDay = Annotated[Day | None, BeforeValidator(_no_day)]


def _or_empty(clean: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: clean(value) if value.strip() else ""


Email = Annotated[str, Limit(most=254), checked_by(_or_empty(clean_email))]


def _website(value: str) -> str:
    address = value.strip()
    if not address:
        return ""
    if "://" not in address:
        address = f"https://{address}"
    scheme, _sep, rest = address.partition("://")
    host = rest.partition("/")[0]
    if scheme not in ("http", "https") or "." not in host or any(map(str.isspace, address)):
        raise ValueError(
            _("“%(value)s” is not a web address, such as example.com.", value=value[:60])
        )
    return address


Website = Annotated[str, Limit(_website, most=200)]
