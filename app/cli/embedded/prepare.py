"""Set a clone up: virtual environment, pinned packages, system libraries. Runs as a script on the
system's Python, before any package is installed: standard library only."""

import argparse
import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PLACE_NOTE = VENV / "makeready-place"
PANGO = {"libpango-1.0-0": "libpango-1.0.so.0", "libpangoft2-1.0-0": "libpangoft2-1.0.so.0"}


class Stop(Exception):
    """The set-up can't go on; the message is a sentence for the person at the terminal."""


@contextmanager
def step(title: str) -> Iterator[list[str]]:
    """Show a step with its running time; what is appended to the list is shown beside it."""
    details: list[str] = []
    started = time.monotonic()
    over = threading.Event()
    live = sys.stdout.isatty()

    def show() -> None:
        while not over.wait(0.5):
            detail = f" {details[-1]}" if details else ""
            line = f"  … {title} {time.monotonic() - started:.0f} s{detail}"
            print(f"\r\033[K{line[: shutil.get_terminal_size().columns - 1]}", end="", flush=True)

    shower = threading.Thread(target=show, daemon=True)
    if live:
        shower.start()
    mark = "✗"
    try:
        yield details
        mark = "✓"
    finally:
        over.set()
        if live:
            shower.join()
        start = "\r\033[K" if live else ""
        print(f"{start}  {mark} {title} {time.monotonic() - started:.1f} s", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Set up what is missing; quick and silent when nothing is."""
    parser = argparse.ArgumentParser(description="Set up this clone of Makeready.")
    parser.add_argument("--tests", action="store_true", help="also what tests and checks need")
    options = parser.parse_args(arguments)
    lists = [ROOT / "requirements.txt"]
    if options.tests:
        lists.append(ROOT / "tests" / "requirements.txt")
    try:
        with only_one():
            make_environment()
            install_python_packages(lists)
            install_pango()
    except Stop as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next start goes on where this one was.")


@contextmanager
def only_one() -> Iterator[None]:
    """Two set-ups of one clone at the same time wait for each other."""
    try:
        (ROOT / "var").mkdir(exist_ok=True)
        file = (ROOT / "var" / "prepare.lock").open("a")
    except PermissionError:
        yield  # somebody else's clone: what is set up can be used, and nothing is written
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """Make `.venv`, or make it anew when its Python is gone (the clone moved, Python was updated)."""
    has_pip = any(VENV.glob("lib/python3*/site-packages/pip"))
    if has_pip and _is_here() and runs([PYTHON, "-c", ""]):
        return
    with step("Python environment"):
        command: list[str | Path] = [sys.executable, "-m", "venv", "--clear", VENV]
        if runs(command):
            return
        version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        try:
            install_system_packages([version])
        except Stop:
            install_system_packages(["python3-venv"])
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            raise Stop(
                f"Python could not make {VENV}: {_last_lines(result.stdout + result.stderr)}"
            )


def _is_here() -> bool:
    """Whether the environment was made at this path, which the programs in it name."""
    return not PLACE_NOTE.exists() or PLACE_NOTE.read_text() == str(VENV)


def install_python_packages(lists: Sequence[Path]) -> None:
    """Install the pinned packages unless exactly these were installed before."""
    stamp = VENV / f"makeready-{'-'.join(path.parent.name for path in lists[1:]) or 'shop'}.sha256"
    digest = hashlib.sha256(str(VENV).encode())
    for path in lists:
        digest.update(path.read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    options = "-m pip install --disable-pip-version-check --no-input --prefer-binary"
    command: list[str | Path] = [PYTHON, *options.split()]
    for path in lists:
        command += ["-r", path]
    with step("Python packages") as details:
        lines: list[str] = []
        with subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PIP_PROGRESS_BAR": "off", "PIP_ROOT_USER_ACTION": "ignore"},
        ) as process:
            for line in process.stdout or ():
                lines.append(line)
                details.append(line.split(" from ")[0].strip())
        if process.returncode:
            raise Stop(
                f"The Python packages could not be installed: {_last_lines(''.join(lines))}\n"
                "Check the network and start again; it goes on where it stopped."
            )
        PLACE_NOTE.write_text(str(VENV))
        stamp.write_text(digest.hexdigest())


def install_pango() -> None:
    """The two libraries that draw text into our PDF files."""
    missing = [package for package, library in PANGO.items() if not _loads(library)]
    if missing:
        with step("Libraries for PDF"):
            install_system_packages(missing)


def install_system_packages(packages: Sequence[str]) -> None:
    """Install Debian packages as root or by sudo; raises Stop with the one command to type."""
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        raise Stop(
            f"This system lacks {' and '.join(packages)}. Install what contains them, on Fedora: "
            "sudo dnf install pango python3 chromium – then start again."
        )
    prefix: list[str] = []
    if os.geteuid() != 0:
        # sudo asks for the password only where somebody can type it.
        sudo = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
        prefix = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive"]
    typed = f"sudo {' '.join(install)}"
    if prefix and shutil.which("sudo") is None:
        raise Stop(
            f"This system lacks {' and '.join(packages)}. As root, type this, then start again:\n"
            f"  {' '.join(install)}"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for attempt in (install, ["apt-get", "update"], install):
        result = subprocess.run(
            [*prefix, *attempt], capture_output=True, text=True, env=environment
        )
        if result.returncode == 0 and attempt is install:
            return
    raise Stop(
        f"Installing {' and '.join(packages)} did not work: "
        f"{_last_lines(result.stdout + result.stderr)}\nType this, then start again:\n  {typed}"
    )


def runs(command: Sequence[str | Path]) -> bool:
    """Whether `command` can be started and ends well."""
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _last_lines(text: str) -> str:
    return " ".join(line.strip() for line in text.strip().splitlines()[-3:]) or "no reason given"


if __name__ == "__main__":
    main()
