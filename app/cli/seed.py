"""`flask seed`: fill an empty shop with a demo past of any size."""

import click

from app.cli.from_clone import run_from_clone


@click.command()
@click.option("--orders", type=click.IntRange(1, 10_000_000), required=True, help="How many.")
@click.option("--number", default=1, help="The same number on the same day gives the same shop.")
def seed(orders: int, number: int) -> None:
    """Fill an empty shop with orders of three years, about 2 % of them open.

    Stop the shop's processes first: tables lose their indexes meanwhile. A seeding that was cut off
    leaves a database that is not whole.
    """
    from app.core.settings import current

    owner = current().owner_database_url or current().database_url
    options = ("--orders", str(orders), "--number", str(number))
    run_from_clone("seeding", *options, DATABASE_URL=owner)
