"""Sets of states stand in states.py, once: code and pages ask them by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.core.workflow import CHARTS

ROOT = Path(__file__).resolve().parents[1]
DECLARED_IN = {"states.py", "chart.py"}
IN_TEMPLATE = re.compile(r"in [(\[]((?:\s*\"[a-z_]+\",?){2,})\s*[)\]]")


@pytest.fixture
def charts(app: object) -> list[set[str]]:
    """The states of every chart; the application has loaded them all."""
    return [set(chart.states) for chart in CHARTS.values()]


def is_set_of_states(values: Sequence[str], charts: list[set[str]]) -> bool:
    return len(values) > 1 and any(set(values) <= states for states in charts)


def literals(source: str) -> Iterator[tuple[int, list[str]]]:
    """Line and values of each tuple, set or list that holds nothing but strings."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Tuple, ast.Set, ast.List)):
            values = [e.value for e in node.elts if isinstance(e, ast.Constant)]
            if len(values) == len(node.elts):
                words = [value for value in values if isinstance(value, str)]
                if len(words) == len(values):
                    yield node.lineno, words


def test_no_code_outside_lists_states(charts: list[set[str]]) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}: {values}"
        for file in sorted((ROOT / "app").rglob("*.py"))
        if file.name not in DECLARED_IN
        for line, values in literals(file.read_text())
        if is_set_of_states(values, charts)
    ]
    assert not found, "\n" + "\n".join(found)


def test_no_template_lists_states(charts: list[set[str]]) -> None:
    found = []
    for file in sorted((ROOT / "templates").rglob("*.html")):
        for match in IN_TEMPLATE.finditer(file.read_text()):
            values = re.findall(r'"([a-z_]+)"', match[1])
            if is_set_of_states(values, charts):
                found.append(f"{file.relative_to(ROOT)}: {values}")
    assert not found, "\n" + "\n".join(found)


def test_the_check_finds_what_it_is_for(charts: list[set[str]]) -> None:
    assert [
        values
        for _, values in literals(
            'if order.state in ("quoted", "placed") or x in ("a", "placed"): 1'
        )
        if is_set_of_states(values, charts)
    ] == [["quoted", "placed"]]
    template = '{% if order.state not in ("quoted", "placed") %}'
    assert [match[1] for match in IN_TEMPLATE.finditer(template)] == ['"quoted", "placed"']
