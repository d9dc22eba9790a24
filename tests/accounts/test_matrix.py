"""The table of roles and permissions."""

from __future__ import annotations

import pytest

from app.accounts import matrix


def test_every_role_of_the_table_is_known_and_every_known_role_is_in_the_table() -> None:
    columns = matrix.MATRIX.strip().splitlines()[0].split()
    assert ("owner", *columns) == matrix.ROLES
    assert set(matrix.ROLE_WORDS) == set(matrix.ROLES)


def test_every_permission_has_words_and_no_words_are_left_over() -> None:
    assert set(matrix.PERMISSION_WORDS) == set(matrix.permissions())


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


def test_what_a_customer_may_do_is_in_the_table() -> None:
    assert set(matrix.permissions()) >= matrix.CUSTOMER_PERMISSIONS
