"""CSRF tokens for every form and every state-changing request of a browser."""

from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFError, CSRFProtect

from app.core.translations import _
from app.core.web.problems import answer, log_refusal

#: Applied to the whole application. Doors for other software (API, webhooks) exempt their
#: blueprint by ``protection.exempt(blueprint)``: they carry no cookie.
protection = CSRFProtect()


def init(app: Flask) -> None:
    """Refuse each POST, PUT, PATCH and DELETE without the token of the person's session."""
    # the session's own life bounds the token's: a form left open over lunch still works
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    protection.init_app(app)

    @app.errorhandler(CSRFError)
    def refused(error: CSRFError) -> Any:
        log_refusal("csrf.refused", reason=str(error.description))
        return answer(
            400,
            _("You signed in or out after it was opened, so we couldn't accept it."),
            _("Go back, reload the page and send it again. Nothing was changed."),
            code="form_expired",
            title=_("This form has expired"),
        )
