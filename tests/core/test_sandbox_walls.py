"""A hostile task gets at nothing: not at files, not at other processes, not at the network."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.errors import Unavailable
from app.core.sandbox import SandboxStopped, confinement, run
from jobs.work import work

ROOT = Path(__file__).resolve().parents[2]
TASKS = "tests.core.hostile_task"
# A worker of its own process: with a secret in its environment, and a filter of its own before anything is
# run, as a container's. It prints what came of the attack.
WORKER = """
import ctypes, json, os, struct, sys, types
sys.path.insert(0, sys.argv[1])
sys.modules["app"] = types.ModuleType("app")  # without its start, which needs our packages
sys.modules["app"].__path__ = [sys.argv[1] + "/app"]
from app.core import sandbox
from app.core.sandbox.seccomp import MACHINES, _Program
given = json.loads(sys.argv[2])
sandbox.hide_memory()
if given["refused"]:
    step = lambda code, k, t=0, f=0: struct.pack("HBBI", code, t, f, k)
    steps = [step(0x20, 0)]
    for number in given["refused"]:
        steps += [step(0x15, number, 0, 1), step(0x06, 0x00050000 | given["errno"])]
    code = ctypes.create_string_buffer(b"".join([*steps, step(0x06, 0x7FFF0000)]))
    filled = _Program((len(code) - 1) // 8, ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None)
    libc.prctl(38, 1, 0, 0, 0)
    assert libc.prctl(22, 2, ctypes.byref(filled), 0, 0) == 0
if given["uid"]:
    os.setgroups([]); os.setgid(given["uid"]); os.setuid(given["uid"])
payload = given["payload"] | {"pid": os.getpid()}
try:
    print(json.dumps(sandbox.run(f"{given['tasks']}:attack", payload)))
except sandbox.SandboxStopped as stopped:
    print(json.dumps({"stopped": stopped.detail}))
except Exception as problem:
    print(json.dumps({"problem": type(problem).__name__, "sentence": str(problem)}))
"""
UNSHARE, LANDLOCK = 272, (444, 445, 446)


def attacked(
    tmp_path: Path,
    *,
    refused: tuple[int, ...] = (),
    errno: int = 1,
    uid: int = 0,
    python: str = sys.executable,
) -> dict:
    """Let a worker run the hostile task and return what the task got."""
    secret, outside = tmp_path / "shop.env", tmp_path / "outside"
    secret.write_text("SECRET_KEY=x")
    outside.mkdir(exist_ok=True)
    payload = {"secret": str(secret), "outside": str(outside), "checkout": str(ROOT)}
    given = {"refused": refused, "errno": errno, "uid": uid, "payload": payload, "tasks": TASKS}
    environment = os.environ | {"SECRET_KEY": "not for files", "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [python, "-c", WORKER, str(ROOT), json.dumps(given)],
        capture_output=True, text=True, timeout=60, env=environment,
    )  # fmt: skip
    assert done.stdout, done.stderr
    assert secret.read_text() == "SECRET_KEY=x"
    assert not list(outside.iterdir())
    return json.loads(done.stdout)


@pytest.mark.extended
def test_a_hostile_task_gets_at_nothing(tmp_path):
    got = attacked(tmp_path)
    assert got.get("through", got) == []
    assert got["own"] == "own"
    assert not any(got["capabilities"])


@pytest.mark.extended
@pytest.mark.skipif(
    os.uname().machine != "x86_64", reason="the filter of this test knows one machine"
)
def test_a_hostile_task_gets_at_nothing_where_namespaces_are_refused(tmp_path):
    got = attacked(tmp_path, refused=(UNSHARE,))
    assert got.get("through", got) == []
    assert got["sandbox"]["walls"] == ["landlock", "seccomp"]


def others_python() -> str:
    """Return an interpreter that another user may run on this checkout, empty where there is none."""
    found = os.path.realpath(shutil.which("python3", path="/usr/bin:/usr/local/bin") or "/")
    folders = (*Path(found).parents, ROOT, *ROOT.parents)
    is_open = all(folder.stat().st_mode & 0o001 for folder in folders)
    return found if os.getuid() == 0 and is_open and found != "/" else ""


@pytest.mark.extended
@pytest.mark.parametrize("refused", [(), (UNSHARE,)])
@pytest.mark.skipif(not others_python(), reason="needs root and an interpreter open to others")
def test_a_hostile_task_of_an_ordinary_user_gets_at_nothing(tmp_path, refused):
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    tmp_path.chmod(0o777)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside").chmod(0o777)
    got = attacked(tmp_path, refused=refused, uid=65534, python=others_python())
    assert got.get("through", got) == []
    assert "seccomp" in got["sandbox"]["walls"]


@pytest.mark.skipif(
    os.uname().machine != "x86_64", reason="the filter of this test knows one machine"
)
def test_nothing_is_run_where_the_kernel_has_no_landlock(tmp_path):
    got = attacked(tmp_path, refused=LANDLOCK, errno=38)
    assert got["problem"] == "Unavailable"
    assert "Landlock is missing" in got["sentence"]


def test_a_machine_without_a_wall_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(confinement.landlock, "version", lambda: 0)
    with pytest.raises(Unavailable, match="Landlock is missing"):
        run("tests.core.sandbox_tasks:echo", {})
    monkeypatch.undo()
    monkeypatch.setattr(confinement.seccomp, "MACHINES", {})
    with pytest.raises(Unavailable, match="no seccomp"):
        run("tests.core.sandbox_tasks:echo", {})


def test_a_flood_of_threads_is_ended():
    with pytest.raises(SandboxStopped):
        run(f"{TASKS}:start_threads_without_end", {}, wall_s=20)


def test_a_flood_of_files_is_ended():
    with pytest.raises(SandboxStopped) as stopped:
        run(f"{TASKS}:fill_the_disk_with_files", {}, file_mb=32, wall_s=20)
    assert stopped.value.verdict == "crashed"


def test_memory_beside_the_data_segment_is_limited_too():
    with pytest.raises(SandboxStopped) as stopped:
        run(f"{TASKS}:share_memory", {"mb": 4096}, memory_mb=512, wall_s=20)
    assert stopped.value.verdict in {"memory", "crashed"}


def test_the_worker_of_files_does_not_start_where_they_cannot_be_confined(app, monkeypatch):
    monkeypatch.setattr(confinement.landlock, "version", lambda: 0)
    with pytest.raises(Unavailable, match="Landlock is missing"):
        work(app, "files")


def test_the_application_hides_its_memory_from_other_processes_of_its_user(app):
    assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0  # PR_GET_DUMPABLE
