"""What a form needs to know of each field of a model: its kind of input, label, unit and choices.

Read from the field's type, its title and the suffix of its name; `words` says what these can't.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from app.catalog.editor import words
from app.core.translations import _

#: Kinds that hold fields of their own.
CONTAINERS = frozenset({"part", "rows", "conditions", "pairs"})
#: Kinds that carry several values under one name.
SEVERAL = frozenset({"checks", "choice_keys", "option_keys"})
SCALARS = {bool: "bool", int: "number", Decimal: "decimal", date: "date", str: "text"}


@dataclass(frozen=True)
class Spec:
    """One field: `kind` names its input, `part` the model of what it holds, `reference` what it names."""

    name: str
    kind: str
    label: str
    help: str
    unit: str
    default: Any
    is_required: bool
    is_nullable: bool
    choices: Mapping[str, str]
    part: type[BaseModel] | None
    reference: str
    is_signed: bool = False

    @property
    def is_keyed(self) -> bool:
        """Whether it is a list of parts that keys tell apart."""
        return self.kind == "rows" and self.part is not None and "key" in self.part.model_fields

    def label_of(self, value: str) -> str:
        """Return the words for one of its choices."""
        return str(self.choices.get(value) or words.humanize(value))


class Shape(NamedTuple):
    """A type without its wrapping: what is left of it, its metadata, and whether None fits."""

    type: Any
    metadata: tuple[Any, ...]
    is_nullable: bool


@cache
def specs(model: type[BaseModel]) -> dict[str, Spec]:
    """Return name → spec for the fields of `model`, in the order that its form shows them."""
    fields = model.model_fields
    first = [name for name in words.ORDER.get(model.__name__, ()) if name in fields]
    order = [*first, *(name for name in fields if name not in first)]
    return {name: _spec(model, name) for name in order}


def _spec(model: type[BaseModel], name: str) -> Spec:
    field = model.model_fields[name]
    shape = _unwrap(field.annotation, tuple(field.metadata))
    told = words.FIELDS.get((model.__name__, name), words.Field())
    kind, part, choices = _kind(name, shape)
    reference = told.reference or next(
        (one.kind for one in shape.metadata if hasattr(one, "kind") and isinstance(one.kind, str)),
        "",
    )
    default = field.get_default(call_default_factory=True)
    return Spec(
        name=name,
        kind=told.kind or ("reference" if reference and kind == "text" else kind),
        label=str(told.label or field.title or words.humanize(words.bare(name))),
        help=str(told.help or field.description or ""),
        unit=told.unit or words.unit_of(name),
        default=None if default is PydanticUndefined else default,
        is_required=field.is_required(),
        is_nullable=shape.is_nullable,
        choices=told.choices or choices,
        part=part,
        reference=reference,
        is_signed=any((getattr(one, "ge", None) or 0) < 0 for one in shape.metadata),
    )


def _unwrap(annotation: Any, metadata: tuple[Any, ...] = (), *, is_nullable: bool = False) -> Shape:
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _unwrap(inner, (*metadata, *more), is_nullable=is_nullable)
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [one for one in get_args(annotation) if one is not type(None)]
        if len(inner) == 1:
            return _unwrap(inner[0], metadata, is_nullable=True)
    return Shape(annotation, metadata, is_nullable)


def _kind(name: str, shape: Shape) -> tuple[str, type[BaseModel] | None, dict[str, str]]:
    kind, of = shape.type, get_origin(shape.type)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "part", kind, {}
    if of is Literal:
        return "select", None, {str(one): "" for one in get_args(kind)}
    if of in (list, tuple):
        inner = _unwrap(get_args(kind)[0]).type
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return "rows", inner, {}
        if get_origin(inner) is Literal:
            return "checks", None, {str(one): "" for one in get_args(inner)}
        if of is tuple and Ellipsis not in get_args(kind):
            return "size", None, {}
        return {int: "numbers", Decimal: "numbers"}.get(inner, "lines"), None, {}
    if of is dict and get_origin(_unwrap(get_args(kind)[1]).type) is list:
        return "conditions", None, {}
    if of is dict:
        return "pairs", None, {}
    if kind in SCALARS:
        return _scalar(name, kind), None, {}
    raise TypeError(_("There is no input for %(name)s of %(kind)s.", name=name, kind=kind))


def _scalar(name: str, kind: type) -> str:
    if name.endswith("_minor"):
        return "money" if kind is int else "rate"
    if name.endswith("_permille"):
        return "permille"
    if name == "key":
        return "key"
    return SCALARS[kind]
