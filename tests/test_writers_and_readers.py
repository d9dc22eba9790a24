"""Each column has code that writes it, each setting code that reads it: what has none is dead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import app.models  # noqa: F401 - registers every table
from app.core.db import Model
from app.core.settings import Settings
from app.orders.details import OrderDetails

ROOT = Path(__file__).resolve().parents[1]
MAPPED = [mapper.class_ for mapper in Model.registry.mappers]
#: How chains were hashed before personal data left them.
WRITTEN_BY_A_MIGRATION = {"Event.former_hash", "Anchor.is_former"}


def trees() -> Iterable[ast.Module]:
    for file in [*(ROOT / "app").rglob("*.py"), *(ROOT / "jobs").rglob("*.py")]:
        yield ast.parse(file.read_text())


def fields_of(model: type) -> set[str]:
    """Return the columns of a model, each as ``Order.note``; a relationship writes its foreign key."""
    columns = model.__mapper__.columns  # type: ignore[attr-defined]
    return {f"{model.__name__}.{mapped.key}" for mapped in columns if not mapped.foreign_keys}


def names_written(trees: Iterable[ast.Module]) -> set[str]:
    """Return the names that are assigned to, passed on by name, keys of a dict or stand in SQL that makes rows."""
    found: set[str] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.keyword(arg=str(name)):
                found.add(name)
            case ast.Attribute(ctx=ast.Store()):
                found.add(node.attr)
            case ast.Dict():
                found |= {key.value for key in node.keys if isinstance(key, ast.Constant)}
            case ast.Constant(value=str()) if re.search(r"\b(INSERT|UPDATE)\b", node.value):
                found |= set(re.findall(r"\w+", node.value))
            case ast.Constant(value=str()):
                found |= set(re.findall(r"(?<=\bAS )\w+", node.value))  # a row that a query makes
    return found


def names_read(trees: Iterable[ast.Module]) -> set[str]:
    """Return the attributes that are read, and the beginnings of those asked for by a made name."""
    found: set[str] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Attribute(ctx=ast.Load()):
                found.add(node.attr)
            case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
                found.add(start)
    return found


def test_each_column_has_a_writer() -> None:
    written = names_written(trees())
    details = {f"Order.{name}" for name in OrderDetails.model_fields}
    columns = set().union(*map(fields_of, MAPPED)) - details - WRITTEN_BY_A_MIGRATION
    assert len(columns) > 100
    dead = sorted(column for column in columns if column.rpartition(".")[2] not in written)
    assert not dead, "Nothing writes these columns; use or drop them: " + ", ".join(dead)


def test_each_setting_has_a_reader() -> None:
    read = names_read(trees())
    dead = [name for name in Settings.model_fields if read.isdisjoint(beginnings(name))]
    assert not dead, "Nothing reads these settings; use or drop them: " + ", ".join(dead)


def beginnings(name: str) -> set[str]:
    """Return the name itself and what stands before each of its words: ``smtp_`` of ``smtp_host``."""
    return {name} | {name[: at.end()] for at in re.finditer("_", name)}


def test_a_name_that_only_stands_in_a_declaration_is_neither() -> None:
    tree = ast.parse('class Row:\n    spare: str = column("x")\nselect(Row.other)\nf(1)\n')
    assert names_written([tree]).isdisjoint({"spare", "other"})
    assert "spare" not in names_read([tree])
