"""What the API answers, declared once: routes and the OpenAPI document are loops over it.

An endpoint is a reading of its own (app/api/orders.py) or a verb of a room: every verb that is
offered to the API is a POST, and nothing about it is written here again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import g, request
from pydantic import BaseModel

from app.api.shapes import Action, RecordAfter
from app.core.actor import Actor
from app.core.errors import BadInput
from app.core.idempotency import HEADER, Replayed
from app.core.translations import _
from app.core.verbs import VERBS, Subject, Verb, offers
from app.core.web.perform import perform_with

#: Kind → the model and the function that give out a record of it; others are told by their reference,
#: state and what can be done now.
SHAPES: dict[str, tuple[type[BaseModel], Callable[[Any, Actor], BaseModel]]] = {}


@dataclass(frozen=True)
class Endpoint:
    """One address: `answer(actor, arguments, **path)` returns the shape `Answer`.

    `Arguments` are checked before: of the address where `method` is GET, else of the JSON body.
    `permission` is the scope it takes; None where a verb's depends on the record: then `require(actor,
    **path)` asks for it, before anything is said about the arguments.
    """

    method: str
    path: str
    name: str
    summary: str
    answer: Callable[..., BaseModel]
    Answer: type[BaseModel]
    Arguments: type[BaseModel] | None = None
    permission: str | None = None
    require: Callable[..., None] | None = None
    require_possible: Callable[..., None] | None = None
    """Asked with what `answer` is where the arguments are wrong: raises why it can't be done at all."""

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")


def actions(kind: str, record: Any, actor: Actor) -> list[Action]:
    """Return what `actor` may do with the record over the API, and what hinders it."""
    return [
        Action(
            verb=offer.verb.key,
            label=offer.verb.label,
            permission=offer.verb.permission_for(record),
            problem=str(offer.problem) if offer.problem else None,
        )
        for offer in offers(kind, record, actor, "api").values()
    ]


def after(subject: Subject[Any], record: Any, actor: Actor) -> BaseModel:
    """Return the record as the API gives it out."""
    if subject.kind in SHAPES:
        return SHAPES[subject.kind][1](record, actor)
    row = subject.row(record)
    return RecordAfter(
        id=row.id,
        state=getattr(row, "state", None),
        version=getattr(row, "version_id", None),
        allowed_actions=actions(subject.kind, record, actor),
    )


def do(verb: Verb[Any, Any, Any], actor: Actor, arguments: dict[str, Any], ref: str) -> BaseModel:
    """Do the verb with the record `ref` and return the record as it is then.

    The header Idempotency-Key makes a repeated call answer the record without a second effect, marked
    with Idempotent-Replayed. The header If-Match with the record's version refuses it after a change.
    """
    key = request.headers.get(HEADER, "")
    record, version = verb.on.find(ref), _seen_version()
    try:
        perform_with(verb, record, actor, arguments, key=key, seen_version=version)
    except Replayed:
        g.replayed = True
    return after(verb.on, verb.on.find(ref), actor)


def _require(verb: Verb[Any, Any, Any], actor: Actor, ref: str) -> None:
    verb.require(verb.on.find(ref), actor)


def _require_possible(verb: Verb[Any, Any, Any], actor: Actor, ref: str) -> None:
    record = verb.on.find(ref)
    verb.require(record, actor)
    if problem := verb.refusal(record, actor):
        raise problem


def _seen_version() -> int | None:
    text = request.headers.get("If-Match", "").strip('" ')
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadInput(
            _("If-Match must be the record's version, a whole number."), field="If-Match"
        )
    return int(text)


def _plural(kind: str) -> str:
    """Return how an address names records of the kind: orders, families, tax_classes."""
    if kind.endswith("y"):
        return f"{kind[:-1]}ies"
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


def verb_endpoints() -> list[Endpoint]:
    """Return one endpoint for each verb that the API offers."""
    return [
        Endpoint(
            method="POST",
            path=f"/{_plural(kind).replace('_', '-')}/{{ref}}/{key}",
            name=f"{kind}_{key}",
            summary=f"{verb.label} ({kind.replace('_', ' ')})",
            answer=partial(do, verb),
            Answer=SHAPES[kind][0] if kind in SHAPES else RecordAfter,
            Arguments=verb.Input,
            permission=verb.permission if isinstance(verb.permission, str) else None,
            require=partial(_require, verb),
            require_possible=partial(_require_possible, verb),
        )
        for (kind, key), verb in VERBS.items()
        if "api" in verb.entry
    ]
