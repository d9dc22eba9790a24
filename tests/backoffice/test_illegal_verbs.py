"""What a state does not take is answered with 409 and its sentence, through page and API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import pytest

from app.accounts.verbs import issue_api_token
from app.core.actor import system
from app.core.db import db
from app.core.verbs import Verb, find_verb, verbs_of
from app.orders.states import ORDER
from app.production.states import JOB
from tests.backoffice.conftest import Person
from tests.order_rows import placed_order
from tests.production.conftest import SHORT_ROUTE, jobs_for

Enter = Callable[..., Person]
PLACES = {"order": "/admin/order/", "job": "/admin/job/"}


def record_of(kind: str) -> tuple[Any, str]:
    """A committed order, or its job: the row and its reference."""
    order = placed_order([10])
    if kind == "order":
        return order, order.ref
    job = jobs_for(order, route=SHORT_ROUTE[:1], gates=())[0]
    return job, job.number


def illegal(kind: str, entry: str) -> Iterator[tuple[Any, str, Verb[Any, Any, Any], str]]:
    """Yield row, reference, verb and sentence for each verb that is refused in each state."""
    row, ref = record_of(kind)
    for state in (ORDER if kind == "order" else JOB).states:
        row.state = state
        db.session.commit()
        for verb in verbs_of(kind, entry):
            record = find_verb(kind, verb.key).on.find(ref)
            if verb.misfit(record) is not None:
                problem = verb.refusal(record, system())
                assert problem is not None
                yield row, state, verb, problem.sentence


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_an_illegal_verb_of_a_page_is_answered_with_409(somebody: Enter, kind: str) -> None:
    owner = somebody("owner")
    token = owner.token("/admin/")
    tried = 0
    for row, state, verb, sentence in illegal(kind, "staff"):
        ref = row.ref if kind == "order" else row.number
        answer = owner.send(f"{PLACES[kind]}{ref}/{verb.key}", {"csrf_token": token})
        assert answer.status == 409, (verb.key, state)
        assert " ".join(sentence.split()) in answer.words, (verb.key, state)
        tried += 1
    assert tried > 20


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_an_illegal_verb_of_the_api_is_answered_with_409(
    client: Any, session: Any, kind: str
) -> None:
    scopes = sorted({str(verb.permission) for verb in verbs_of(kind, "api")
                     if isinstance(verb.permission, str)})  # fmt: skip
    _, secret = issue_api_token(None, "Tests", [*scopes, "order.view"], actor=system())
    session.commit()
    tried = 0
    for row, state, verb, sentence in illegal(kind, "api"):
        if not isinstance(verb.permission, str):
            continue
        ref = row.ref if kind == "order" else row.number
        answer = client.post(
            f"/api/v1/{kind}s/{ref}/{verb.key}",
            json=BODIES.get(verb.key, {}),
            headers={"Authorization": f"Bearer {secret}"},
        )
        if answer.status_code == 422:
            continue  # its own fields are asked for first
        assert answer.status_code == 409, (verb.key, state, answer.json)
        assert sentence in answer.json["detail"], escape(str(answer.json))
        tried += 1
    assert tried > 10


BODIES = {
    "hold": {"reason": "A question."},
    "cancel_job": {"cause": "Wrong paper"},
    "finish_short": {"cause": "Wrong paper"},
    "cancel": {"reason": "Moved."},
    "decline": {"reason": "No."},
    "ask_customer": {"question": "Which?"},
    "answer_question": {"answer": "That."},
}
