"""Run in a shop's environment: prints an API key for its stock and the SKU of one item of it, as JSON."""

import json

from flask import current_app
from sqlalchemy import select

from app.accounts.verbs import issue_api_token
from app.core.actor import system
from app.core.db import db
from app.stock.models import StockItem


def main() -> None:
    """Print ``{"key", "item"}``; commits the key."""
    scopes = sorted(scope for scope in permissions() if scope.startswith("stock."))
    _, secret = issue_api_token(None, "Load", scopes, actor=system("cli"))
    item = db.session.scalars(select(StockItem).order_by(StockItem.sku)).first()
    db.session.commit()
    print(json.dumps({"key": secret, "item": str(item.sku if item else "")}))


def permissions() -> list[str]:
    """Return every permission there is."""
    from app.accounts.matrix import permissions as known

    return list(known())


if __name__ == "__main__":
    from wsgi import app

    with app.app_context():
        assert current_app
        main()
