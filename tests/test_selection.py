"""Which tests `bin/test`, `--quick` and `--all` take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import import_map, selection

FILES = {
    "app/orders/models.py": "",
    "app/orders/services.py": "from app.orders.models import Order",
    "app/portal/pages.py": 'from app.orders import services\nPAGE = "portal/order.html"',
    "app/stock/models.py": "",
    "app/core/lazy.py": 'LATE = "app.stock.models:count"',
    "templates/portal/order.html": '<script src="js/once.js">',
    "app/static/js/once.js": "",
    "tests/orders/conftest.py": "",
    "tests/orders/test_life.py": "from app.orders import services",
    "tests/portal/test_pages.py": "",
    "tests/core/test_lazy.py": "from app.core.lazy import LATE",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "reached"),
    [
        ("app/orders/models.py", ["orders/test_life", "portal/test_pages"]),
        ("app/portal/pages.py", ["portal/test_pages"]),
        ("templates/portal/order.html", ["portal/test_pages"]),
        ("app/static/js/once.js", ["portal/test_pages"]),
        ("app/stock/models.py", ["core/test_lazy"]),
        ("tests/orders/conftest.py", ["orders/test_life"]),
        ("tests/core/test_lazy.py", ["core/test_lazy"]),
        ("LICENSE", []),
    ],
)
def test_a_change_reaches_the_tests_that_lead_to_it_nearest_first(
    project: Path, changed: str, reached: list[str]
) -> None:
    found = import_map.distances(project, [changed])
    assert sorted(found, key=lambda name: found[name]) == [f"tests/{one}.py" for one in reached]


def taken(tmp_path: Path, *named: str, everything: bool = False) -> list[str]:
    """The names of the tests that are left of a plain and an extended one."""
    items: list[Any] = [
        SimpleNamespace(name=name, path=tmp_path / f"{name}.py", get_closest_marker=mark)
        for name, mark in (("plain", lambda name: None), ("walk", lambda name: name == "extended"))
    ]
    config: Any = SimpleNamespace(
        stash=pytest.Stash(),
        getoption=lambda name: everything,
        hook=SimpleNamespace(pytest_deselected=lambda items: None),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAKEREADY_NAMED_TESTS", "\n".join(str(tmp_path / one) for one in named))
        selection.pytest_collection_modifyitems(config, items)
    return [item.name for item in items]


def test_extended_tests_run_with_all_or_where_their_file_is_named(tmp_path: Path) -> None:
    assert taken(tmp_path) == ["plain"]
    assert taken(tmp_path, ".") == ["plain"]
    assert taken(tmp_path, everything=True) == ["plain", "walk"]
    assert taken(tmp_path, "walk.py::test_print") == ["plain", "walk"]


def test_a_run_of_everything_leaves_the_walk_out() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    for ways, found in ((["-k", "comes_through"], 0), (["tests/cli/test_walk.py"], 4)):
        done = subprocess.run(
            [*command, "--ignore-glob=*/test_[!w]*.py", *ways],
            cwd=selection.ROOT, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.stdout.count("test_walk.py::") == found, done.stdout + done.stderr
