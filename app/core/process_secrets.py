"""Which secrets each process may have, as `Procfile.secrets` says: a process that is broken into gives away
only its own."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "Procfile.secrets"
#: A person at a shell, with a command that names no process.
OPERATOR = "operator"
NAME = "MAKEREADY_PROCESS"


@lru_cache(maxsize=1)
def table() -> dict[str, frozenset[str]]:
    """Return process → the names of the secrets that it may have."""
    lines = (line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
    parts = (line.partition(":") for line in lines if ":" in line)
    return {name.strip(): frozenset(names.split()) for name, _colon, names in parts}


def withheld(process: str) -> frozenset[str]:
    """Return the secrets that `process` may not have. Raises KeyError for a process that is not in the table."""
    return frozenset[str]().union(*table().values()) - table()[process]


def without_foreign(values: Mapping[str, str], process: str) -> dict[str, str]:
    """Return `values` without the secrets that `process` may not have."""
    foreign = withheld(process)
    return {name: value for name, value in values.items() if name not in foreign}
