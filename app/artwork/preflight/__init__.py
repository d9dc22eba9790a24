"""Preflight: what a file must be to be made, checked on its facts. One file per check.

A check is a module here with `ORDER` (its place in the report), `KINDS` (kinds of files it is about)
and ``check(facts, requirement)``, which yields findings. It is pure: nothing is read or changed. A
new file in this folder is a new check; there is no list to add it to.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from app.artwork.preflight.finding import SEVERITIES, Finding

__all__ = ["Finding", "check", "checks", "reasons", "verdict"]

PRINTED = frozenset({"pdf", "png", "jpeg", "tiff", "heic", "psd", "svg"})


@cache
def checks() -> tuple[ModuleType, ...]:
    """Return the modules of all checks in the order of the report."""
    names = [name for _, name, _ in pkgutil.iter_modules(__path__)]
    modules = (import_module(f"{__name__}.{name}") for name in names)
    return tuple(sorted((m for m in modules if hasattr(m, "ORDER")), key=lambda m: int(m.ORDER)))


def check(facts: Mapping[str, Any], requirement: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the findings on a file as JSON-able rows, good ones too.

    A row: ``{"check", "severity": "pass"|"warn"|"fail", "sentence", "next_step", "actual", "target",
    "page"}``. `facts` is the asset's (with ``kind``), `requirement` the slot's: ``accept``,
    ``trim_width_mm``, ``trim_height_mm``, ``bleed_mm``, ``min_dpi``, ``pages_min``, ``pages_max``,
    ``build_volume_mm``, ``min_wall_mm``; what is missing is not asked for.
    """
    kind = str(facts.get("kind", ""))
    found: list[dict[str, Any]] = []
    for module in checks():
        if kind in module.KINDS:
            name = module.__name__.rpartition(".")[2]
            found += [finding.row(name) for finding in module.check(facts, requirement)]
    return found


def verdict(findings: Iterable[Mapping[str, Any]]) -> str:
    """Return the worst severity among the rows: ``pass``, ``warn`` or ``fail``."""
    return max((str(row["severity"]) for row in findings), key=SEVERITIES.index, default="pass")


def reasons(findings: Iterable[Mapping[str, Any]], severity: str = "fail") -> list[str]:
    """Return the sentences of one severity, for a hold's reason or a notice."""
    return [str(row["sentence"]) for row in findings if row["severity"] == severity]
