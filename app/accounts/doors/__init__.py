"""Who makes a request, sign-in, one's own account, customers' links."""

from flask import Flask

#: Each attempt here writes a row, also a refused one: no script may fill the table with them.
GUESSED_AT = (
    "sign_in.sign_in",
    "sign_in.second_factor",
    "sign_in.passkey",
    "resets.forgotten",
    "resets.choose_password",
    "first_owner.page",
    "links.open",
    "links.ask_again",
    "links.lost",
)


def init_app(app: Flask) -> None:
    """Set up who makes each request, the sign-in pages and the customers' links on `app`."""
    from app.accounts.browser_names import browser
    from app.accounts.doors import (
        account,
        first_owner,
        identity,
        links,
        own_passkeys,
        passkey_sign_in,
        resets,
        security,
        sign_in,
    )
    from app.core.web import limits

    identity.init(app)
    for module in (sign_in, first_owner, resets, account, security, links):
        app.register_blueprint(module.blueprint)
    own_passkeys.init(app)
    passkey_sign_in.init(app)
    limits.limit(app, dict.fromkeys(GUESSED_AT, "120 per minute"))
    app.jinja_env.filters["browser"] = browser
    app.jinja_env.globals["second_factor_due"] = security.due
