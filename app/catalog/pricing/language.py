"""The expressions of price formulas: arithmetic in decimals over named facts, and nothing else.

What an expression may contain is listed here; `simpleeval` walks over its tree (evaluator.py). Never
Python's own `eval`: there are no attributes of objects, no calls but the functions below, no loops, and
limits on length, depth, size of numbers and powers.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Decimal,
)
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from app.core.translations import _

Value = Decimal | str | bool
MOST_LETTERS = 500
MOST_PARTS = 200
MOST_DEPTH = 30
MOST_POWER = 10
MOST_VALUE = Decimal(10) ** 15


class FormulaFault(Exception):
    """A formula that can't be calculated; the sentence says why."""


class NotKnown(FormulaFault):
    """A formula that needs a fact which is not known yet."""


@dataclass(frozen=True)
class Parsed:
    """An expression that was read: its tree and the names that it uses, in their order."""

    text: str
    tree: ast.Expression
    names: tuple[str, ...]


@lru_cache(maxsize=4096)
def parse(text: str) -> Parsed:
    """Return the expression read; raise FormulaFault where it is not one of this language."""
    if len(text) > MOST_LETTERS:
        raise FormulaFault(_("The formula is longer than %(most)s characters.", most=MOST_LETTERS))
    try:
        tree = ast.parse(_readable(text), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise FormulaFault(_unreadable(text)) from None
    parts = list(ast.walk(tree))
    if len(parts) > MOST_PARTS or _depth(tree) > MOST_DEPTH:
        raise FormulaFault(_("The formula has too many parts. Split it into two formulas."))
    for node in parts:
        _check(node)
    inner = {id(node.value) for node in parts if isinstance(node, ast.Attribute)}
    inner |= {id(node.func) for node in parts if isinstance(node, ast.Call)}
    named = [node for node in parts if id(node) not in inner and name_of(node)]
    named.sort(key=lambda node: node.col_offset)  # type: ignore[attr-defined]
    return Parsed(text, tree, tuple(dict.fromkeys(name_of(node) for node in named)))


def unknown_name(name: str, known: Mapping[str, object]) -> str:
    """Return the sentence about a name that there is not, with those that are near."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return _("There is no “%(name)s”. Did you mean %(near)s?", name=name, near=", ".join(near))
    offered = ", ".join(sorted(known)[:12])
    return _("There is no “%(name)s”. There are: %(known)s.", name=name, known=offered)


STRING = re.compile(r"(\"[^\"]*\"|'[^']*')|\bif\s*\(", re.IGNORECASE)


def _readable(text: str) -> str:
    """Return the text as the parser takes it: ``if(`` is a function here."""
    return STRING.sub(lambda found: found.group(1) or "if_(", text.strip())


def _unreadable(text: str) -> str:
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", text)
    if re.search(r"(?<![=<>!])=(?!=)", bare):
        return _("The formula can't be read: write == to compare.")
    if "<>" in bare:
        return _("The formula can't be read: write != for “is not”.")
    return _("The formula can't be read. Check its brackets, quotes and signs.")


def _depth(node: ast.AST) -> int:
    return 1 + max((_depth(child) for child in ast.iter_child_nodes(node)), default=0)


def name_of(node: ast.AST) -> str:
    """Return the name that a node means: ``quantity`` or ``option.paper``."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def _check(node: ast.AST) -> None:
    """Raise FormulaFault for what this language does not have."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
        raise FormulaFault(_("“^” is not used here: write ** for powers."))
    if isinstance(node, ast.Attribute) and not name_of(node):
        raise FormulaFault(_("Use a dot only in names such as option.paper."))
    if isinstance(node, ast.Call):
        name = node.func.id.lower() if isinstance(node.func, ast.Name) else ""
        if name not in FUNCTIONS:
            offered = ", ".join(shown.rstrip("_") for shown in FUNCTIONS)
            raise FormulaFault(_("There is no such function. There are: %(names)s.", names=offered))
        if node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
            raise FormulaFault(_("Write a function as max(1, area_m2)."))
        least, most = FUNCTIONS[name].least, FUNCTIONS[name].most
        if not least <= len(node.args) <= most:
            raise FormulaFault(
                _("“%(name)s” has the wrong number of values.", name=name.rstrip("_"))
            )
    if isinstance(node, ast.Constant) and not isinstance(node.value, (int, float, str)):
        raise FormulaFault(_unreadable(""))
    if not isinstance(node, ALLOWED):
        raise FormulaFault(_("The formula has a part that is not used here. Write sums only."))


ALLOWED = (
    *(ast.Expression, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call),
    *(ast.Name, ast.Attribute, ast.Constant, ast.Tuple, ast.Load),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.USub, ast.UAdd),
    *(ast.And, ast.Or, ast.Not, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    *(ast.In, ast.NotIn),
)


def too_large() -> str:
    return _("The formula comes to a number that is too large.")


def _number(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool):
        raise FormulaFault(_("A yes or no is used as a number. Use if(…, 1, 0)."))
    raise FormulaFault(_("“%(text)s” is a text, not a number.", text=str(value)[:40]))


def within(value: Decimal) -> Decimal:
    if abs(value) > MOST_VALUE:
        raise FormulaFault(too_large())
    return value


def _arithmetic(act: Callable[..., Any]) -> Callable[..., Decimal]:
    return lambda *values: within(act(*(_number(value) for value in values)))


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > MOST_POWER:
        raise FormulaFault(_("A power is at most %(most)s.", most=MOST_POWER))
    return Decimal(base**exponent)


def _order(act: Callable[[Decimal, Decimal], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: act(_number(left), _number(right))


def _same(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        raise FormulaFault(_("A text is compared with a number."))
    return bool(left == right)


def _among(one: Any, several: Any) -> bool:
    if not isinstance(several, tuple):
        raise FormulaFault(_('Write in ("first", "second").'))
    return any(_same(one, other) for other in several)


OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _arithmetic(operator.add),
    ast.Sub: _arithmetic(operator.sub),
    ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(operator.truediv),
    ast.FloorDiv: _arithmetic(operator.floordiv),
    ast.Mod: _arithmetic(operator.mod),
    ast.Pow: _arithmetic(_power),
    ast.USub: _arithmetic(operator.neg),
    ast.UAdd: _arithmetic(operator.pos),
    ast.Not: lambda value: not truth(value),
    ast.Eq: _same,
    ast.NotEq: lambda left, right: not _same(left, right),
    ast.Lt: _order(operator.lt),
    ast.LtE: _order(operator.le),
    ast.Gt: _order(operator.gt),
    ast.GtE: _order(operator.ge),
    ast.In: _among,
    ast.NotIn: lambda one, several: not _among(one, several),
}


def truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise FormulaFault(_("A condition must compare, as in quantity > 100."))
    return value


def _rounded(way: str) -> Callable[..., Decimal]:
    """Return a function that rounds to whole numbers, or to multiples of a second value."""

    def act(value: Decimal, step: Decimal = Decimal(1)) -> Decimal:
        return (value / step).to_integral_value(way) * step

    return act


def _round(value: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    if places != int(places) or not 0 <= places <= 12:
        raise FormulaFault(_("round(…, 2): the second value is how many decimals, 0 to 12."))
    return value.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


@dataclass(frozen=True)
class _Function:
    act: Callable[..., Any]
    least: int
    most: int


FUNCTIONS = {
    "min": _Function(_arithmetic(min), 2, 20),
    "max": _Function(_arithmetic(max), 2, 20),
    "ceil": _Function(_arithmetic(_rounded(ROUND_CEILING)), 1, 2),
    "floor": _Function(_arithmetic(_rounded(ROUND_FLOOR)), 1, 2),
    "round": _Function(_arithmetic(_round), 1, 2),
    "abs": _Function(_arithmetic(abs), 1, 1),
    "if_": _Function(None, 3, 3),  # type: ignore[arg-type]
}
