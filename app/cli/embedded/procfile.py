"""The Procfile: one line a process, the same commands that servers and containers use."""

import os
import re
import shlex
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

LINE = re.compile(r"^(?P<name>[A-Za-z0-9_]+):\s*(?P<command>\S.*)$")


@dataclass(frozen=True)
class Entry:
    name: str
    argv: list[str]


def read(file: Path, *, programs: Path, environment: Mapping[str, str]) -> list[Entry]:
    """The processes of `file` in its order, each with its words.

    Programs that lie in the folder `programs` (the environment's bin) are taken from there.
    `$NAME` and `${NAME}` come from `environment`. Raises ValueError naming a line that is no
    process.
    """
    entries, known = [], defaultdict(str, environment)
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = LINE.match(line)
        if match is None:
            raise ValueError(f"{file.name}, line {number} is not of the form “name: command”.")
        words = [Template(word).substitute(known) for word in shlex.split(match["command"])]
        program = programs / words[0]
        if os.access(program, os.X_OK):
            words[0] = str(program)
        entries.append(Entry(match["name"], words))
    return entries
