"""`flask translations extract`: the catalogue that translators begin from."""

import click


@click.group()
def translations() -> None:
    """The sentences of the shop and their translations."""


@translations.command()
def extract() -> None:
    """Write every sentence marked with _() to app/translations/messages.pot."""
    from app.core.translations import CATALOGUE, extract

    CATALOGUE.parent.mkdir(exist_ok=True)
    CATALOGUE.write_bytes(extract())
    click.echo(f"Written: {CATALOGUE}")
