"""Preflight: what a file must be to be made, checked on its facts. One file per check.

A check is a module here with `ORDER` (its place in the report), `KINDS` (kinds of files it is about)
and ``check(facts, requirement)``, which yields findings. It is pure: nothing is read or changed. A
new file in this folder is a new check; there is no list to add it to.
"""

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from app.catalog.properties import Artwork
from app.inspection.file_facts import FileFacts
from app.inspection.kinds import KINDS
from app.preflight.finding import SEVERITIES, Finding

__all__ = ["BriefReport", "Finding", "Report", "brief", "checks", "run"]

PICTURES = frozenset(
    kind.key for kind in KINDS.values() if kind.reader in {"raster", "heic", "psd"}
)
PRINTED = PICTURES | {"pdf", "svg"}
VERDICTS = dict(zip(SEVERITIES, ("passed", "warned", "failed"), strict=True))


@dataclass(frozen=True)
class Report:
    """What all checks found, good findings too."""

    findings: list[Finding]

    @property
    def verdict(self) -> str:
        """The worst of the findings: ``passed``, ``warned`` or ``failed``."""
        order = list(VERDICTS)
        worst = max((order.index(row.severity) for row in self.findings), default=0)
        return VERDICTS[order[worst]]


@dataclass(frozen=True)
class BriefReport:
    """What a person sees beside the file they just sent."""

    verdict: str
    findings: list[str]


@cache
def checks() -> tuple[ModuleType, ...]:
    """Return the modules of all checks in the order of the report."""
    names = [name for _, name, _ in pkgutil.iter_modules(__path__)]
    modules = (import_module(f"{__name__}.{name}") for name in names)
    return tuple(sorted((m for m in modules if hasattr(m, "ORDER")), key=lambda m: int(m.ORDER)))


def run(facts: FileFacts, requirement: Artwork) -> Report:
    """Return the report on a file of these facts; what `requirement` leaves out is not asked for."""
    found: list[Finding] = []
    for module in checks():
        if facts.kind in module.KINDS:
            name = module.__name__.rpartition(".")[2]
            found += [
                finding.model_copy(update={"check": name})
                for finding in module.check(facts, requirement)
            ]
    return Report(found)


def brief(facts: FileFacts, requirement: Artwork) -> BriefReport:
    """Return the verdict with up to four titles of what is worth a look."""
    checked = run(facts, requirement)
    worth = [row.title for row in checked.findings if row.severity != "passed"]
    return BriefReport(checked.verdict, worth[:4])
