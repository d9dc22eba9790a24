"""Make the first owner of an empty shop from OWNER_EMAIL, OWNER_NAME and OWNER_PASSWORD."""

import os
import sys
from getpass import getpass

from app.cli.embedded.waiting import NotReady


def ask() -> dict[str, str]:
    """Who the first owner is: from the environment, else asked at the terminal.

    Raises NotReady where there is no terminal.
    """
    keys = ("OWNER_EMAIL", "OWNER_NAME", "OWNER_PASSWORD")
    known = {key: os.environ.get(key, "") for key in keys}
    if known["OWNER_EMAIL"] and known["OWNER_PASSWORD"]:
        return known | {"OWNER_NAME": known["OWNER_NAME"] or known["OWNER_EMAIL"].split("@")[0]}
    if not sys.stdin.isatty():
        raise NotReady(
            "With --no-demo the shop needs its first owner: set OWNER_EMAIL and OWNER_PASSWORD "
            "(and OWNER_NAME), or start it at a terminal to be asked."
        )
    print("  The first owner of this shop:")
    while not known["OWNER_EMAIL"]:
        known["OWNER_EMAIL"] = input("    E-mail: ").strip()
    while not known["OWNER_NAME"]:
        known["OWNER_NAME"] = input("    Name: ").strip()
    while not known["OWNER_PASSWORD"]:
        first = getpass("    Password: ")
        if first and first == getpass("    The same again: "):
            known["OWNER_PASSWORD"] = first
        else:
            print("    The two were not the same; once more.")
    return known


def make() -> None:
    """Make the owner unless the shop has staff already. Ends with a sentence when it can't."""
    from sqlalchemy import func, select

    from app import create_app
    from app.accounts.models import Staff
    from app.accounts.verbs import create_staff
    from app.core.actor import system
    from app.core.db import db
    from app.core.errors import Problem

    with create_app().app_context():
        if db.session.scalar(select(func.count()).select_from(Staff)):
            return
        try:
            create_staff(
                None,
                os.environ["OWNER_EMAIL"],
                os.environ["OWNER_NAME"],
                ["owner"],
                actor=system("cli"),
                password=os.environ["OWNER_PASSWORD"],
            )
        except Problem as problem:
            sys.exit(str(problem))
        db.session.commit()


if __name__ == "__main__":
    make()
