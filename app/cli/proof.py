"""`flask proof`: the proof of a file for a product of the presets, without a shop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.files import FILE, handed_over

if TYPE_CHECKING:
    from app.artwork.proofing.paper import Leaf, ProofWork
    from app.catalog.properties import Properties
    from app.inspection.results import Inspection


@click.command()
@click.argument("file", type=FILE)
@click.option("--product", required=True, metavar="SKU", help="A product of the presets.")
@click.option(
    "--field", "fields", multiple=True, metavar="KEY=VALUE", help="What is written for it."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def proof(file: Path, product: str, fields: Sequence[str], out: Path) -> None:
    """Write the proof of FILE for a product to OUT, as the customer would sign it.

    Prints how each page is laid on the product: its scale, how far right and down of the product's left
    top corner it begins (by its TrimBox, else its CropBox or MediaBox), and whether it is turned. Says
    why and ends with 1 where the file or a field is refused.
    """
    from app.artwork.proofing import paper
    from app.artwork.proofing.wording import check_wording
    from app.artwork.services.proofs import write_paper
    from app.core.errors import Problem
    from app.core.sandbox import workspace
    from app.inspection.inspect import inspect_safely
    from app.inspection.results import Refusal

    name, terms = _product(product)
    words = _words(terms, fields)
    with workspace() as folder:
        found = inspect_safely(handed_over(file, folder), file.name, folder)
        if isinstance(found, Refusal):
            raise click.ClickException(f"{found.sentence} {found.next_step}")
        work = _work(file, name, terms, words, found)
        try:
            out.write_bytes(write_paper(work, lambda key: Path(key).read_bytes()))
        except Problem as problem:
            raise click.ClickException(str(problem)) from None
    for number, leaf in enumerate(
        paper.leaves(work.requirement, work.facts, work.pictures), start=1
    ):
        click.echo(_placement(number, leaf))
    for finding in work.findings:
        if finding.severity != "passed":
            click.echo(f"{finding.severity}: {finding.title}")
    for warning in check_wording(work.job.wording, work.facts).warnings:
        click.echo(f"warning: {warning}")


def _product(sku: str) -> tuple[str, Properties]:
    """Return name and properties of the product with this SKU (or slug)."""
    from app.catalog import presets
    from app.catalog.inheritance import inherit

    offered = []
    for preset in map(presets.read, presets.NAMES):
        for product in preset.products:
            if sku in (product.sku, product.slug):
                return product.name, inherit(presets.layers_of(preset, product)).properties
            offered.append(product.sku)
    raise click.ClickException(f"No preset has the product {sku}. There are: {', '.join(offered)}.")


def _words(terms: Properties, fields: Sequence[str]) -> dict[str, str]:
    """Return what was written, checked as on the product's page."""
    from app.catalog.configuration import validate_configuration
    from app.catalog.properties import Variants
    from app.core.errors import BadInput

    given: dict[str, object] = {}
    for pair in fields:
        key, equals, value = pair.partition("=")
        if not equals:
            raise click.ClickException(f"Write --field KEY=VALUE, not {pair}.")
        given[key] = value
    asked = [
        field.model_copy(update={"only_if": {}})
        for field in terms.personalisation
        if field.key in given
    ]
    without = {"options": [], "constraints": [], "variants": Variants()}
    terms = terms.model_copy(update={**without, "personalisation": asked})
    try:
        return validate_configuration(terms, {}, given, terms.quantity.default)[0].personalisation
    except BadInput as fault:
        faults = fault.faults or {"": str(fault)}
        raise click.ClickException(" ".join(f"{k}: {v}" for k, v in faults.items())) from None


def _work(
    file: Path, name: str, terms: Properties, words: dict[str, str], found: Inspection
) -> ProofWork:
    from app import preflight
    from app.artwork.proofing.job_data import JobData
    from app.artwork.proofing.paper import ProofWork
    from app.catalog.configuration import Configuration
    from app.catalog.labels import personalised, wording
    from app.catalog.properties import Artwork
    from app.core.clock import now
    from app.core.ids import new_id
    from app.inspection.results import StoredPicture

    requirement, written = terms.artwork or Artwork(), Configuration(personalisation=words)
    drawn = {row.kind: row for row in found.previews}
    pages = [
        drawn.get(row.kind.replace("page-", "print-"), row)
        for row in found.previews
        if row.kind.startswith("page-")
    ]
    pictures = [StoredPicture(row.kind, row.path, row.width_px, row.height_px) for row in pages]
    return ProofWork(
        slot_id=new_id(),
        version_id=new_id(),
        number=1,
        label=requirement.label,
        file_name=file.name,
        uploaded_by="",
        received_at=now(),
        sha256=found.sha256,
        size_bytes=found.size_bytes,
        facts=found.facts,
        requirement=requirement,
        findings=preflight.run(found.facts, requirement).findings,
        override=None,
        job=JobData(
            product=name,
            title=terms.wording.approve_title,
            ask=terms.wording.approve_ask,
            statement=terms.wording.approve_statement,
            personalisation=personalised(terms, written),
            wording=wording(terms, written),
        ),
        pictures=pictures,
        shop_name="",
    )


def _placement(number: int, leaf: Leaf) -> str:
    placed = leaf.placed
    scale = "none of its own" if placed.scale is None else f"{100 * placed.scale:.1f} %"
    turned = "turned by 90 degrees" if placed.turned else "not turned"
    offset = f"{placed.left_mm:.2f}, {placed.top_mm:.2f} mm"
    return f"page {number}: scale {scale}, offset {offset}, {turned} ({leaf.words})"
