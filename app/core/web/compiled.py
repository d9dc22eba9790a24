"""Templates are compiled once and kept beside their sources, as Python keeps modules: a shop's pages
are 150 templates, and compiling them takes each of its processes three seconds."""

import contextlib
import hashlib
from importlib.metadata import version
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from app.core.settings import ROOT

FOLDER = ROOT / "templates" / "__pycache__"
WRITABLE_BY_OTHERS = 0o022


class CompiledTemplates(FileSystemBytecodeCache):
    """Jinja's cache; a full or read-only disk costs time and never the page."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def open_cache(folder: Path, made_by: str) -> CompiledTemplates | None:
    """Return the cache in `folder`, emptied of what another `made_by` compiled. Returns None where
    the folder can't be made or others may write to it: it holds code."""
    name = hashlib.sha256(made_by.encode()).hexdigest()[:16]
    try:
        folder.mkdir(mode=0o755, exist_ok=True)
        if folder.stat().st_mode & WRITABLE_BY_OTHERS:
            return None
        for file in folder.iterdir():
            if not file.name.startswith(name):
                file.unlink(missing_ok=True)
    except OSError:
        return None
    return CompiledTemplates(str(folder), f"{name}-%s.jinja")


def init(app: Flask) -> None:
    """Let `app` keep its compiled templates until a template, a module, or Jinja changes."""
    modules = [path.stat() for path in (ROOT / "app").rglob("*.py")]
    newest, size = max(one.st_mtime_ns for one in modules), sum(one.st_size for one in modules)
    made_by = f"{version('jinja2')} {len(modules)}-{newest}-{size}"
    app.jinja_env.bytecode_cache = open_cache(FOLDER, made_by)
