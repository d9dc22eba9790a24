"""The Procfile is read as every other runner of Procfiles reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.embedded import procfile
from app.cli.embedded.prepare import ROOT

PROCESSES = [
    "web",
    "realtime",
    "worker_events",
    "worker_files",
    "worker_uploads",
    "worker_outbound",
    "relay",
    "clock",
    "anchors",
]


def test_our_procfile_names_one_worker_a_queue() -> None:
    entries = procfile.read(ROOT / "Procfile", programs=Path("/nowhere"), environment={})
    assert [entry.name for entry in entries] == PROCESSES


def test_words_variables_and_comments(tmp_path: Path) -> None:
    file = tmp_path / "Procfile"
    file.write_text("# comment\n\nweb: serve --to 'a b' --port ${PORT} $PORT$NONE\n")
    (entry,) = procfile.read(file, programs=tmp_path, environment={"PORT": "80"})
    assert entry.argv == ["serve", "--to", "a b", "--port", "80", "80"]


def test_programs_of_the_environment_come_first(tmp_path: Path) -> None:
    (tmp_path / "flask").touch(mode=0o755)
    (tmp_path / "Procfile").write_text("clock: flask clock\n")
    (entry,) = procfile.read(tmp_path / "Procfile", programs=tmp_path, environment={})
    assert entry.argv == [str(tmp_path / "flask"), "clock"]


def test_a_line_that_is_no_process_is_named(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: a\nnonsense\n")
    with pytest.raises(ValueError, match="line 2"):
        procfile.read(tmp_path / "Procfile", programs=tmp_path, environment={})
