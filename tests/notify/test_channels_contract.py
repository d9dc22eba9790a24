"""The contract that every message channel keeps."""

from __future__ import annotations

from typing import Any

import pytest

from app.notify.channels import Channel
from tests.adapter_contract import AdapterContract, every


@every("channel")
@pytest.mark.usefixtures("session")
class TestChannels(AdapterContract):
    def test_it_refuses_nobody_s_address_with_a_sentence(self, found: type[Channel]) -> None:
        refusal = found.refusal("")
        assert refusal is not None and refusal.endswith(".")

    def test_each_message_has_an_id_of_its_own_that_stays(self, found: type[Channel]) -> None:
        settings: Any = found.Settings.model_construct(**found.environment())
        channel = found(settings)
        assert channel.new_message_id("a") == channel.new_message_id("a")
        assert channel.new_message_id("a") != channel.new_message_id("b")
