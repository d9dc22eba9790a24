"""`flask demo` and `flask preset`: filling a shop."""

import json
import secrets
from datetime import timedelta

import click

from app.accounts.matrix import ROLES

DEMO_PEOPLE = [(role, f"Demo {role.capitalize()}") for role in ROLES]
DEMO_GRACE = timedelta(days=365)
SIGN_INS = "demo-signins.json"


@click.command()
def demo() -> None:
    """Fill an empty shop with the three presets and one demo person for each role."""
    from app.accounts.services.second_factor_rules import is_required
    from app.accounts.services.staff import find_staff
    from app.accounts.verbs import create_staff
    from app.catalog.presets import NAMES
    from app.cli.embedded.home import write_private
    from app.core.actor import system
    from app.core.clock import now
    from app.core.db import db
    from app.core.settings import current
    from app.core.shop.verbs import save_section
    from app.production.verbs import load_shop_preset

    actor = system("cli")
    for name in NAMES:
        load_shop_preset(None, name, actor=actor)
    save_section("guide", values={"is_closed": True}, actor=actor)
    file = current().makeready_home / SIGN_INS
    people = json.loads(file.read_text("utf-8")) if file.exists() else {}
    for role, name in DEMO_PEOPLE:
        address = f"{role}@demo.example"
        if find_staff(address) is None:
            password = f"demo-{secrets.token_hex(5)}"
            person = create_staff(None, address, name, [role], actor=actor, password=password)
            if is_required(
                person
            ):  # they are asked for it all the same; nobody is stopped while trying
                person.second_factor_due_at = now() + DEMO_GRACE
            people[address] = password
    db.session.commit()
    file.parent.mkdir(parents=True, exist_ok=True)
    write_private(file, json.dumps(people, indent=2))
    click.echo("Demo sign-ins (made for this shop alone):\n")
    for address, password in people.items():
        click.echo(f"  {address:<24} {password}")
    click.echo(
        "\nOwner and finance are asked for a second factor; in the demo they have a year to set it up."
    )


@click.command()
@click.argument("name")
def preset(name: str) -> None:
    """Load the preset NAME (print, threed or jewellery) into the shop."""
    from app.core.actor import system
    from app.core.db import db
    from app.core.errors import NotFound
    from app.production.verbs import load_shop_preset

    try:
        told = load_shop_preset(None, name, actor=system("cli"))
    except NotFound as problem:
        raise click.ClickException(str(problem)) from None
    db.session.commit()
    click.echo(told)
