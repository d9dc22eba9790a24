"""The sandbox keeps its invariants whatever the task does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.core.sandbox import SandboxStopped, fork_pool, run, runner, workspace
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
TASKS = "tests.core.sandbox_tasks"


def task(name: str, **limits: float) -> dict:
    payload = limits.pop("payload", {})
    writes = [Path(payload["mark"]).parent] if "mark" in payload else []
    return run(f"{TASKS}:{name}", payload, writes=writes, **limits)


def leftovers() -> set[str]:
    base = Path(os.environ["TMPDIR"]) / f"makeready-sandbox-{os.getuid()}"
    return set(os.listdir(base)) if base.exists() else set()


@pytest.fixture(autouse=True)
def own_temp_folder(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_it_returns_what_the_task_returned_and_how_it_was_shut_in():
    answer = run(f"{TASKS}:echo", {"name": "Ärger 🎴"})
    assert answer["said"] == {"name": "Ärger 🎴"}
    assert answer["sandbox"]["walls"][:2] == ["landlock", "seccomp"]
    assert answer["sandbox"]["peak_mb"] > 0


@pytest.fixture
def new_hosts():
    """The next task has a host that is started for it."""
    fork_pool.end_all()
    yield
    fork_pool.end_all()


def test_it_hands_no_secret_to_the_task(monkeypatch, new_hosts):
    monkeypatch.setenv("SECRET_KEY", "not for parsers")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere")
    environment = task("echo")["environment"]
    assert not {"SECRET_KEY", "DATABASE_URL"} & set(environment)


def test_it_does_not_start_the_application_inside():
    around = task("look_around")
    assert around["flask"] is False
    assert around["no_new_privs"] is True
    assert around["pid"] == around["group"]


def test_the_next_task_is_forked_from_the_same_host_and_finds_nothing_of_the_last():
    first, second = task("look_around"), task("look_around")
    assert first["pid"] != second["pid"]
    assert first["parent"] == second["parent"]
    assert [task("remember")["found"] for _ in range(2)] == [None, None]


def test_the_host_has_read_what_the_task_s_module_names(new_hosts):
    assert task("look_around")["prepared"] is True


def test_nothing_of_the_host_is_open_in_the_task():
    assert task("look_around")["open"] == [0, 1, 2, 3]  # its three, and the answer


def test_a_host_that_was_killed_is_replaced(new_hosts):
    host = task("look_around")["parent"]
    os.kill(host, signal.SIGKILL)
    eventually(lambda: "\nState:\tZ" in Path(f"/proc/{host}/status").read_text(), timeout_s=20)
    assert task("look_around")["parent"] != host


def test_a_host_that_is_killed_at_work_is_a_verdict_and_leaves_no_task(tmp_path, new_hosts):
    mark = tmp_path / "mark"

    def kill_the_host() -> None:
        eventually(lambda: mark.exists() and mark.read_text(), timeout_s=20)
        status = Path(f"/proc/{mark.read_text()}/status").read_text()
        os.kill(int(status.split("PPid:")[1].split()[0]), signal.SIGKILL)

    killer = threading.Thread(target=kill_the_host)
    killer.start()
    with pytest.raises(SandboxStopped) as stopped:
        task("wait_for_ever", payload={"mark": str(mark)}, wall_s=30)
    killer.join()
    assert stopped.value.verdict == "crashed"
    eventually(lambda: not Path(f"/proc/{mark.read_text()}").exists(), timeout_s=20)


def test_hosts_end_with_the_process_that_has_them(tmp_path):
    script = CALLER.replace("wait_for_ever", "look_around").replace("run(", "answer = run(", 1)
    script += "print(answer['parent'])"
    done = subprocess.run(
        [sys.executable, "-c", script, str(ROOT), "unused"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    eventually(lambda: not Path(f"/proc/{done.stdout.strip()}").exists(), timeout_s=20)


def test_a_forked_process_has_hosts_of_its_own():
    parents = [task("look_around")["parent"]]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, str(task("look_around")["parent"]).encode())
        finally:
            fork_pool.end_all()
            os._exit(0)
    os.waitpid(child, 0)
    parents += [int(os.read(reader, 20)), task("look_around")["parent"]]
    os.close(reader)
    os.close(writer)
    assert parents[0] == parents[2] != parents[1]


def test_every_host_that_reads_files_or_papers_runs_no_thread(tmp_path, new_hosts):
    """What a library's thread holds when a child is forked would be held in the child for ever."""
    from app.core.pdf import render_pdf
    from app.inspection.inspect import inspect_safely

    render_pdf("<p>One")
    inspect_safely(ROOT / "README.md", "README.md", tmp_path)
    around = task("look_around")
    assert len(os.listdir(f"/proc/{around['parent']}/task")) == 1
    assert {"pyvips", "pypdfium2", "weasyprint"} <= set(around["modules"])


def test_a_task_can_leave_no_trap_in_place_of_its_answer():
    with pytest.raises(SandboxStopped) as stopped:
        task("leave_traps")
    assert stopped.value.verdict == "crashed"
    assert stopped.value.detail == "exit 0: "


@pytest.mark.parametrize("elsewhere", ["", "/proc/self/environ", "/dev/zero"])
def test_what_lies_in_place_of_an_answer_is_not_followed(tmp_path, elsewhere):
    trap = tmp_path / "answer.json"
    os.symlink(elsewhere, trap) if elsewhere else os.mkfifo(trap)
    assert (runner._read(trap), runner._tail(trap)) == (None, "")


def test_it_has_no_network_of_any_family():
    assert len(task("connect")["refused"]) == 3


def test_it_cannot_start_a_program_nor_leave_its_group():
    assert task("start_programs")["refused"] == [1, 1, 1]


def test_it_cannot_signal_the_process_that_started_it():
    assert task("signal_others", payload={"pid": os.getpid()})["errno"] == 1


def test_it_may_run_threads():
    assert task("run_threads")["done"] == 8


def test_too_much_memory_is_a_verdict_with_a_sentence():
    with pytest.raises(SandboxStopped) as stopped:
        task("eat_memory", payload={"bytes": 3 * 1024**3}, memory_mb=1024)
    assert stopped.value.verdict == "memory"
    assert stopped.value.sentence == "The file needs more than 1 GB to open and was stopped."
    assert stopped.value.next_step


def test_memory_below_the_limit_is_granted():
    assert task("eat_memory", payload={"bytes": 200 * 1024**2}, memory_mb=1024)["size"]


def test_a_foreign_library_that_aborts_for_want_of_memory_is_told_from_a_crash():
    with pytest.raises(SandboxStopped) as stopped:
        task("abort_for_want_of_memory")
    assert stopped.value.verdict == "memory"


def test_too_much_processor_time_is_a_verdict():
    with pytest.raises(SandboxStopped) as stopped:
        task("spin", cpu_s=1, wall_s=20)
    assert stopped.value.verdict == "time"
    assert stopped.value.sentence == "The file took longer than 1 s to open and was stopped."


def test_waiting_for_ever_ends_at_the_wall_limit_with_nothing_left(tmp_path):
    mark = tmp_path / "mark"
    with pytest.raises(SandboxStopped) as stopped:
        task("wait_for_ever", payload={"mark": str(mark)}, wall_s=1, what="proof")
    assert stopped.value.verdict == "time"
    assert stopped.value.sentence.startswith("The proof took longer than 1 s")
    assert not Path(f"/proc/{mark.read_text()}").exists()
    assert leftovers() == set()


@pytest.mark.parametrize("name", ["crash", "raise_error", "answer_with_rubbish"])
def test_a_crash_a_surprise_and_a_rubbish_answer_are_one_clear_verdict(name):
    with pytest.raises(SandboxStopped) as stopped:
        task(name)
    assert stopped.value.verdict == "crashed"
    assert "Traceback" not in str(stopped.value)
    assert leftovers() == set()


def test_what_raised_is_kept_for_the_log():
    with pytest.raises(SandboxStopped) as stopped:
        task("raise_error")
    assert "the parser did not expect this" in stopped.value.detail


def test_it_cannot_fill_the_disk():
    with pytest.raises(SandboxStopped):
        task("write_without_end", file_mb=2)
    assert leftovers() == set()


def test_it_works_from_many_threads_at_once():
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: run(f"{TASKS}:echo", {"n": n}), range(6)))
    assert sorted(answer["said"]["n"] for answer in answers) == list(range(6))


def test_an_interrupt_in_the_waiting_process_ends_the_task(tmp_path):
    mark = tmp_path / "mark"

    def interrupt(*_: object) -> None:
        raise TimeoutError("as a queue's job time-out does")

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 1.0)
        with pytest.raises(TimeoutError):
            task("wait_for_ever", payload={"mark": str(mark)}, wall_s=30)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert not Path(f"/proc/{mark.read_text()}").exists()
    assert leftovers() == set()


CALLER = """
import os, sys; sys.path.insert(0, sys.argv[1])
from app.core.sandbox import run
writes = [os.path.dirname(sys.argv[2])] if "/" in sys.argv[2] else []
run("tests.core.sandbox_tasks:wait_for_ever", {"mark": sys.argv[2]}, writes=writes, wall_s=60)
"""


def test_killing_the_caller_kills_the_task_and_the_next_caller_sweeps_its_folder(
    tmp_path,
):
    mark = tmp_path / "mark"
    caller = subprocess.Popen([sys.executable, "-c", CALLER, str(ROOT), str(mark)])
    eventually(lambda: mark.exists() and mark.read_text(), timeout_s=20)
    caller.kill()
    caller.wait()
    eventually(lambda: not Path(f"/proc/{mark.read_text()}").exists(), timeout_s=20)
    assert len(leftovers()) == 1
    with workspace() as folder:
        assert leftovers() == {folder.name}


def test_a_workspace_is_gone_afterwards_also_when_its_user_failed():
    folders = []

    def use_and_fail() -> None:
        with workspace() as folder:
            folders.append(folder)
            (folder / "kept.txt").write_text("x")
            raise KeyError

    with pytest.raises(KeyError):
        use_and_fail()
    assert not folders[0].exists()


def another_user_may_run_python() -> bool:
    if os.getuid() != 0:
        return False
    folders = Path(sys.executable).resolve().parents
    return all(folder.stat().st_mode & 0o001 for folder in (*folders, *ROOT.parents))


@pytest.mark.skipif(not another_user_may_run_python(), reason="needs root and an open interpreter")
def test_it_shuts_the_network_for_an_ordinary_user_too(tmp_path):
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o011)
    script = f"""
import os, sys; os.setgid(65534); os.setuid(65534); sys.path.insert(0, {str(ROOT)!r})
from app.core.sandbox import run
answer = run("{TASKS}:connect", {{}})
print(len(answer["refused"]), answer["sandbox"]["walls"])
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split()[0] == "3"
    assert "seccomp" in done.stdout
