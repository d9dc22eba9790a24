"""The contract that every carrier keeps."""

from __future__ import annotations

import pytest

from app.core import storage
from app.fulfilment.carriers import Carrier, Label
from tests.adapter_contract import AdapterContract, every
from tests.fulfilment.test_carriers import REQUEST


@every("carrier")
@pytest.mark.usefixtures("session")
class TestCarriers(AdapterContract):
    def test_it_has_services_and_tracks_by_number(self, found: type[Carrier]) -> None:
        assert found.services and all(found.services.values())
        page = found.track("MR100000016XX")
        assert page is None or page.startswith("https://")

    def test_it_sells_labels(self, found: type[Carrier]) -> None:
        assert found.buy is not Carrier.buy

    def test_what_it_sold_is_stored_whole_before_it_counts(self, found: type[Carrier]) -> None:
        class Sells(found):  # type: ignore[misc, valid-type]
            def buy(self, request):
                return Label("N1", b"%PDF-1.7 label", 420, "GBP")

        outcome = Sells(self.settings(found)).perform_write(REQUEST)
        assert storage.read_bytes(outcome["storage_key"]) == b"%PDF-1.7 label"
        assert (outcome["tracking_number"], outcome["cost_minor"]) == ("N1", 420)
