"""How often one address may use an entry point: Flask-Limiter over Redis, without Redis each process by itself.

Where guesses could succeed, the database counts instead (`app.accounts.services.attempts`).
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask, request

TIMEOUT_S = 0.5


def init(app: Flask) -> None:
    """Put the limiter on `app`; nothing is limited until a door says so."""
    from flask_limiter import Limiter
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    from app.core.settings import current

    waits: dict[str, Any] = {
        "socket_connect_timeout": TIMEOUT_S,
        "socket_timeout": TIMEOUT_S,
        "retry": Retry(NoBackoff(), 0),  # its own default asks a silent server four times
    }
    has_redis = current().has("redis_url")  # a process without it shows no page
    app.extensions["limits"] = Limiter(
        lambda: request.remote_addr or "nowhere",
        app=app,
        storage_uri=current().redis_url if has_redis else "memory://",
        storage_options=waits if has_redis else {},
        key_prefix="makeready",
        swallow_errors=True,
        in_memory_fallback_enabled=True,
        default_limits=[],
    )


def limit(app: Flask, rules: Mapping[str, str]) -> None:
    """Let each address use endpoint → so often (``"20 per minute; 100 per hour"``), then answer
    429. Raises KeyError for an endpoint that isn't registered."""
    limiter: Any = app.extensions["limits"]
    for endpoint, rule in rules.items():
        app.view_functions[endpoint] = limiter.limit(rule)(app.view_functions[endpoint])
