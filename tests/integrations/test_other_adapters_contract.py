"""The contract that every storefront and every supplier keeps."""

from __future__ import annotations

import pytest

from app.core.outbound.adapters import WEBHOOKS, Adapter
from tests.adapter_contract import AdapterContract, every


@every("storefront")
@pytest.mark.usefixtures("session")
class TestStorefronts(AdapterContract):
    def test_one_that_calls_us_proves_who_it_is(self, found: type[Adapter]) -> None:
        if WEBHOOKS in found.abilities:
            assert not found(self.settings(found)).is_genuine(b"{}", {})


@every("supplier")
@pytest.mark.usefixtures("session")
class TestSuppliers(AdapterContract):
    """Nothing beside what every adapter keeps."""
