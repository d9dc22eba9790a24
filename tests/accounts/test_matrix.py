"""The table of roles and permissions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.accounts import matrix

APP = Path(__file__).resolve().parents[2] / "app"
SOURCES = "\n".join(file.read_text() for file in sorted(APP.rglob("*.py")))


def test_every_role_has_a_name_and_permissions_name_only_roles_that_exist() -> None:
    assert set(matrix.ROLE_WORDS) == set(matrix.ROLES)
    assert set().union(*matrix.grants().values()) <= set(matrix.ROLES) - {"owner"}


def test_every_permission_that_the_code_asks_for_is_declared_and_has_words() -> None:
    required = set(
        re.findall(r'(?:require\(\w+, |may\(|need\(|permission_\w+ = )"([a-z_.]+)"', SOURCES)
    )
    assert required <= set(matrix.permissions()) | {"any-staff"}, required
    assert len(required) > 20
    assert all(matrix.permission_label(key) != key for key in matrix.permissions())


def test_an_owner_may_do_everything_also_what_the_table_does_not_name() -> None:
    held = matrix.permissions_of(["owner"])
    assert held >= set(matrix.permissions())
    assert "*" in held


def test_two_roles_together_may_do_what_either_may() -> None:
    both = matrix.permissions_of(["operator", "warehouse"])
    assert both == matrix.permissions_of(["operator"]) | matrix.permissions_of(["warehouse"])
    assert {"job.run", "shipment.ship"} <= both


@pytest.mark.parametrize("role", [role for role in matrix.ROLES if role != "owner"])
def test_nobody_but_an_owner_manages_staff_or_lends_the_customer_a_signature(role: str) -> None:
    held = matrix.permissions_of([role])
    assert not held & {"staff.manage", "proof.sign", "quote.answer", "deadletter.replay", "*"}


def test_somebody_without_a_role_may_do_nothing() -> None:
    assert matrix.permissions_of([]) == frozenset()


def test_what_a_customer_may_do_is_declared() -> None:
    assert set(matrix.permissions()) >= matrix.customer_permissions()
