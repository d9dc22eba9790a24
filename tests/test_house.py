"""The house rules that a program can read: floors, commits at doors only, lengths, names."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.translations import CATALOGUE, extract
from tests.unmarked_sentences import in_python, in_script, in_template

ROOT = Path(__file__).resolve().parents[1]

# Lowest first; rooms on one floor don't import each other.
FLOORS = (
    {"core"},
    {"accounts", "inspection"},
    {"files", "tax", "rates"},
    {"catalog"},
    {"customers", "preflight"},
    {"artwork", "stock", "pricelists"},
    {"orders"},
    {"production", "fulfilment"},
    {"notify"},
    {"integrations", "reports"},
    {"reactions", "models"},
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
DOORS = {"backoffice", "portal", "api", "cli", "jobs"}
# Files of a room that are doors, as are those named *_page: its part of the back office, its
# commands, and what several doors share of it (sign-in, uploads).
DOOR_FILES = {
    "admin": "admin",
    "search": "admin",
    "commands": "admin",
    "doors": "doors",
    "todo": "admin",
}
# Which doors may use which: the back office assembles the rooms' pages, a command runs a job.
DOOR_MAY_USE = {
    "admin": {"doors"},
    "backoffice": {"admin", "doors"},
    "cli": {"jobs", "admin", "doors"},
    "portal": {"doors"},
}
MOST_LINES = 400
MOST_WIDE = 160
NOT_OURS = ("app/static/vendor/", "var/", ".venv/", "migrations/versions/")
VAGUE_NAMES = ("util", "utils", "helper", "helpers", "manager", "managers", "misc", "common")


@functools.cache
def sources() -> dict[str, ast.Module]:
    """Every module of ours: dotted name → its tree."""
    files = [*ROOT.glob("app/**/*.py"), *ROOT.glob("jobs/**/*.py")]
    trees = {}
    for file in files:
        parts = list(file.relative_to(ROOT).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        trees[".".join(parts)] = ast.parse(file.read_text(), str(file))
    return trees


def room_of(module: str) -> str:
    """The room of `app.orders.services` is orders; `app` alone is the factory, a door."""
    parts = module.split(".")
    if parts[0] == "jobs":
        return "jobs"
    return parts[1] if len(parts) > 1 else "app"


def door_of(module: str) -> str | None:
    """Which door a module belongs to; None for a module of a room."""
    room = room_of(module)
    if room in DOORS or room == "app":
        return room
    parts = module.split(".")
    part = parts[2] if len(parts) > 2 and room != "core" else ""
    return "admin" if part.endswith("_page") else DOOR_FILES.get(part)


def imports(module: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Each of our modules that `module` imports, anywhere in it, with the line."""
    known = sources()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in ("app", "jobs"):
                    yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            assert node.level == 0, f"{module}:{node.lineno} imports relatively"
            if base.split(".")[0] in ("app", "jobs"):
                for alias in node.names:
                    full = f"{base}.{alias.name}"
                    yield (full if full in known else base), node.lineno


def complaint(importer: str, imported: str) -> str | None:
    """Why `importer` may not import `imported`, or None when it may."""
    from_door, to_door = door_of(importer), door_of(imported)
    if from_door == "app" or importer == imported:
        return None
    if from_door:
        if to_door in (None, from_door) or to_door in DOOR_MAY_USE.get(from_door, set()):
            return None
        if to_door == "app" and from_door in ("cli", "jobs"):
            return None
        return f"one door ({from_door}) uses another ({to_door})"
    if to_door:
        return "a room knows a door"
    here, there = room_of(importer), room_of(imported)
    if here == there:
        return None
    if there not in FLOOR_OF or here not in FLOOR_OF:
        return f"{there if there not in FLOOR_OF else here} is on no floor"
    if FLOOR_OF[there] < FLOOR_OF[here]:
        return None
    where = "the same floor" if FLOOR_OF[there] == FLOOR_OF[here] else "a floor above"
    return f"{there} is on {where}"


def test_a_room_imports_only_from_floors_below_it() -> None:
    found = [
        f"{module}:{line} imports {imported}: {why}"
        for module, tree in sources().items()
        for imported, line in imports(module, tree)
        if (why := complaint(module, imported))
    ]
    assert not found, "\n" + "\n".join(sorted(found))


@pytest.mark.parametrize(
    ("importer", "imported", "allowed"),
    [
        ("app.orders.services", "app.stock.services", True),
        ("app.stock.services", "app.artwork.models", False),
        ("app.core.db", "app.orders.models", False),
        ("app.orders.services", "app.orders.admin", False),
        ("app.backoffice.menu", "app.orders.admin", True),
        ("app.portal.orders", "app.backoffice.menu", False),
        ("app.portal.uploads", "app.files.doors", True),
        ("app.portal.uploads", "app.artwork.admin", False),
        ("app.cli.processes", "jobs.work", True),
        ("app.reactions", "app.notify.services", True),
    ],
)
def test_the_floors_are_what_the_design_says(importer: str, imported: str, allowed: bool) -> None:
    assert (complaint(importer, imported) is None) is allowed


def calls(tree: ast.Module, name: str) -> Iterator[tuple[str, int]]:
    """Each call `something.name(...)`: what something is, as written, and the line."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == name
        ):
            yield ast.unparse(node.func.value), node.lineno


def test_only_doors_commit() -> None:
    found = [
        f"{module}:{line} commits {what}"
        for module, tree in sources().items()
        if door_of(module) is None and room_of(module) != "core"
        for what, line in calls(tree, "commit")
    ]
    assert not found, "\n" + "\n".join(sorted(found))


def test_doors_do_not_flush() -> None:
    found = [
        f"{module}:{line} flushes {what}"
        for module, tree in sources().items()
        if door_of(module) is not None
        for what, line in calls(tree, "flush")
        if what.endswith("session")
    ]
    assert not found, "\n" + "\n".join(sorted(found))


def test_only_one_function_answers_a_program_with_a_problem() -> None:
    found = [
        f"{module}:{node.lineno} answers {ast.unparse(node)}"
        for module, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple)
        and any(ast.unparse(part).startswith("jsonify(") for part in node.elts)
        and any(isinstance(n, ast.Constant) and n.value in range(400, 600) for n in ast.walk(node))
    ]
    assert not found, "\n" + "\n".join(sorted(found))


#: Runs in the sandbox, without the application and its locale.
NOT_LOCALISED = (
    "app.inspection.facts",
    "app.inspection.meshes",
    "app.inspection.sniff",
    "app.core.web.formats",
)


def test_numbers_and_days_for_people_are_formatted_in_one_place() -> None:
    found = [
        f"{module}:{node.lineno} formats {ast.unparse(node)}"
        for module, tree in sources().items()
        if not module.startswith(NOT_LOCALISED)
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue)
        and node.format_spec is not None
        and re.search(r",|%-?[aAbBpcxX]", ast.unparse(node.format_spec))
    ]
    assert not found, "\n" + "\n".join(sorted(found))


def test_the_catalogue_of_sentences_is_current() -> None:
    said = "flask translations extract"
    assert CATALOGUE.read_bytes() == extract(), f"Write app/translations/messages.pot: {said}"


#: English by intent: what a terminal prints, and what comes of a file: findings and refusals are stored as
#: they were written.
NOT_TRANSLATED = (
    "app.cli", "app.files.services.checking", "app.inspection", "app.preflight", "app.core.sandbox", "app.core.chain",
    "app.core.settings", "app.core.translations", "app.api.openapi",
)  # fmt: skip


def test_every_sentence_of_the_code_is_marked_for_translation() -> None:
    found = [
        f"{module}:{line} {text[:80]!r}"
        for module, tree in sources().items()
        if not module.startswith(NOT_TRANSLATED)
        and module.rpartition(".")[2] not in ("commands", "invariants")
        for line, text in in_python(tree)
    ]
    assert not found, "Put these in _() or, outside functions, _l():\n" + "\n".join(sorted(found))


def test_every_sentence_of_a_page_is_marked_for_translation() -> None:
    found = [
        f"{name}: {text[:80]!r}"
        for name, file in our_files(".html", ".txt")
        if name.startswith("templates/")
        for text in in_template(file.read_text())
    ]
    assert not found, "Put these in _():\n" + "\n".join(found)


def test_every_sentence_of_a_script_is_marked_for_translation() -> None:
    found = [
        f"{name}: {text}"
        for name, file in our_files(".js")
        if name.startswith("app/static/js/")
        for text in in_script(file.read_text())
    ]
    assert not found, "Put these in _():\n" + "\n".join(found)


def test_no_sentence_of_a_page_is_glued_together() -> None:
    """Another language needs the whole sentence, with its values in places of their own."""
    glued = re.compile(
        r'\b_\("[^"]*"\) ~ (?!")|~ _\("[^A-Z%][^"]*"|~ "[^"#./-]*[a-z]{2,} ?[^"/-]*"'
    )
    found = [
        f"{name}: {match.group()}"
        for name, file in our_files(".html", ".txt")
        if name.startswith("templates/")
        for match in glued.finditer(file.read_text())
    ]
    assert not found, "Say these whole, with %(name)s:\n" + "\n".join(found)


def test_only_constants_are_translated_on_a_page() -> None:
    """What `_()` returns is not escaped again: a value must come as ``%(name)s``."""
    found = [
        f"{name}: {call}"
        for name, file in our_files(".html", ".txt")
        if name.startswith("templates/")
        for call in re.findall(r"(?<![\w.])_\(\s*[^\"\s].{0,40}", file.read_text())
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "page",
    [
        "<p>Ready to ship</p>", '<button title="Ship it">x</button>', '{{ ui.empty("No orders yet") }}',
        "<p>{{ _('Due') }} later</p>",
    ],
)  # fmt: skip
def test_an_unmarked_sentence_is_found(page: str) -> None:
    assert list(in_template(page))
    assert not list(in_template('<p>{{ _("Ready to %(do)s", do=verb) }}</p>'))
    assert list(in_script("row.say(`${name} is on its way`);")) and not list(
        in_script('_("Sent now")')
    )
    assert list(in_python(ast.parse('def f(x):\n    raise BadInput(f"Enter {x} again.")')))


def our_files(*suffixes: str) -> Iterator[tuple[str, Path]]:
    folders = ("app", "jobs", "tests", "bin", "migrations", "templates")
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*")):
            name = file.relative_to(ROOT).as_posix()
            if file.suffix in suffixes and file.is_file() and not name.startswith(NOT_OURS):
                yield name, file


def test_no_file_is_longer_than_one_can_read() -> None:
    long = []
    for name, file in our_files(".py", ".js", ".css", ".html", ".sh"):
        lines = len(file.read_text().splitlines())
        if lines > MOST_LINES:
            long.append(f"{name}: {lines} lines, {MOST_LINES} at most")
    assert not long, "\n" + "\n".join(long)


def test_no_line_of_a_page_or_a_style_is_wider_than_one_can_read() -> None:
    wide = [
        f"{name}:{number}: {len(line)} characters, {MOST_WIDE} at most"
        for name, file in our_files(".html", ".css", ".txt")
        if not name.startswith("app/static/fonts/")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if len(line) > MOST_WIDE
    ]
    assert not wide, "\n" + "\n".join(wide)


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [name for name, file in our_files(".py", ".js") if file.stem.lower() in VAGUE_NAMES]
    assert not vague, "\n" + "\n".join(vague)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        module
        for module, tree in sources().items()
        if tree.body and ast.get_docstring(tree) is None
    ]
    assert not silent, "\n" + "\n".join(sorted(silent))
