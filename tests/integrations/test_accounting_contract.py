"""The contract that every accounting system keeps."""

from __future__ import annotations

import pytest

from app.core.outbound.adapters import REPEATS_BY_KEY, OutcomeUnknown
from app.integrations.accounting import Accounting, Entry
from tests.adapter_contract import AdapterContract, every
from tests.integrations.conftest import a_sale


@every("accounting")
@pytest.mark.usefixtures("session")
class TestAccounting(AdapterContract):
    def test_what_was_written_is_found_by_its_key(self, found: type[Accounting]) -> None:
        system, entry = found(self.settings(found)), Entry("k:1", a_sale())
        try:
            assert system.find_written(entry) is None
        except OutcomeUnknown:
            pytest.skip(f"{found.name} can't be asked what it has")
        outcome = system.perform_write(entry)
        assert outcome and system.find_written(entry) == outcome

    def test_writing_twice_makes_no_copy_where_it_repeats_by_key(
        self, found: type[Accounting]
    ) -> None:
        if REPEATS_BY_KEY not in found.abilities:
            pytest.skip(f"{found.name} is asked before it is written to again")
        system, entry = found(self.settings(found)), Entry("k:2", a_sale())
        assert system.perform_write(entry) == system.perform_write(entry)
