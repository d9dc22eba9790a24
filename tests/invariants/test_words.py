"""What `flask check` prints of each invariant is a sentence that a person can read."""

from __future__ import annotations

import re

from app import declarations
from app.core.invariants import INVARIANTS

SENTENCE = re.compile(r"[A-Z][a-z]*,?( [^ ._]+){4,}")


def test_each_promise_is_said_as_a_sentence() -> None:
    declarations.load(declarations.INVARIANTS)
    assert len(INVARIANTS) >= 30
    assert [name for name in INVARIANTS if not SENTENCE.fullmatch(name)] == []


def test_a_key_would_not_pass_for_a_sentence() -> None:
    assert not SENTENCE.fullmatch("stock.levels")
    assert not SENTENCE.fullmatch("no label was bought twice")
