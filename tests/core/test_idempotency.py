"""One key, one effect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput
from app.core.idempotency import IdempotencyKey, purge_keys, use_key

ADA = Actor("staff", None, "Ada Example", "backoffice")


def test_a_key_is_used_once_for_a_verb_and_a_person(session: Any) -> None:
    use_key("k-1", "hold", ADA)
    with pytest.raises(AlreadyDone):
        use_key("k-1", "hold", ADA)
    use_key("k-1", "resume", ADA)
    use_key("k-1", "hold", replace(ADA, label="Grace Example"))
    assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 3


def test_no_key_is_kept_for_none_and_a_long_one_is_refused(session: Any) -> None:
    use_key("", "hold", ADA)
    use_key("", "hold", ADA)
    with pytest.raises(BadInput, match="200"):
        use_key("k" * 201, "hold", ADA)
    assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


def test_old_keys_are_purged(session: Any) -> None:
    use_key("new", "hold", ADA)
    use_key("old", "hold", ADA)
    newest = select(IdempotencyKey.id).order_by(IdempotencyKey.id.desc()).limit(1)
    db.session.execute(
        text("UPDATE idempotency_keys SET created_at = now() - interval '31 days' WHERE id = :id"),
        {"id": db.session.scalar(newest)},
    )
    assert purge_keys() == 1
    assert purge_keys() == 0
