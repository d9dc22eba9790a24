"""Adapter folders are found by themselves; a broken one stops the start and is named."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.errors import NotFound
from app.core.outbound import adapters
from app.core.outbound.adapters import Adapter, BadAdapter, Kind

WHOLE = '''
from app.core.outbound.adapters import Adapter
class Post(Adapter):
    """Letters by post."""
    kind, key, name = "pigeon", "post", "Post"
    def perform_write(self, request):
        return {}
ADAPTER = Post
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A package of adapters of the kind “pigeon”: folder → what its __init__.py says."""
    name = f"pigeons_{tmp_path.name.replace('-', '_')}"
    place = tmp_path / name
    place.mkdir()
    (place / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    kind = Kind("pigeon", "Pigeons", name, Adapter, lambda i, a: None, lambda *_: None)
    monkeypatch.setitem(adapters.KINDS, "pigeon", kind)

    def add(folder: str, source: str | None) -> Path:
        (place / folder).mkdir()
        file = "__init__.py" if source is not None else "other.py"
        (place / folder / file).write_text(source or "")
        importlib.invalidate_caches()
        return place / folder

    yield add
    adapters.of_kind.cache_clear()
    for module in [m for m in sys.modules if m.startswith(name)]:
        del sys.modules[module]


def test_a_folder_is_an_adapter_without_being_listed_anywhere(package) -> None:
    package("post", WHOLE)
    assert adapters.of_kind("pigeon")["post"].name == "Post"
    with pytest.raises(NotFound, match="post"):
        adapters.adapter("pigeon", "crow")


def test_what_an_earlier_version_left_behind_is_no_adapter(package) -> None:
    package("post", WHOLE)
    (package("old", None) / "other.py").unlink()
    assert list(adapters.of_kind("pigeon")) == ["post"]


@pytest.mark.parametrize(
    ("folder", "source", "why"),
    [
        ("post", None, "no __init__.py"),
        ("post", "def x(:", "SyntaxError"),
        ("post", "import no_such_library", "No module named"),
        ("post", WHOLE.replace("ADAPTER", "ADAPTOR"), "its ADAPTER is not a"),
        ("post", "ADAPTER = 1", "its ADAPTER is not a"),
        ("poost", WHOLE, "its key is not the folder's name"),
        ("post", WHOLE.replace('"pigeon"', '"carrier"'), "does not say its name"),
        ("post", WHOLE.replace('"Post"', '""'), "does not say its name"),
        ("post", WHOLE.replace("perform_write", "perfrom_write"), "has no perform_write"),
    ],
)
def test_a_broken_or_misspelt_folder_stops_the_start_and_is_named(
    package, folder: str, source: str | None, why: str
) -> None:
    place = package(folder, source)
    with pytest.raises(BadAdapter, match=why) as broken:
        adapters.load(())
    assert str(place) in str(broken.value)
