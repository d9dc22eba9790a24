"""Processes are found and ended by their pid files, and strangers never are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.embedded import processes
from app.cli.embedded.processes import Record, is_alive, read_record, start_ticks
from tests.waiting import eventually

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
# A leader with a child of its own, which ignores the polite signal.
STUBBORN_FAMILY = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "subprocess.Popen([sys.executable, '-c', 'import os, signal, time; os.setpgrp(); "
    "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)']); time.sleep(600)",
]


def spawn(folder: Path, argv: list[str], name: str = "some") -> subprocess.Popen[bytes]:
    return processes.spawn(
        argv,
        pid_file=folder / f"{name}.pid",
        log_file=folder / f"{name}.log",
        cwd=folder,
        env={**os.environ, "MAKEREADY_HOME": str(folder)},
    )


def test_the_pid_file_names_the_process_before_it_runs(tmp_path: Path) -> None:
    process = spawn(tmp_path, SLEEPER)
    record = read_record(tmp_path / "some.pid")
    assert record == Record(process.pid, start_ticks(process.pid) or -1)
    assert processes.end(tmp_path / "some.pid")
    process.wait()


def test_ending_takes_children_that_ignore_the_polite_signal(tmp_path: Path) -> None:
    process = spawn(tmp_path, STUBBORN_FAMILY)
    eventually(lambda: len(processes.session_members(process.pid)) == 2)
    family = processes.session_members(process.pid)
    assert processes.end(tmp_path / "some.pid", grace_s=0.1)
    process.wait()
    assert [pid for pid in family if start_ticks(pid)] == []
    assert not (tmp_path / "some.pid").exists()


def test_a_reused_process_number_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEPER, start_new_session=True)
    try:
        ticks = start_ticks(stranger.pid) or 0
        (tmp_path / "some.pid").write_text(f"{stranger.pid} {ticks - 1}\n")
        assert not processes.end(tmp_path / "some.pid", mark=f"MAKEREADY_HOME={tmp_path}")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_orphans_of_a_killed_leader_are_ended_by_their_mark(tmp_path: Path) -> None:
    process = spawn(tmp_path, STUBBORN_FAMILY)
    eventually(lambda: len(processes.session_members(process.pid)) == 2)
    orphan = next(p for p in processes.session_members(process.pid) if p != process.pid)
    process.kill()
    process.wait()
    assert processes.end(tmp_path / "some.pid", grace_s=0.1, mark=f"MAKEREADY_HOME={tmp_path}")
    assert start_ticks(orphan) is None


@pytest.mark.parametrize("content", ["", "12", "twelve 3", "1 2 3"])
def test_a_damaged_pid_file_names_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / "some.pid").write_text(content)
    assert read_record(tmp_path / "some.pid") is None
    assert not processes.end(tmp_path / "some.pid")


def test_processes_end_with_the_supervisor_that_was_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from app.cli.embedded import processes; "
        "f = Path(sys.argv[1]); processes.spawn([sys.executable, '-c', 'import time; "
        "time.sleep(600)'], pid_file=f / 'a.pid', log_file=f / 'a.log', cwd=f); time.sleep(600)"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)])
    eventually(lambda: read_record(tmp_path / "a.pid") is not None)
    record = read_record(tmp_path / "a.pid")
    assert is_alive(record)
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    eventually(lambda: not is_alive(record))
