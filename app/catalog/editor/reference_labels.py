"""The names of all records that a form refers to, with one query for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.catalog.editor.nodes import Node
from app.catalog.references import KINDS

Named = tuple[str, str]


def reference_labels(drawn: Iterable[Node], more: Iterable[Named] = ()) -> dict[Named, str]:
    """Return (kind, key) → name for the references of a form, and for `more` ones."""
    asked: dict[str, set[str]] = {}
    for kind, key in (*_named(drawn), *more):
        if kind in KINDS and key:
            asked.setdefault(kind, set()).add(key.replace("\x00", ""))
    return {
        (kind, key): label
        for kind, keys in asked.items()
        for key, label in KINDS[kind].labels(keys).items()
    }


def _named(nodes: Iterable[Node]) -> Iterator[Named]:
    for node in nodes:
        if node.spec.reference:
            yield node.spec.reference, node.text
        yield from _named([*node.fields, *node.more])
        for row in node.rows:
            yield from _named([*row.main, *row.more])
