"""A browser for the browser tests: the system's, else Playwright's own (see `BROWSERS`).

`bin/test` runs it after the clone was set up.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from app.cli.embedded.prepare import (
    PYTHON,
    Stop,
    install_system_packages,
    only_one,
    runs,
    step,
)

SHELL = "chromium-headless-shell"  # the same browser without windows: half the work for a page
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def install_chromium() -> None:
    """Install a browser where none is found."""
    if shutil.which(SHELL):
        return
    found = any(shutil.which(name) for name in BROWSERS)
    is_ubuntu = _is_ubuntu()
    may_add = os.geteuid() == 0 and not is_ubuntu and shutil.which("apt-get")
    if found and not may_add:
        return
    if is_ubuntu:
        _install_playwrights_own()
        return
    with step("Chromium for the browser tests"):
        try:
            install_system_packages([SHELL])
        except Stop:
            if not found:
                raise


def _is_ubuntu() -> bool:
    """Its package of the browser is a placeholder for a snap, which needs a running snapd."""
    try:
        return "ubuntu" in platform.freedesktop_os_release().get("ID", "")
    except OSError:
        return False


def _install_playwrights_own() -> None:
    words = ["-m", "playwright", "install", "--only-shell", "chromium"]
    playwright: list[str | Path] = [PYTHON, *words]
    told = subprocess.run([*playwright, "--dry-run"], capture_output=True, text=True).stdout
    places = [line.split(":", 1)[1].strip() for line in told.splitlines() if "location:" in line]
    if places and all(Path(place, "INSTALLATION_COMPLETE").exists() for place in places):
        return
    with step("Chromium for the browser tests"):
        if not runs([*playwright, "--with-deps"]):
            typed = " ".join(map(str, [*playwright, "--with-deps"]))
            raise Stop(f"Type this, then start again: {typed}")


if __name__ == "__main__":
    try:
        with only_one():
            install_chromium()
    except Stop as problem:
        sys.exit(str(problem))
