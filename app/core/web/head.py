"""HEAD is GET without the body. No view sees another method, so none that asks "is it GET?" takes it for POST,
and no HEAD, which needs no CSRF token, ever has an effect."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask


class HeadAsGet:
    """Answers HEAD with the status and headers of GET."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ["REQUEST_METHOD"] != "HEAD":
            return self.inner(environ, start_response)
        answer = self.inner(environ | {"REQUEST_METHOD": "GET"}, start_response)
        try:
            for _part in answer:
                break  # an application may call start_response as late as with its first part
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        return []


def init(app: Flask) -> None:
    """Let `app` see GET for each HEAD."""
    app.wsgi_app = HeadAsGet(app.wsgi_app)  # type: ignore[method-assign]
