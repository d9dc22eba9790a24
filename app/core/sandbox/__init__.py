"""Where foreign files are parsed and papers are rendered: a subprocess that can do little and is ended.

It has limits on memory, CPU, wall time, file size and open files, no network, no way to start a program,
an empty environment and a folder of its own, and is forked from a host that never saw a foreign file.
"""

from app.core.sandbox.runner import SandboxStopped, run, workspace

__all__ = ["SandboxStopped", "run", "workspace"]
