"""What the shop's engineer asks of its data: `flask check`, `workflow`, `rebuild`, `rotate-credentials`."""

import json
import time

import click

UNHURRIED = "SET LOCAL statement_timeout = 0; SET LOCAL max_parallel_workers_per_gather = 2"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def check(as_json: bool) -> None:
    """Prove the shop's invariants on its live data; name the first row that breaks each."""
    from sqlalchemy import text

    from app import declarations
    from app.core.db import db
    from app.core.invariants import INVARIANTS, LEFT_OUT, find_break

    declarations.load(declarations.INVARIANTS)
    broken = 0
    for name in INVARIANTS:
        started = time.perf_counter()
        db.session.execute(text(UNHURRIED))
        broken_row = find_break(name)
        left_out = LEFT_OUT[name]() if name in LEFT_OUT else ""
        db.session.rollback()  # no lock and no snapshot outlasts its invariant
        seconds = round(time.perf_counter() - started, 3)
        broken += broken_row is not None
        if as_json:
            answer = {"invariant": name, "ok": broken_row is None, "seconds": seconds}
            said = {"row": broken_row, "left_out": left_out}
            click.echo(json.dumps(answer | {key: text for key, text in said.items() if text}))
        else:
            mark = "✗" if broken_row else "✓"
            click.echo(f"{mark} {name}  {seconds:.2f} s")
            if broken_row:
                click.echo(f"    {broken_row}")
            if left_out:
                click.echo(f"    {left_out}")
    if not as_json:
        kept = len(INVARIANTS) - broken
        click.echo(f"{kept} of {len(INVARIANTS)} invariants hold.")
    if broken:
        raise SystemExit(1)


@click.command()
@click.argument("name", required=False)
def workflow(name: str | None) -> None:
    """Print the state chart NAME as a Mermaid diagram; without NAME list the charts."""
    from app.core.errors import NotFound
    from app.core.workflow import CHARTS, chart

    if name is None:
        click.echo("\n".join(sorted(CHARTS)))
        return
    try:
        click.echo(chart(name).mermaid(), nl=False)
    except NotFound as problem:
        raise click.ClickException(str(problem)) from None


# A table that was written anew is as many dead rows as living ones until it is vacuumed.
WRITTEN = ("order_progress", "daily_figures", "search_entries")


@click.command()
def rebuild() -> None:
    """Write daily figures, orders' progress and the search index anew, and vacuum them. The shop
    may go on meanwhile. `flask check` says whether any of them is not what its rows say."""
    from sqlalchemy import create_engine, pool, text

    from app import declarations
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
    declarations.load(declarations.SEARCH)
    settings = current()
    engine = create_engine(
        settings.owner_database_url or settings.database_url, poolclass=pool.NullPool
    )
    with engine.connect() as connection:
        triggers.rebuild(connection)
        click.echo("The search index is written anew.")
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text(f"VACUUM ANALYZE {', '.join(WRITTEN)}"))


@click.command("rotate-credentials")
def rotate_credentials() -> None:
    """Encrypt all stored credentials anew under the first key of CREDENTIALS_KEY."""
    from app.accounts.services import second_factor
    from app.core.db import db
    from app.core.errors import Problem
    from app.core.outbound.credentials import rotate

    try:
        count = rotate() + second_factor.rotate()
    except Problem as problem:
        raise click.ClickException(str(problem)) from None
    db.session.commit()
    click.echo(f"{count} encrypted under the first key.")
