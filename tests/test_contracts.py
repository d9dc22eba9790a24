"""What one room hands to another is typed: no dictionary of anything crosses a room's wall."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from tests.test_house import room_of, sources

# What may stay a dictionary, each with its reason. As few as possible.
EXCEPTIONS = {
    "app.fulfilment.services.move:facts": (
        "what an event says of a shipment; its kind's payload checks it"
    ),
    "app.notify.services:compose": (
        "the values of a template, which each message declares for itself"
    ),
    "app.artwork.models:Approval.rule": (
        "a sealed copy of the requirement that applied, kept digit by digit; no other room reads it"
    ),
}


@functools.cache
def names_of(module: str) -> dict[str, ast.AST]:
    """The functions, classes and assigned names at the top level of a module."""
    found: dict[str, ast.AST] = {}
    for node in sources()[module].body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node
    return found


@functools.cache
def imported(module: str) -> dict[str, tuple[str, str]]:
    """The names that `module` has from our other modules: its name for it → (module, name there).

    A whole module has no name there.
    """
    found = {}
    for node in ast.walk(sources()[module]):
        if isinstance(node, ast.ImportFrom) and node.module in sources():
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                place = (whole, "") if whole in sources() else (str(node.module), alias.name)
                found[alias.asname or alias.name] = place
    return found


def home_of(module: str, name: str) -> tuple[str, str]:
    """Where something that `module` gives out is written: a package passes on what it imports."""
    if name not in names_of(module) and name in (passed := imported(module)):
        return home_of(*passed[name]) if passed[name][1] else passed[name]
    return module, name


def crossings() -> Iterator[tuple[str, str, str]]:
    """Each (module, name, user) where `user` is of another room and uses what is written there."""
    for user in sources():
        known = imported(user)
        for module, name in list(known.values()):
            if name and room_of(module) != room_of(user):
                yield *home_of(module, name), user
        for node in ast.walk(sources()[user]):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module, name = known.get(node.value.id, ("", "."))
                if not name and room_of(module) != room_of(user):
                    yield *home_of(module, node.attr), user


def is_bare(annotation: ast.AST | None) -> bool:
    """Whether the annotation has a dictionary or mapping of anything somewhere in it."""
    bare = {f"{kind}[str, Any]" for kind in ("dict", "Mapping", "MutableMapping")}
    nodes = ast.walk(annotation) if annotation else ()
    return any(isinstance(node, ast.Subscript) and ast.unparse(node) in bare for node in nodes)


def untyped(node: ast.AST, name: str) -> Iterator[str]:
    """What of a function or class is a bare dictionary: ``name`` or ``name.field``."""
    if isinstance(node, ast.FunctionDef):
        given = node.args
        annotated = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        if any(is_bare(one.annotation) for one in annotated) or is_bare(node.returns):
            yield name
    elif isinstance(node, ast.Assign):
        if is_bare(node.value):
            yield name
    elif isinstance(node, ast.ClassDef):
        for part in node.body:
            if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                yield from untyped(part, f"{name}.{part.name}")
            elif isinstance(part, ast.AnnAssign) and is_bare(part.annotation):
                yield f"{name}.{ast.unparse(part.target)}"


def handed_out() -> Iterator[tuple[str, str]]:
    """Each (module, name) that a room's services and queries give out, used elsewhere or not."""
    for module in sources():
        parts = module.split(".")
        if len(parts) > 2 and parts[0] == "app" and parts[2] in ("services", "queries"):
            yield from ((module, name) for name in names_of(module) if not name.startswith("_"))


@functools.cache
def found() -> dict[str, set[str]]:
    """Each untyped thing that crosses a room, with the modules that use it."""
    breaches: dict[str, set[str]] = {}
    given = ((module, name, "its own room") for module, name in handed_out())
    for module, name, user in (*crossings(), *given):
        node = names_of(module).get(name) if module in sources() else None
        if node is None or room_of(module) == "core":
            continue
        for one in untyped(node, name):
            breaches.setdefault(f"{module}:{one}", set()).add(user)
    return breaches


def test_what_crosses_a_room_is_typed() -> None:
    breaches = {name: users for name, users in found().items() if name not in EXCEPTIONS}
    assert not breaches, "\n".join(f"{name} used by {sorted(breaches[name])}" for name in breaches)


def test_no_exception_outlives_its_reason() -> None:
    assert set(EXCEPTIONS) <= set(found())


def test_a_bare_dictionary_is_seen_wherever_it_stands() -> None:
    for text in ("dict[str, Any]", "list[dict[str, Any]] | None", "Mapped[Mapping[str, Any]]"):
        assert is_bare(ast.parse(text, mode="eval"))
    assert not is_bare(ast.parse("dict[str, str]", mode="eval"))
    assert len(list(crossings())) > 500
