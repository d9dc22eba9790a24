"""`flask rotate-credentials`: what the back office keeps is encrypted under the newest key."""

import click


@click.command("rotate-credentials")
def rotate_credentials() -> None:
    """Encrypt all stored credentials anew under the first key of CREDENTIALS_KEY."""
    from app.core.db import db
    from app.core.errors import Problem
    from app.core.outbound.credentials import rotate

    try:
        count = rotate()
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    db.session.commit()
    click.echo(f"{count} encrypted under the first key.")
