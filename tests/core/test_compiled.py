"""Compiled templates are kept, never believed when something changed, and never needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from app.core.web.compiled import Compiled


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text("{% if yes %}\nfirst\n{% endif %}")
    return tmp_path / "page.html"


def said(page: Path, folder: Path, **options: bool) -> str:
    """Render the page in a new environment, as another process would."""
    environment = Environment(loader=FileSystemLoader(page.parent), autoescape=True, **options)
    environment.bytecode_cache = Compiled(environment, folder)
    return environment.get_template("page.html").render(yes=True).strip(" ")


def kept(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_a_template_is_compiled_once(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert "first" in said(page, folder)
    written = kept(folder).stat()
    assert "first" in said(page, folder)
    assert kept(folder).stat().st_ino == written.st_ino


def test_a_changed_template_is_compiled_anew(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    said(page, folder)
    page.write_text("second")
    assert said(page, folder) == "second"


def test_another_environment_s_options_give_another_template(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert said(page, folder) == "\nfirst\n"
    assert said(page, folder, trim_blocks=True) == "first\n"


@pytest.mark.parametrize("body", [b"", b"j2", b"nonsense" * 50])
def test_a_file_that_is_none_is_ignored_and_replaced(
    page: Path, tmp_path: Path, body: bytes
) -> None:
    folder = tmp_path / "kept"
    said(page, folder)
    good = kept(folder).read_bytes()
    kept(folder).write_bytes(body)
    assert "first" in said(page, folder)
    assert len(kept(folder).read_bytes()) == len(good)


def test_where_nothing_can_be_kept_the_page_is_shown_all_the_same(
    page: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.write_text("a file where the folder should be")
    assert "first" in said(page, folder)


def test_the_shop_keeps_its_templates(app) -> None:
    assert isinstance(app.jinja_env.bytecode_cache, Compiled)
