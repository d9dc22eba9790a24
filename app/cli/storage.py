"""`flask storage check`: everything that is kept is read and hashed, now."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click
from sqlalchemy import text

from app.core import archive, storage
from app.core.db import db

# What refers to storage: its key and, where it is known, the SHA-256 of what lies there. The anchors of
# events are read by `flask check`, which compares them with the chains.
SOURCES = {
    "files": "SELECT storage_key, sha256 FROM assets ORDER BY id",
    "pictures": "SELECT storage_key, NULL FROM previews ORDER BY id",
    "work orders": "SELECT storage_key, sha256 FROM work_orders ORDER BY id",
    "labels": "SELECT label_key, label_sha256 FROM shipments WHERE label_key IS NOT NULL ORDER BY id",
    "journal entries": "SELECT outcome ->> 'storage_key', outcome ->> 'sha256' FROM outbound_intents "
    "WHERE adapter_key = 'journal' AND state = 'sent' ORDER BY id",
    "exports": "SELECT storage_key, NULL FROM exports WHERE storage_key IS NOT NULL ORDER BY id",
}

#: What becomes of those that an earlier version put elsewhere than under their hash.
BY_THE_CLOCK = "The clock writes them once more, by their hash, within an hour."
FORMERLY = {"files": BY_THE_CLOCK, "pictures": BY_THE_CLOCK}


@dataclass(frozen=True)
class Fault:
    """A stored object that is not as its row says; `fault` is ``missing`` or ``differs``."""

    kind: str
    storage_key: str
    fault: str


@click.group("storage")
def commands() -> None:
    """What is kept in object storage."""


@commands.command("check")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of sentences.")
def check(as_json: bool) -> None:
    """Read and hash everything that is kept; exit 1 where something is missing or differs."""
    checked, formerly = Counter[str](), Counter[str]()
    faults = list(find_faults(checked, formerly))
    if as_json:
        counts = {"checked": dict(checked), "formerly": dict(formerly)}
        found = counts | {"faults": [asdict(fault) for fault in faults]}
        click.echo(json.dumps(found))
    else:
        for kind, count in checked.items():
            click.echo(f"{count} {kind} read and hashed")
        for kind, count in formerly.items():
            click.echo(
                f"{count} of the {kind} lie where an earlier version put them. {FORMERLY[kind]}"
            )
        for fault in faults:
            words = "is missing" if fault.fault == "missing" else "is not what was written"
            click.echo(f"{fault.kind}: {fault.storage_key} {words}", err=True)
        click.echo(_verdict(faults))
    sys.exit(bool(faults))


def _verdict(faults: list[Fault]) -> str:
    if not faults:
        return "Everything that is kept is there, as it was written."
    missing = sum(fault.fault == "missing" for fault in faults)
    return (
        f"{missing} missing, {len(faults) - missing} differing. Restore them from a backup of the bucket; "
        "a customer's file can also be sent again: the same file takes its old place."
    )


def find_faults(checked: Counter[str], formerly: Counter[str]) -> Iterator[Fault]:
    """Read each object that a row refers to and yield what is wrong; count them by kind in `checked`, and in
    `formerly` those whose key is not their hash.

    What has no hash in its row or its key (pictures and exports of earlier versions) is read to its end.
    """
    for kind, query in SOURCES.items():
        rows = db.session.execute(text(query)).all()
        db.session.rollback()  # storage is read without a transaction
        checked[kind] = len(rows)
        if old := sum(archive.named_hash(key) is None for key, _sha256 in rows if kind in FORMERLY):
            formerly[kind] = old
        for key, sha256 in rows:
            expected = sha256 or archive.named_hash(key)
            if storage.head(key) is None:
                yield Fault(kind, key, "missing")
            elif not archive.is_whole(key, expected):
                yield Fault(kind, key, "differs")
