"""`flask price`: what a product costs, explained row by row, as portal and quotes calculate it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.files import FILE, handed_over

if TYPE_CHECKING:
    from app.catalog.facts import Facts
    from app.catalog.models import Product
    from app.catalog.pricing import ItemisedPrice
    from app.catalog.properties import Properties
    from app.customers.models import Customer


@click.command()
@click.argument("sku", required=False)
@click.option(
    "--qty", "quantity", default="", metavar="N", help="Pieces; the usual number if left out."
)
@click.option(
    "--option", "options", multiple=True, metavar="KEY=CHOICE", help="Else the first choice."
)
@click.option("--variant", "variants", multiple=True, metavar="KEY=N", help="Pieces of a variant.")
@click.option(
    "--text", "texts", multiple=True, metavar="KEY=TEXT", help="What is written or typed."
)
@click.option("--file", type=FILE, help="Measured as an upload is.")
@click.option("--customer", metavar="C", help="Name, e-mail address or id.")
@click.option("--on", "on_day", metavar="DATE", help="A day as 2027-02-14; today if left out.")
@click.option("--rush", default="", metavar="LEVEL", help="The key of a rush level.")
@click.option("--list", "lists", is_flag=True, help="The SKUs on offer instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def price(
    sku: str | None,
    quantity: str,
    options: Sequence[str],
    variants: Sequence[str],
    texts: Sequence[str],
    file: Path | None,
    customer: str | None,
    on_day: str | None,
    rush: str,
    lists: bool,
    as_json: bool,
) -> None:
    """Print the price of SKU row by row: what it is for, how it is calculated, how much.

    Where a person must set it, says why; the rows then hold what is known. Ends with 1 or 2 and a sentence where
    something that was given can't be used.
    """
    from app.core.errors import Problem

    if lists:
        _print_list(as_json)
        return
    if not sku:
        raise click.UsageError("Name a SKU; flask price --list prints them.")
    try:
        found = _priced(sku, quantity, options, variants, texts, file, customer, on_day, rush)
    except Problem as problem:
        faults = getattr(problem, "faults", None) or {"": str(problem)}
        raise click.ClickException(" ".join(faults.values())) from None
    _print(found, as_json)


def _print_list(as_json: bool) -> None:
    from sqlalchemy import select

    from app.catalog.models import Product
    from app.core.db import db

    query = select(Product.sku, Product.name).where(Product.active).order_by(Product.sku)
    rows = db.session.execute(query).all()
    if as_json:
        click.echo(json.dumps([row.sku for row in rows], ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row.sku}  {row.name}")


def _priced(
    sku: str,
    quantity: str,
    options: Sequence[str],
    variants: Sequence[str],
    texts: Sequence[str],
    file: Path | None,
    customer: str | None,
    on_day: str | None,
    rush: str,
) -> ItemisedPrice:
    from app.catalog.configuration import validate_configuration
    from app.catalog.pricing import price_line
    from app.catalog.pricing.tax_terms import with_tax_terms
    from app.catalog.services import effective_properties
    from app.orders.request_form import read_rush
    from app.pricelists.terms import terms_for
    from app.tax.book import tax_book

    product = _product(sku)
    terms = effective_properties(product).properties
    given, pieces_of, on = _pairs("--text", texts), _pairs("--variant", variants), _day(on_day)
    asked = terms.own_options if pieces_of else terms.options
    usual = {option.key: option.choices[0].key for option in asked if option.required}
    configuration, pieces = validate_configuration(
        _asking_only(terms, given),
        usual | _pairs("--option", options),
        given,
        "" if pieces_of else quantity or terms.quantity.default,
        pieces_of,
    )
    buyer = _customer(customer)
    (price_terms,) = terms_for([(product, terms)], on, buyer.id if buyer else None)
    return price_line(
        terms,
        configuration.options,
        pieces,
        _measured(file),
        on=on,
        rush=read_rush(terms, rush),
        breakdown=configuration.quantities,
        personalisation=configuration.personalisation,
        terms=with_tax_terms(
            price_terms, terms, tax_book(), on, None, buyer.tax_status if buyer else None
        ),
    )


def _asking_only(terms: Properties, given: dict[str, str]) -> Properties:
    """Return the product with nothing required of what can be written: a price does without it."""
    asked = [field.model_copy(update={"required": False}) for field in terms.personalisation]
    unknown = sorted(set(given) - {field.key for field in asked})
    if unknown:
        offered = ", ".join(field.key for field in asked) or "nothing to write"
        raise click.ClickException(f"This product has no text {unknown[0]}; it has {offered}.")
    return terms.model_copy(update={"personalisation": asked})


def _product(sku: str) -> Product:
    from sqlalchemy import select

    from app.catalog.models import Product
    from app.core.db import db

    found = db.session.scalar(select(Product).where(Product.sku == sku))
    if found is None:
        raise click.ClickException(
            f"There is no product with the SKU {sku}. flask price --list prints those there are."
        )
    return found


def _pairs(option: str, pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"Write {option} KEY=VALUE, not {pair}.")
        found[key] = value
    return found


def _day(text: str | None) -> date:
    from app.core.clock import shop_day

    if text is None:
        return shop_day()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text} is not a day. Write it as 2027-02-14.") from None


def _measured(file: Path | None) -> Facts | None:
    from app.catalog.facts import Facts
    from app.core.sandbox import workspace
    from app.inspection.inspect import inspect_safely
    from app.inspection.results import Refusal

    if file is None:
        return None
    with workspace() as folder:
        found = inspect_safely(handed_over(file, folder), file.name, folder)
    if isinstance(found, Refusal):
        raise click.ClickException(f"{found.sentence} {found.next_step}")
    return Facts.of(found.facts)


def _customer(text: str | None) -> Customer | None:
    import uuid

    from sqlalchemy import func, or_, select

    from app.core.db import db
    from app.customers.models import Contact, Customer

    if text is None:
        return None
    same = [func.lower(Customer.name) == text.lower(), func.lower(Contact.email) == text.lower()]
    try:
        same.append(Customer.id == uuid.UUID(text))
    except ValueError:
        pass
    query = select(Customer.id).outerjoin(Contact, Contact.customer_id == Customer.id)
    found = set(db.session.scalars(query.where(or_(*same))))
    if len(found) != 1:
        many = f"{len(found)} customers are" if found else "No customer is"
        raise click.ClickException(f"{many} called {text}. Name one by e-mail address or id.")
    return db.session.get_one(Customer, found.pop())


def _print(found: ItemisedPrice, as_json: bool) -> None:
    from app.core.web.formats import money

    if as_json:
        rows: list[dict[str, Any]] = [vars(row) for row in found.rows]
        names = ("net_minor", "tax_minor", "total_minor", "currency", "tax_label", "tax_note")
        sums = {name: getattr(found, name) for name in names}
        click.echo(json.dumps({"rows": rows, **sums, "reasons": found.reasons}, ensure_ascii=False))
        return
    for row in found.rows:
        click.echo(f"{row.label}  {money(row.amount_minor, found.currency)}\n    {row.how}")
    click.echo(f"{found.tax_label}  {money(found.tax_minor, found.currency)}")
    click.echo(f"Total  {money(found.total_minor, found.currency)}")
    for reason in found.reasons:
        click.echo(f"A person must set this price: {reason}")
