"""The fixtures themselves: isolation that isolates, commits that are real."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.core.db import db
from tests.conftest import Committed


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(session: Any, turn: int) -> None:
    session.execute(sa.text("SELECT set_config('x.y', '1', true)"))
    count = session.scalar(sa.text("SELECT count(*) FROM events"))
    assert count == 0
    from app.core.db import Model

    table = Model.metadata.tables["events"]
    assert table.name == "events"
    session.commit()


def test_the_application_role_is_not_a_superuser(session: Any) -> None:
    role, is_super = session.execute(
        sa.text("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
    ).one()
    assert (role, is_super) == ("makeready_app", False)


def test_committed_rows_are_seen_by_another_connection(committed: Committed) -> None:
    with committed.app.app_context():
        assert db.session.scalar(sa.text("SELECT current_database()")) == committed.database.name
    with committed.owner_engine.connect() as other:
        assert other.scalar(sa.text("SELECT current_user")) == "makeready_owner"
