"""Templates are compiled once and kept beside their sources, as Python keeps modules: a shop's pages
are 150 templates, and compiling them takes each of its processes three seconds."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from app.core.settings import ROOT

FOLDER = ROOT / "templates" / "__pycache__"


class Compiled(BytecodeCache):
    """Keeps what a template was compiled to until the template or any of our modules changes: filters
    are applied to constants while compiling. Where nothing may be written, nothing is kept."""

    def __init__(self, environment: Environment, folder: Path) -> None:
        options = (
            environment.trim_blocks,
            environment.lstrip_blocks,
            *sorted(environment.extensions),
        )
        self.made_by = f"{options} {version('jinja2')} {_state_of_our_modules()}"
        self.folder = folder

    def get_source_checksum(self, source: str) -> str:
        return hashlib.sha256(f"{self.made_by}\0{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError), open(self._place(bucket), "rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        draft = f"{self._place(bucket)}.{os.getpid()}-{threading.get_ident()}"
        with contextlib.suppress(OSError):
            self.folder.mkdir(exist_ok=True)
            with open(draft, "wb") as file:
                bucket.write_bytecode(file)
            os.replace(draft, self._place(bucket))

    def _place(self, bucket: Bucket) -> Path:
        return self.folder / f"{bucket.key}.jinja"


@cache
def _state_of_our_modules() -> str:
    """Return what changes when any module of the application does."""
    found = [path.stat() for path in (ROOT / "app").rglob("*.py")]
    return (
        f"{len(found)}-{max(one.st_mtime_ns for one in found)}-{sum(one.st_size for one in found)}"
    )


def init(app: Flask) -> None:
    """Let `app` keep its compiled templates; call it when its options and extensions are set."""
    environment: Any = app.jinja_env
    environment.bytecode_cache = Compiled(environment, FOLDER)
