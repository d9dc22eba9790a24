"""Preflight: what a file must be to be made, checked on its facts. One file per check.

A check is a module here with `ORDER` (its place in the report), `KINDS` (kinds of files it is about)
and ``check(facts, requirement)``, which yields findings. It is pure: nothing is read or changed. A
new file in this folder is a new check; there is no list to add it to.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from app.artwork.preflight.finding import SEVERITIES, Finding

__all__ = ["Finding", "Report", "checks", "run", "short"]

PRINTED = frozenset({"pdf", "png", "jpeg", "tiff", "heic", "psd", "svg"})
VERDICTS = dict(zip(SEVERITIES, ("passed", "warned", "failed"), strict=True))


@dataclass(frozen=True)
class Report:
    """What all checks found. A row of `findings`: ``{"check", "severity": passed|warning|fault,
    "title", "advice", "found", "wanted", "page"}``, all texts but the page number or None."""

    findings: list[dict[str, Any]]

    @property
    def verdict(self) -> str:
        """The worst of the findings: ``passed``, ``warned`` or ``failed``."""
        worst = max((SEVERITIES.index(row["severity"]) for row in self.findings), default=0)
        return VERDICTS[SEVERITIES[worst]]


@cache
def checks() -> tuple[ModuleType, ...]:
    """Return the modules of all checks in the order of the report."""
    names = [name for _, name, _ in pkgutil.iter_modules(__path__)]
    modules = (import_module(f"{__name__}.{name}") for name in names)
    return tuple(sorted((m for m in modules if hasattr(m, "ORDER")), key=lambda m: int(m.ORDER)))


def run(facts: Mapping[str, Any], requirement: Mapping[str, Any]) -> Report:
    """Return the report on a file, good findings too.

    `facts` is the asset's (with ``kind``), `requirement` the slot's: ``accept``,
    ``trim_width_mm``, ``trim_height_mm``, ``bleed_mm``, ``min_dpi``, ``pages_min``, ``pages_max``,
    ``build_volume_mm``, ``min_wall_mm``; what is missing is not asked for. Numbers may be texts.
    """
    kind = str(facts.get("kind", ""))
    found: list[dict[str, Any]] = []
    for module in checks():
        if kind in module.KINDS:
            name = module.__name__.rpartition(".")[2]
            found += [finding.row(name) for finding in module.check(facts, requirement)]
    return Report(found)


def short(facts: Mapping[str, Any], requirement: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``{"verdict", "findings": [up to four titles of what is worth a look]}``."""
    checked = run(facts, requirement)
    said = [row["title"] for row in checked.findings if row["severity"] != "passed"]
    return {"verdict": checked.verdict, "findings": said[:4]}
