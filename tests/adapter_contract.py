"""The facts that every adapter of every kind must keep; each kind's contract test runs them."""

from __future__ import annotations

from inspect import getdoc
from typing import Any

import pytest
from pydantic import SecretStr

from app import ADAPTERS
from app.core.outbound import driver
from app.core.outbound.adapters import (
    REPEATS_BY_KEY,
    TELLS_BEGINNING,
    WEBHOOKS,
    Adapter,
    AdapterError,
    OutcomeUnknown,
    adapter,
    load,
    of_kind,
    secret_fields,
)


def every(kind: str) -> Any:
    """Run a test class for each adapter of `kind`."""
    load(ADAPTERS)
    return pytest.mark.parametrize(
        "found", [pytest.param(c, id=k) for k, c in of_kind(kind).items()]
    )


class Asked:
    """An adapter that answers each write in turn with what it is told, and counts the writes."""

    def __init__(
        self, found: type[Adapter], settings: Any, *answers: Any, knows: Any = None
    ) -> None:
        asked = self

        class Scripted(found):  # type: ignore[misc, valid-type]
            def perform_write(self, request: Any) -> dict[str, Any]:
                asked.writes += 1
                answer = answers[min(asked.writes, len(answers)) - 1]
                if isinstance(answer, BaseException):
                    raise answer
                return answer

            def find_written(self, request: Any) -> dict[str, Any] | None:
                if isinstance(knows, BaseException):
                    raise knows
                return knows

        self.writes = 0
        self.adapter = Scripted(settings)

    def act(self, *, was_interrupted: bool = False) -> driver.Result:
        return driver.act(driver.Work(None, None, self.adapter, None, was_interrupted))  # type: ignore[arg-type]


class AdapterContract:
    """Mixed into a kind's test class; `found` is each adapter's class."""

    def settings(self, found: type[Adapter]) -> Any:
        return found.Settings.model_construct()

    def test_it_describes_itself(self, found: type[Adapter]) -> None:
        assert found.key.isidentifier() and len(found.key) <= 40
        assert found.name and (getdoc(found) or "").endswith(".")
        assert adapter(found.kind, found.key) is found
        assert found.abilities <= {REPEATS_BY_KEY, TELLS_BEGINNING, WEBHOOKS}

    def test_its_settings_can_be_shown_as_a_form(self, found: type[Adapter]) -> None:
        schema = found.Settings.model_json_schema()
        for name, field in schema.get("properties", {}).items():
            assert field.get("type") in {"string", "integer", "boolean"} or "enum" in field, name
        for name in secret_fields(found.Settings):
            assert found.Settings.model_fields[name].annotation is SecretStr
        words = ("password", "secret", "token", "api_key")
        open_secrets = [
            name
            for name in found.Settings.model_fields
            if any(word in name for word in words) and name not in secret_fields(found.Settings)
        ]
        assert open_secrets == []

    def test_a_permanent_refusal_ends_it_and_a_passing_one_does_not(
        self, found: type[Adapter]
    ) -> None:
        refused = Asked(found, self.settings(found), AdapterError("No.", permanent=True))
        assert refused.act().trigger == "fail"
        busy = Asked(found, self.settings(found), AdapterError("Busy.", permanent=False))
        with pytest.raises(AdapterError):
            busy.act()

    def test_an_unknown_outcome_is_never_written_again_unless_it_repeats_by_key(
        self, found: type[Adapter]
    ) -> None:
        lost = OutcomeUnknown("The answer got lost.")
        asked = Asked(found, self.settings(found), {"id": 1}, knows=lost)
        result = asked.act(was_interrupted=True)
        repeats = REPEATS_BY_KEY in found.abilities
        assert (result.trigger, asked.writes) == (("accept", 1) if repeats else ("lose", 0))

    def test_an_interrupted_write_that_is_there_is_not_written_again(
        self, found: type[Adapter]
    ) -> None:
        asked = Asked(found, self.settings(found), {"id": 2}, knows={"id": 1})
        result = asked.act(was_interrupted=True)
        assert (result.trigger, result.outcome, asked.writes) == ("accept", {"id": 1}, 0)

    def test_an_interrupted_write_that_cannot_be_looked_up_now_is_looked_up_later(
        self, found: type[Adapter]
    ) -> None:
        away = AdapterError("Nobody answers.", permanent=False)
        asked = Asked(found, self.settings(found), {"id": 1}, knows=away)
        with pytest.raises(Exception) as problem:
            asked.act(was_interrupted=True)
        # an AdapterError would say that surely nothing was written
        assert not isinstance(problem.value, AdapterError)
        assert asked.writes == 0
