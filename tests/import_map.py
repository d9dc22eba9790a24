"""Which test file can be affected by which file of the project, and how directly.

A file points at another where it imports it, or where one of its strings names it (a module given
as text, a template, a script). Tests reach most code by a request, not by an import: those of
`tests/<room>` therefore point at everything in `app/<room>` and its templates. What is read here
errs on the side of too much; distance says how direct the way is.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

SOURCES = ("app", "jobs", "templates", "tests", "migrations", "bin", "deploy", "docs")
TEXTS = (".py", ".html", ".js", ".css", ".toml", ".txt", ".md", ".sh", "")
# What a folder of tests reaches by requests or commands.
BY_REQUEST = {
    "tests/backoffice": ("app/backoffice", "templates/admin", "templates/backoffice"),
    "tests/browser": ("app/portal", "app/backoffice", "app/static"),
    "tests/entry_points": ("app/portal", "app/backoffice", "app/api"),
    "tests/cli": ("app/cli", "bin", "jobs"),
    "tests/deploy": ("deploy",),
    "tests/migrations": ("migrations",),
}
MODULE = re.compile(r"^(?:app|jobs|tests)(?:\.\w+)+")
FILE = re.compile(r"[\w./-]+\.(?:html|js|css|toml|txt|json|svg|icc)\b")


def changed_files(root: Path) -> set[str]:
    """Return what differs from main, and what is not committed; on a clean main, the last commit."""

    def git(*arguments: str) -> list[str]:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
        return done.stdout.splitlines() if done.returncode == 0 else []

    found = set(git("ls-files", "--others", "--exclude-standard"))
    (base,) = git("merge-base", "HEAD", "main") or ["HEAD"]
    found.update(git("diff", "--name-only", base))
    return found or set(git("diff", "--name-only", "HEAD~1"))


def distances(root: Path, changed: Iterable[str]) -> dict[str, int]:
    """Return each test file that can reach a changed file, with the shortest way's length."""
    pointed_from: dict[str, set[str]] = {}
    for name, targets in references(root).items():
        for target in targets:
            pointed_from.setdefault(target, set()).add(name)
    found = dict.fromkeys(changed, 0)
    waiting = deque(found)
    while waiting:
        name = waiting.popleft()
        for source in pointed_from.get(name, ()):
            if source not in found:
                found[source] = found[name] + 1
                waiting.append(source)
    return {name: steps for name, steps in found.items() if Path(name).name.startswith("test_")}


def references(root: Path) -> dict[str, set[str]]:
    """Return for each file of the project the files that it points at."""
    files = [
        path.relative_to(root).as_posix()
        for folder in SOURCES
        for path in (root / folder).rglob("*")
        if path.suffix in TEXTS and path.is_file() and "/vendor/" not in path.as_posix()
    ]
    modules = {_module(name): name for name in files if name.endswith(".py")}
    by_ending: dict[str, set[str]] = {}
    for name in files:
        parts = name.split("/")
        for start in range(len(parts)):
            by_ending.setdefault("/".join(parts[start:]), set()).add(name)
    found = {}
    for name in files:
        targets = set(_by_request(name, files))
        text = (root / name).read_text("utf-8", "replace")
        if name.endswith(".py"):
            words = list(_words(ast.parse(text)))
            targets.update(modules[one] for one in _modules(words, modules))
        else:
            words = [text]
        for word in words:
            for ending in FILE.findall(word):
                targets |= by_ending.get(ending.removeprefix("./"), set())
        found[name] = targets - {name}
    return found


def _module(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _words(tree: ast.Module) -> Iterator[str]:
    """Each module that is imported, and each string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _modules(words: Iterable[str], known: dict[str, str]) -> Iterator[str]:
    """The modules that the words name: `app.orders.models.Order` names `app.orders.models`."""
    for word in words:
        if match := MODULE.match(word):
            named = match.group()
            while named not in known and "." in named:
                named = named.rpartition(".")[0]
            if named in known and "." in named:
                yield named


def _by_request(name: str, files: list[str]) -> Iterator[str]:
    """What the tests of a folder reach without naming it; each file of tests has its conftest."""
    folder = name.rpartition("/")[0]
    if not name.startswith("tests/"):
        return
    for upper in Path(name).parents:
        conftest = (upper / "conftest.py").as_posix()
        if conftest in files and upper.as_posix() != "tests":
            yield conftest
    room = folder.split("/")[1] if "/" in folder else ""
    reached = BY_REQUEST.get("/".join(folder.split("/")[:2]), ()) if room else ()
    for start in (*reached, *((f"app/{room}", f"templates/{room}") if room else ())):
        yield from (one for one in files if one.startswith(f"{start}/"))
