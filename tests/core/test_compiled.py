"""Compiled templates are kept, never believed when something changed, and never needed."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from jinja2 import BytecodeCache, Environment, FileSystemLoader

from app.core.web.compiled import CompiledTemplates, open_cache


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text("{% if yes %}\nfirst\n{% endif %}")
    return tmp_path / "page.html"


def rendered(page: Path, folder: Path, made_by: str = "a") -> str:
    """Render the page in a new environment, as another process would."""
    environment = Environment(
        loader=FileSystemLoader(page.parent),
        autoescape=True,
        bytecode_cache=open_cache(folder, made_by),
    )
    return environment.get_template("page.html").render(yes=True).strip()


def kept(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_a_template_is_compiled_once(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert rendered(page, folder) == "first"
    written = kept(folder).stat()
    assert rendered(page, folder) == "first"
    assert kept(folder).stat().st_ino == written.st_ino


def test_a_changed_template_is_compiled_anew(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    rendered(page, folder)
    page.write_text("second")
    assert rendered(page, folder) == "second"


def test_another_version_compiles_anew_and_removes_the_former(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    rendered(page, folder)
    former = kept(folder)
    assert rendered(page, folder, made_by="b") == "first"
    assert kept(folder) != former


@pytest.mark.parametrize("body", [b"", b"j2", b"nonsense" * 50])
def test_a_file_that_is_none_is_ignored_and_replaced(
    page: Path, tmp_path: Path, body: bytes
) -> None:
    folder = tmp_path / "kept"
    rendered(page, folder)
    good = kept(folder).read_bytes()
    kept(folder).write_bytes(body)
    assert rendered(page, folder) == "first"
    assert len(kept(folder).read_bytes()) == len(good)


def test_where_nothing_can_be_kept_the_page_is_shown_all_the_same(
    page: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.write_text("a file where the folder should be")
    assert rendered(page, folder) == "first"


def test_a_full_disk_does_not_take_the_page(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    assert rendered(page, tmp_path / "kept") == "first"


def test_a_folder_that_others_may_write_to_is_not_used(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    folder.chmod(0o777)
    assert rendered(page, folder) == "first"
    assert not list(folder.iterdir())


def test_the_shop_keeps_its_templates(app) -> None:
    cache: BytecodeCache = app.jinja_env.bytecode_cache
    assert isinstance(cache, CompiledTemplates)
