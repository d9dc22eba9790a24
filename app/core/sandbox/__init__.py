"""Where foreign files are parsed and papers are rendered: a subprocess that can do little and is ended.

`run(task, payload)` calls ``module:function`` there with the payload and returns what it returned.
The subprocess has limits on memory, CPU, wall time, file size and open files, no network, no way to
start another program, an empty environment and a folder of its own that is gone afterwards. It is
forked from a host that never saw a foreign file and has read the libraries already.
"""

from __future__ import annotations

from app.core.sandbox.runner import run
from app.core.sandbox.stopped import SandboxStopped
from app.core.sandbox.workspace import workspace

__all__ = ["SandboxStopped", "run", "workspace"]
