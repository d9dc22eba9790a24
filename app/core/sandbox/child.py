"""The sandboxed side: limits first, then the task. Started as a file, never imported.

The request comes as JSON on stdin, the answer goes as JSON to the file descriptor it names.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import types
from typing import Any

OUT_OF_MEMORY = ("out of memory", "bad_alloc", "cannot allocate memory", "memoryerror")


def _root_without_start() -> str:
    """Make `app` importable without running it: no Flask, no settings, no secrets in here."""
    root = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))
    sys.path.insert(0, root)
    package = types.ModuleType("app")
    package.__path__ = [os.path.join(root, "app")]
    sys.modules["app"] = package
    return root


def _answer(task: str, payload: dict[str, Any]) -> dict[str, Any]:
    module, _, name = task.partition(":")
    try:
        return {"result": getattr(importlib.import_module(module), name)(payload)}
    except MemoryError:
        return {"stopped": "memory", "detail": "MemoryError"}
    except Exception as problem:  # whatever a parser raises is an answer
        import traceback

        text = "".join(traceback.format_exception(problem))[-4000:]
        short = any(words in text.lower() for words in OUT_OF_MEMORY)
        return {"stopped": "memory" if short else "crashed", "detail": text}


def main() -> None:
    request = json.load(sys.stdin)
    os.umask(0o077)
    _root_without_start()
    from app.core.sandbox.limits import restrict

    network = restrict(**request["limits"])
    if network:
        answer = _answer(request["task"], request["payload"])
    else:
        answer = {
            "stopped": "open",
            "detail": "neither a network namespace nor seccomp is to be had",
        }
    import resource

    answer["network"] = network
    answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with os.fdopen(request["answer_fd"], "w", encoding="utf-8") as out:
        json.dump(answer, out)
    sys.stdout.flush()
    os._exit(0)  # no destructors of foreign libraries


if __name__ == "__main__":
    main()
