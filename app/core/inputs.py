"""What verbs take: pydantic models whose faults are sentences, parsed alike from forms and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import core_schema

from app.core.errors import BadInput
from app.core.money import exponent
from app.core.translations import _
from app.core.web.formats import quantity

MOST_MINOR = 10**12
M = TypeVar("M")


class Input(BaseModel):
    """Base of what a verb takes. A field's title is its label, its description the help below it."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: Any) -> dict[str, Any]:
        """Return the raw values of a form: the fields of the same names, those left empty left out.

        A field declared with ``exclude=True`` is never typed: its page gives it.
        """
        named = (name for name, field in cls.model_fields.items() if not field.exclude)
        given = {name: form[name] for name in named if name in form}
        return {name: value for name, value in given.items() if value != "" or cls._wants(name)}

    @classmethod
    def _wants(cls, name: str) -> bool:
        return cls.model_fields[name].is_required()


def parse(model: type[Input], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the checked fields; raise BadInput with the first fault, `faults` holding all of them."""
    try:
        checked = model.model_validate(dict(given))
    except ValidationError as problem:
        raise bad_input(problem) from None
    return {name: getattr(checked, name) for name in model.model_fields}


def bad_input(problem: ValidationError) -> BadInput:
    """Return pydantic's faults as one problem: field by field, each with its sentence."""
    faults: dict[str, str] = {}
    for fault in problem.errors(include_url=False):
        name = ".".join(str(part) for part in fault["loc"])
        faults.setdefault(name, _sentence(fault))
    field, sentence = next(iter(faults.items()))
    return BadInput(sentence, field=field or None, faults=faults)


class Faults:
    """Gathers what is wrong with a form, so that a person is told of all mistakes at once."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    @contextmanager
    def caught(self, within: str = "") -> Iterator[None]:
        """Keep the faults of a BadInput that is raised inside, `within` before each field's name."""
        try:
            yield
        except BadInput as fault:
            for field, sentence in (fault.faults or {"form": str(fault)}).items():
                self.found.setdefault(within + field, sentence)

    def raise_all(self) -> None:
        """Raise one BadInput with everything that was found; return where nothing was."""
        for field, sentence in self.found.items():
            raise BadInput(sentence, field=field, faults=self.found)


def checked_by(check: Callable[[Any], Any]) -> AfterValidator:
    """Return metadata that passes a field through `check`, whose BadInput is the field's fault."""

    def validate(value: Any) -> Any:
        try:
            return check(value)
        except BadInput as fault:
            raise ValueError(str(fault)) from None

    return AfterValidator(validate)


def _sentence(fault: Any) -> str:
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, ValueError):
        return str(cause)
    if fault["type"] == "missing":
        return _("Fill in this field.")
    if fault["type"] == "extra_forbidden":
        return _("There is no field with this name.")
    return f"{fault['msg']}."


@dataclass(frozen=True)
class Text:
    """Metadata of a text field: trimmed, at most `most` characters; `missing` is the sentence for an empty one,
    which may be empty without it. `rows` makes a box of several lines."""

    missing: str = ""
    most: int = 500
    rows: int = 0

    def check(self, value: str) -> str:
        """Return the trimmed text; raise ValueError with the sentence that says what is wrong."""
        value = value.strip()
        if self.missing and not value:
            raise ValueError(self.missing)
        if len(value) > self.most:
            raise ValueError(
                f"Shorten this to {quantity(self.most)} characters; it has {quantity(len(value))} now."
            )
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return handler(schema) | {"maxLength": self.most}


@dataclass(frozen=True)
class Between:
    """Metadata of a whole number: its limits, and the sentence that names them."""

    least: int
    most: int
    sentence: str

    def check(self, value: int) -> int:
        """Return the number; raise ValueError with the sentence where it is out of the limits."""
        if not self.least <= value <= self.most:
            raise ValueError(self.sentence)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return handler(schema) | {"minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, eq=False)
class Choice:
    """Metadata of a text field that takes one of `options`: stored value → words of the form."""

    options: Mapping[str, str]

    def check(self, value: str) -> str:
        """Return the value; raise ValueError where it is none of the options."""
        if value not in self.options:
            raise ValueError("Choose one of the options.")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return handler(schema) | {"enum": list(self.options)}


@dataclass(frozen=True)
class FormField:
    """One field of a verb's form as the page draws it."""

    name: str
    label: str
    kind: str
    help: str
    is_required: bool
    least: int
    most: int
    rows: int
    options: tuple[tuple[str, str], ...] | None = None
    default: Any = ""


def form_fields(model: type[Input]) -> list[FormField]:
    """Return the fields of an input that a form can carry by themselves, in declared order."""
    found = []
    for name, field in model.model_fields.items():
        kind = _kind(field.annotation)
        if kind is None:
            continue
        text = _metadata(field, Text) or Text()
        limits = _metadata(field, Between)
        choice = _metadata(field, Choice)
        found.append(
            FormField(
                name=name,
                label=field.title or name.replace("_", " ").capitalize(),
                kind="textarea" if text.rows else kind,
                help=field.description or "",
                is_required=field.is_required(),
                least=limits.least if limits else 0,
                most=limits.most if limits else text.most,
                rows=text.rows,
                options=tuple(choice.options.items()) if choice else None,
                default=field.default if choice else "",
            )
        )
    return found


def _metadata(field: Any, kind: type[M]) -> M | None:
    """Return the field's metadata of that kind, also where the field may be None."""
    parts = [*field.metadata]
    for option in get_args(field.annotation):
        parts += get_args(option)
    return next((part for part in parts if isinstance(part, kind)), None)


def _kind(annotation: Any) -> str | None:
    kinds = {str: "text", int: "number", date: "date"}
    if annotation in kinds:
        return kinds[annotation]
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return next((kind for part in get_args(annotation) if (kind := _kind(part))), None)
    return None


def _whole_number(value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip().replace(",", "")
        if not value.isascii() or not value.isdigit() or len(value) > 9:
            raise ValueError("Enter a whole number.")
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("Enter a whole number.")
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError("Enter the date as year, month, day: 2027-02-14.") from None
    return value


WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Day = Annotated[date, BeforeValidator(_day)]


def price_minor(text_of_amount: str, currency: str, field: str) -> int:
    """Return an amount such as ``£120.50`` in minor units; raise BadInput that names `field`."""
    shown = text_of_amount[:40]
    try:
        amount = Decimal(text_of_amount.strip().replace(",", "").lstrip("£$€ "))
    except InvalidOperation:
        raise BadInput(
            _("“%(shown)s” is not an amount, such as 120.50.", shown=shown), field=field
        ) from None
    # a number such as 1e999999 would overflow when it is counted in minor units
    is_amount = amount.is_finite() and -20 < amount.adjusted() < 20
    minor = amount.scaleb(exponent(currency)) if is_amount else Decimal(-1)
    if minor != minor.to_integral_value() or not 0 <= minor < MOST_MINOR:
        raise BadInput(
            _("“%(shown)s” is not an amount in %(currency)s.", shown=shown, currency=currency),
            field=field,
        )
    return int(minor)
