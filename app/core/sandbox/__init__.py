"""Where foreign files are parsed and papers are rendered: a subprocess that can do little and is ended.

It has limits on memory, CPU, wall time, file size and open files, no network, no way to start a program,
an empty environment, no file but its own folder and what it is handed (`landlock`), no call that reaches
another process (`seccomp`), no capability, and is forked from a host that never saw a foreign file. Where
a machine can't do that, nothing is run (`confinement`).
"""

from app.core.sandbox.confinement import hide_memory, missing_wall, require_walls
from app.core.sandbox.runner import SandboxStopped, run, workspace

__all__ = ["SandboxStopped", "hide_memory", "missing_wall", "require_walls", "run", "workspace"]
