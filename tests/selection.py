"""Which tests a run takes: all but the extended ones, all (`--all`), or the nearest to a change (`--quick`).

Extended tests (`@pytest.mark.extended`) walk whole orders, kill processes, crawl every page. They
run with `--all`, and wherever their own file is named on the command line.

`--quick` reads which file mentions which (`tests.import_map`), takes the test files that can reach
a changed file, nearest first, and starts no test after `QUICK_S` seconds. What it left out is told.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests import import_map

QUICK_S = 45  # from the start of pytest; the last tests and the end take the rest of a minute
ROOT = Path(__file__).resolve().parents[1]
# The files that hold for every change.
ALWAYS = (
    "tests/test_assembly.py",
    "tests/test_contrast.py",
    "tests/test_docs.py",
    "tests/test_house.py",
)
_SHARED, _NAMED = "MAKEREADY_QUICK", "MAKEREADY_NAMED_TESTS"
_OUT_OF_TIME = "did not fit into the minute"
_STARTED = pytest.StashKey[float]()
_DISTANCES = pytest.StashKey[dict[str, int]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("selection")
    group.addoption(
        "--all", action="store_true", help="also walk, chaos, hostile words, every page"
    )
    group.addoption(
        "--quick", action="store_true", help="only what the change can affect, one minute"
    )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the processes of a run inherit the environment
        typed = config.args_source is pytest.Config.ArgsSource.ARGS
        os.environ[_NAMED] = "\n".join(config.args if typed else [])
    if not config.getoption("--quick"):
        return
    if _SHARED not in os.environ:  # the processes of a run are told what the first one found
        distances = import_map.distances(ROOT, import_map.changed_files(ROOT))
        distances |= dict.fromkeys(ALWAYS, 0)
        os.environ[_SHARED] = json.dumps([time.time(), distances])
    config.stash[_STARTED], config.stash[_DISTANCES] = json.loads(os.environ[_SHARED])


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Don't even import what the change can't reach."""
    distances = config.stash.get(_DISTANCES, None)
    if distances is None or collection_path.is_dir() or collection_path.name == "conftest.py":
        return None
    return None if _name(collection_path) in distances else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    distances = config.stash.get(_DISTANCES, None)
    if distances is not None:
        # a file of `testpaths` is collected without asking whether it is to be ignored
        items[:] = [item for item in items if _name(item.path) in distances]
        items.sort(key=lambda item: distances[_name(item.path)])
    if config.getoption("--all"):
        return
    arguments = os.environ.get(_NAMED, "").splitlines()
    named = {Path(argument.split("::")[0]).resolve() for argument in arguments}
    kept, left_out = [], []
    for item in items:
        runs = not item.get_closest_marker("extended") or item.path in named
        (kept if runs else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    started = item.config.stash.get(_STARTED, None)
    if started is not None and time.time() - started > QUICK_S:
        pytest.skip(_OUT_OF_TIME)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    distances = config.stash.get(_DISTANCES, None)
    if distances is None:
        return
    skipped = terminalreporter.stats.get("skipped", [])
    missed = sum(_OUT_OF_TIME in str(report.longrepr) for report in skipped)
    said = f"The change can reach {len(distances)} test files."
    if missed:
        said += f" {missed} tests {_OUT_OF_TIME}: bin/test runs them."
    terminalreporter.write_line(said)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
