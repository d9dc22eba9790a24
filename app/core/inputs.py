"""What verbs take: pydantic models whose faults are sentences, parsed alike from forms and JSON."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    create_model,
)
from pydantic_core import core_schema

from app.core.clock import shop_day
from app.core.errors import BadInput
from app.core.fonts import is_blank
from app.core.money import exponent, without_currency
from app.core.numbers import read_decimal, read_whole, shorten
from app.core.text_input import unprintable
from app.core.translations import _
from app.core.web.formats import quantity

MOST_MINOR = 10**12


class Input(BaseModel):
    """Base of what a verb takes. A field's title is its label, its description the help below it."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: Any) -> dict[str, Any]:
        """Return the raw values of a form: the fields of the same names, those left empty left out.
        A field declared with ``exclude=True`` is never typed: its page gives it."""
        fields = {name: field for name, field in cls.model_fields.items() if not field.exclude}
        given = {name: form[name] for name in fields if name in form}
        return {n: value for n, value in given.items() if value != "" or fields[n].is_required()}


def fields(**declared: Any) -> type[Input]:
    """Return an input of these fields, each a type or a pair of type and default.

    As ``fields(day=Day, note=(Note, ""))``; one that needs more than its fields is a class of its own.
    """
    return create_model("fields", __base__=Input, **declared)


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


@dataclass(frozen=True, eq=False)
class Limit:
    """Metadata of a field: what checks its value (ValueError with the sentence that says what is wrong),
    what OpenAPI says of it, and what a form does: limits, lines of its box, stored value → words."""

    check: Callable[[Any], Any] = lambda value: value
    schema: Mapping[str, Any] | None = None
    least: int = 0
    most: int = 500
    rows: int = 0
    options: Mapping[str, str] | None = None
    is_from_today: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return handler(schema) | (self.schema or {})


def Text(missing: str = "", most: int = 500, rows: int = 0, *, is_printed: bool = False) -> Limit:
    """Return the metadata of a text: trimmed, at most `most` characters, in a box of `rows` lines.
    `missing` is the sentence for an empty one; without it the text may be empty. One that `is_printed`
    on papers may hold only letters that our typefaces have.
    """

    def check(value: str) -> str:
        value = "" if is_blank(value.strip()) else value.strip()
        if missing and not value:
            raise ValueError(missing)
        if len(value) > most:
            limits = {"most": quantity(most), "now": quantity(len(value))}
            raise ValueError(
                _("Shorten this to %(most)s characters; it has %(now)s now.", **limits)
            )
        faults = (unprintable(line) for line in value.splitlines() if is_printed)
        if fault := next(filter(None, faults), None):
            raise ValueError(fault)
        return value

    return Limit(check, {"maxLength": most}, most=most, rows=rows)


def Between(least: int, most: int, sentence: str) -> Limit:
    """Return the metadata of a whole number: its limits, and the sentence that names them."""

    def check(value: int) -> int:
        if not least <= value <= most:
            raise ValueError(sentence)
        return value

    return Limit(check, {"minimum": least, "maximum": most}, least, most)


def NotPast(sentence: str) -> Limit:
    """Return the metadata of a day that may not lie before today in the shop's zone."""

    def check(value: date | None) -> date | None:
        if value is not None and value < shop_day():
            raise ValueError(sentence)
        return value

    return Limit(check, is_from_today=True)


def Choice(options: Mapping[str, str]) -> Limit:
    """Return the metadata of a text that is one of `options`: stored value → words of the form."""

    def check(value: str) -> str:
        if value not in options:
            raise ValueError(_("Choose one of the options."))
        return value

    return Limit(check, {"enum": list(options)}, options=options)


@dataclass(frozen=True)
class FormField:
    """One field of a verb's form as the page draws it."""

    name: str
    label: str
    kind: str
    help: str
    is_required: bool
    default: Any
    limit: Limit

    @property
    def is_text(self) -> bool:
        """Whether people type words into it."""
        return self.kind in ("text", "textarea")

    @property
    def attributes(self) -> dict[str, Any]:
        """The limits as attributes of the input in HTML."""
        limit = self.limit
        if self.kind == "number":
            return {"min": limit.least}
        if self.kind == "date":
            return {"min": shop_day()} if limit.is_from_today else {}
        return {"maxlength": limit.most} | ({"rows": limit.rows} if limit.rows else {})


def form_fields(model: type[Input]) -> list[FormField]:
    """Return the fields of an input that a form can carry by themselves, in declared order."""
    found = []
    for name, field in model.model_fields.items():
        kind, limit = _kind(field.annotation), _limit(field)
        if kind is None:
            continue
        found.append(
            FormField(
                name=name,
                label=field.title or name.replace("_", " ").capitalize(),
                kind="textarea" if limit.rows else kind,
                help=field.description or "",
                is_required=field.is_required(),
                default=field.default if limit.options else "",
                limit=limit,
            )
        )
    return found


def _limit(field: Any) -> Limit:
    """Return the field's limit, also where the field may be None."""
    parts = [*field.metadata]
    for option in get_args(field.annotation):
        parts += get_args(option)
    return next((part for part in parts if isinstance(part, Limit)), Limit())


def _kind(annotation: Any) -> str | None:
    kinds = {str: "text", int: "number", date: "date"}
    if annotation in kinds:
        return kinds[annotation]
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return next((kind for part in get_args(annotation) if (kind := _kind(part))), None)
    return None


def _whole_number(value: Any) -> Any:
    if isinstance(value, str):
        value = read_whole(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(_("Enter a whole number."))
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(_("Enter the date as year, month, day: 2027-02-14.")) from None
    return value


WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Day = Annotated[date, BeforeValidator(_day)]


def price_minor(text_of_amount: str, currency: str, field: str) -> int:
    """Return an amount such as ``£120.50`` or ``CHF 12.50`` in minor units; raise BadInput that names `field`."""
    shown, places = shorten(text_of_amount), exponent(currency)
    try:
        amount = read_decimal(without_currency(text_of_amount, currency), places)
    except ValueError as fault:
        raise BadInput(str(fault), field=field) from None
    minor = amount.scaleb(places)
    # one with further decimals may be a thousand with a point: 1.000
    if int(amount.as_tuple().exponent) < -places or not 0 <= minor < MOST_MINOR:
        raise BadInput(
            _("“%(shown)s” is not an amount in %(currency)s.", shown=shown, currency=currency),
            field=field,
        )
    return int(minor)
