"""A body that is no JSON is refused, and never breaks anything."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, request

BAD = {
    "nested": b"[" * 1024 * 1024,
    "objects": b'{"a":' * 100_000,
    "nan": b'{"width_mm": NaN}',
    "infinity": b'{"width_mm": -Infinity}',
    "digits": b'{"quantity": ' + b"9" * 5000 + b"}",
    "bytes": b"\xff\xfe",
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_json_is_a_bad_request(app: Flask, name: str) -> None:
    from werkzeug.exceptions import BadRequest

    with app.test_request_context("/", method="POST", data=BAD[name]), pytest.raises(BadRequest):
        request.get_json(force=True)


def test_json_is_read(app: Flask) -> None:
    data: dict[str, Any] = {"a": [1, 2.5, None, "ü"]}
    with app.test_request_context("/", method="POST", json=data):
        assert request.get_json() == data
