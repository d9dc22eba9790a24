"""`flask rebuild`: write what is derived from other rows anew."""

import click


@click.command()
def rebuild() -> None:
    """Write daily figures, orders' progress and the search index anew; the shop may go on meanwhile.

    `flask check` says whether any of them is not what its rows say.
    """
    from sqlalchemy import create_engine, pool, text

    from app import search
    from app.core.db import db
    from app.core.search import triggers
    from app.core.settings import current
    from app.reports import daily, order_progress

    db.session.execute(text("SET statement_timeout = 0"))
    order_progress.rebuild()
    db.session.commit()
    click.echo("Orders' progress is written anew.")
    daily.forget()
    while daily.keep():
        db.session.commit()
    db.session.commit()
    click.echo("Daily figures are written anew.")
    search.load()
    settings = current()
    engine = create_engine(
        settings.owner_database_url or settings.database_url, poolclass=pool.NullPool
    )
    with engine.connect() as connection:
        triggers.rebuild(connection)
    click.echo("The search index is written anew.")
