"""Putting a record on hold and resuming it: one pair of verbs for every kind of record that takes it."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import AlreadyDone, Problem, WrongState
from app.core.events import Payload, payload, record
from app.core.holds import Hold, open_hold
from app.core.inputs import Choice, Day, Input, Text
from app.core.translations import _, _l
from app.core.verbs import Subject, Verb

AnyVerb = Verb[Any, Any, Any]


class Held(Payload):
    """The hold's record, when to follow it up, and which permission releases it."""

    hold_id: uuid.UUID
    follow_up_on: date | None
    release_permission: str


Resumed = payload(hold_id=uuid.UUID | None)


def hold_verbs(
    subject: Subject[Any],
    noun: str,
    missing: str,
    released_by: Mapping[str, str],
    events: tuple[str, str],
    *,
    states: frozenset[str],
    stops: Sequence[AnyVerb],
    explain: str,
    column: str = "",
    entry: frozenset[str] = frozenset({"staff", "api"}),
) -> tuple[AnyVerb, AnyVerb]:
    """Declare “Put on hold” and “Resume” for the records of `subject`, each a `noun`; return both.

    `missing`: the sentence where no reason is entered. `released_by`: the permissions of which one
    releases a hold, with their words on the form; the first puts on hold and is the usual one.
    `events`: the names of the two events. `stops`: the verbs that are refused meanwhile. `column`:
    the row's column that repeats the reason for lists.
    """
    permission = next(iter(released_by))

    class HoldInput(Input):
        reason: Annotated[str, Text(missing), Field(title=_l("Reason, and what it is waiting for"))]
        follow_up_on: Annotated[Day | None, Field(title=_l("Follow up on"))] = None
        release_permission: Annotated[
            str, Choice(released_by), Field(title=_l("Can be released by"))
        ] = permission

    def reason_of(held: Any) -> str | None:
        row = subject.row(held)
        if column:
            return str(getattr(row, column) or "") or None
        found = open_hold(row)
        return found.reason if found else None

    def change(
        held: Any, actor: Actor, event: str, old: str | None, new: str | None, **data: Any
    ) -> Any:
        row = subject.row(held)
        if column:
            setattr(row, column, new)
        sides = {"before": {"hold_reason": old}, "after": {"hold_reason": new}}
        record(event, row, actor, stream_id=subject.stream_id(held), **sides, data=data)
        return held

    def hold(
        held: Any,
        actor: Actor,
        reason: str,
        follow_up_on: date | None = None,
        release_permission: str = permission,
    ) -> Any:
        row = subject.row(held)
        made = Hold(
            subject_kind=row.__tablename__,
            subject_id=row.id,
            reason=reason,
            owner_id=actor.id if actor.kind == "staff" else None,
            owner_label=actor.label[:200],
            follow_up_on=follow_up_on,
            release_permission=release_permission,
        )
        db.session.add(made)
        db.session.flush()
        return change(
            held, actor, events[0], None, reason,
            hold_id=made.id, follow_up_on=follow_up_on, release_permission=release_permission,
        )  # fmt: skip

    def resume(held: Any, actor: Actor) -> Any:
        reason, found = reason_of(held), open_hold(subject.row(held))
        if found is not None:
            found.released_at, found.released_by_label = now(), actor.label[:200]
        return change(held, actor, events[1], reason, None, hold_id=found.id if found else None)

    def permission_to_resume(held: Any) -> str:
        found = open_hold(subject.row(held)) if reason_of(held) else None
        return found.release_permission if found else permission

    def can_hold(held: Any, actor: Actor) -> Problem | None:
        if not (reason := reason_of(held)):
            return None
        return AlreadyDone(
            _("The %(noun)s is already on hold: %(reason)s", noun=noun, reason=reason)
        )

    def can_resume(held: Any, actor: Actor) -> Problem | None:
        if reason_of(held):
            return None
        return AlreadyDone(_("The %(noun)s is not on hold. Nothing was changed.", noun=noun))

    def refuse(held: Any, actor: Actor) -> Problem | None:
        """A customer isn't told the reason: it is written for staff."""
        reason = reason_of(held)
        if reason is None:
            return None
        if actor.kind == "customer":
            return WrongState(
                _("Your %(noun)s is on hold.", noun=noun), next_step=_("We'll contact you shortly.")
            )
        return WrongState(
            _("The %(noun)s is on hold: %(reason)s", noun=noun, reason=reason),
            next_step=_("Resume it first."),
        )

    for stopped in stops:
        stopped.add_rule(refuse)
    return (
        subject.verb(
            hold,
            _l("Put on hold"),
            permission,
            HoldInput,
            states=states,
            can=can_hold,
            is_done=lambda held: reason_of(held) is not None,
            done=_l("Put on hold."),
            explain=explain,
            icon="pause",
            entry=entry,
        ),
        subject.verb(
            resume,
            _l("Resume"),
            permission_to_resume,
            can=can_resume,
            is_done=lambda held: reason_of(held) is None,
            done=_l("Resumed."),
            icon="play",
            entry=entry,
        ),
    )
