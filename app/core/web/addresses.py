"""The address of a request as a log may hold it."""

from flask import request

#: The name that a route gives to a part of its address which lets somebody in.
SECRET = "secret"  # nosec B105


def shown_path() -> str:
    """Return the path of this request, at most 500 long, with “…” in the place of a token."""
    path = request.path
    secret = (request.view_args or {}).get(SECRET)
    return (path.replace(str(secret), "…") if secret else path)[:500]
