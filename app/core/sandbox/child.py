"""The sandboxed side: a place of its own, limits, then the task."""

import importlib
import json
import os
import resource
import tempfile
import traceback
from typing import Any, NoReturn

from app.core.sandbox.libraries import readable_places
from app.core.sandbox.limits import NotConfined, restrict

OUT_OF_MEMORY = ("out of memory", "bad_alloc", "cannot allocate memory", "memoryerror")


def serve(folder: str, parent: int) -> NoReturn:
    """Do what ``request.json`` of `folder` asks, write ``answer.json`` there, and end the process.
    Nothing is begun without the `parent` that forked it."""
    answer_fd = _settle(folder)
    with open("request.json", encoding="utf-8") as file:
        request = json.load(file)
    readable = [*readable_places(request["task"]), *request["reads"]]
    writable = [folder, os.devnull, *request["writes"]]
    try:
        walls = restrict(**request["limits"], parent=parent, readable=readable, writable=writable)
        answer = _answer(request["task"], request["payload"]) | {"walls": walls}
    except NotConfined as reason:
        answer = {"stopped": "open", "detail": str(reason)}
    answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with os.fdopen(answer_fd, "w", encoding="utf-8") as out:
        json.dump(answer, out)
    os._exit(0)  # no destructors of foreign libraries


def _settle(folder: str) -> int:
    """Leave the session, the folder and every open file of the parent; return where to answer."""
    os.setsid()
    os.umask(0o077)
    os.chdir(folder)
    os.environ.update(HOME=folder, TMPDIR=folder)
    tempfile.tempdir = None  # it may remember the parent's
    nothing = os.open(os.devnull, os.O_RDWR)
    errors = os.open("errors.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, number in ((nothing, 0), (nothing, 1), (errors, 2)):
        os.dup2(source, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    return os.open("answer.json", os.O_WRONLY | os.O_CREAT, 0o600)


def _answer(task: str, payload: dict[str, Any]) -> dict[str, Any]:
    module, _, name = task.partition(":")
    try:
        return {"result": getattr(importlib.import_module(module), name)(payload)}
    except MemoryError:
        return {"stopped": "memory", "detail": "MemoryError"}
    except Exception as problem:  # whatever a parser raises is an answer
        text = "".join(traceback.format_exception(problem))[-4000:]
        short = any(words in text.lower() for words in OUT_OF_MEMORY)
        return {"stopped": "memory" if short else "crashed", "detail": text}
