"""The contract that every accounting adapter passes."""

from __future__ import annotations

import pytest

from app.core.settings import Settings
from app.integrations.accounting import adapters
from tests.integrations.conftest import a_sale

pytestmark = pytest.mark.usefixtures("app")
ADAPTERS = sorted(adapters().values(), key=lambda adapter: adapter.name)


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.name)
def adapter(request):
    return request.param


def test_it_says_what_it_is(adapter):
    assert adapter.name.isidentifier() and len(adapter.name) <= 40
    assert adapter.label
    assert set(adapter.settings) <= set(Settings.model_fields)


def test_what_was_written_is_found_by_its_key(adapter):
    sale = a_sale()
    assert adapter.written(f"k:{sale.number}", sale) in (None, False)
    outcome = adapter.write(f"k:{sale.number}", sale)
    assert isinstance(outcome, dict) and outcome
    assert adapter.written(f"k:{sale.number}", sale) in (outcome, False)


def test_writing_twice_makes_no_copy(adapter):
    sale = a_sale()
    first = adapter.write(f"k:{sale.number}", sale)
    assert adapter.write(f"k:{sale.number}", sale) == first


def test_no_two_adapters_share_a_name():
    assert len({adapter.name for adapter in ADAPTERS}) == len(ADAPTERS)
