"""`flask owner` and `flask staff`: the first owner is created here, before anybody can sign in."""

import json

import click


@click.group()
def owner() -> None:
    """Owners of the shop."""


@click.group()
def staff() -> None:
    """People of the shop."""


@owner.command("create")
@click.option("--email", prompt="E-mail address", help="Signs in with it.")
@click.option("--name", prompt="Name", help="As colleagues and customers read it.")
@click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    envvar="OWNER_PASSWORD",
    help="Ten characters or more; read from OWNER_PASSWORD where that is set.",
)
@click.option("--first", is_flag=True, help="Only where the shop has no staff yet.")
def create_owner(email: str, name: str, password: str, first: bool) -> None:
    """Add a person who may do everything."""
    from app.accounts.matrix import OWNER
    from app.accounts.services import first_owner
    from app.accounts.verbs import create_staff
    from app.core.actor import system
    from app.core.db import db
    from app.core.errors import Problem
    from app.core.settings import current

    if first and first_owner.lock_and_look():
        return
    try:
        person = create_staff(None, email, name, [OWNER], actor=system("cli"), password=password)
    except Problem as problem:
        db.session.rollback()
        raise click.ClickException(str(problem)) from None
    db.session.commit()
    click.echo(f"{person.name} is an owner now. Sign in at {current().base_url}/admin/sign-in")


@click.command("setup-link")
def setup_link() -> None:
    """Print the link by which the first owner comes in; nothing once the shop has staff."""
    from app.accounts.services.first_owner import setup_link as link_of
    from app.core.db import db
    from app.core.settings import current

    link = link_of()
    db.session.commit()
    if link is None:
        click.echo("The shop has an owner already: sign in, or reset the password there.", err=True)
    else:
        click.echo(f"{current().base_url}/admin/set-up/{link.token}")


@staff.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_staff(as_json: bool) -> None:
    """List everybody, with roles."""
    from app.accounts.services.staff import all_staff

    for person in all_staff():
        row = {
            "email": person.email,
            "name": person.name,
            "roles": list(person.roles),
            "disabled": person.is_disabled,
        }
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            note = "  (disabled)" if person.is_disabled else ""
            click.echo(f"{person.email:<32} {person.name:<24} {person.role_words}{note}")


@staff.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Reset the second factor of EMAIL, such as the last owner's who lost phone and recovery codes."""
    from app.accounts.services.staff import find_staff
    from app.accounts.verbs import reset_second_factor as reset
    from app.core.actor import system
    from app.core.db import db
    from app.core.errors import Problem

    person = find_staff(email)
    if person is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    try:
        reset(person.id, actor=system("cli"))
    except Problem as problem:
        db.session.rollback()
        raise click.ClickException(str(problem)) from None
    db.session.commit()
    click.echo(f"{person.name} sets up another second factor at the next sign-in.")
