"""`flask anchors`: the process that anchors chains outside the database, its keys and its bucket."""

import click

from app.cli.processes import until_told


@click.group("anchors")
def group() -> None:
    """Keep the heads of the chains of events, signed, outside the database."""


@group.command()
def run() -> None:
    """Anchor what has grown, once an hour, until told to stop."""
    from jobs.clock import ANCHORING
    from jobs.clock import run as run_tasks

    run_tasks(until_told(), ANCHORING)


@group.command()
def keys() -> None:
    """Print a new pair of keys: one that signs, for the process `anchors`; one that checks, for everybody."""
    from app.core.anchor_keys import make_keys

    signing, public = make_keys()
    click.echo(f"ANCHOR_SIGNING_KEY={signing}\nANCHOR_PUBLIC_KEY={public}")


@group.command()
def bucket() -> None:
    """Make ANCHOR_BUCKET with the S3 keys of the environment, which must be an administrator's."""
    from app.core import anchor_store, storage
    from app.core.settings import current

    name = current().anchor_bucket
    if name is None:
        raise click.ClickException("ANCHOR_BUCKET is not set: name the bucket for anchors.")
    locks = anchor_store.make_bucket(storage.client(), name)
    lock = "with object lock" if locks else "without object lock: this storage has none"
    click.echo(f"The bucket {name} is there, {lock}.")
