"""Calculating a formula that was read: in decimals, and only the branch that is taken."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from typing import Any

from simpleeval import SimpleEval

from app.catalog.pricing.language import (
    FUNCTIONS,
    OPERATORS,
    FormulaFault,
    NotKnown,
    Value,
    name_of,
    parse,
    too_large,
    truth,
    unknown_name,
    within,
)
from app.core.translations import _

CONTEXT = Context(prec=28, Emax=60, Emin=-60, traps=[DivisionByZero, InvalidOperation, Overflow])


def evaluate(text: str, names: Mapping[str, Value | None]) -> Decimal:
    """Return what the expression comes to; a name whose value is None is known, but not its value.

    Raises FormulaFault, with NotKnown where only a fact is missing.
    """
    parsed = parse(text)
    try:
        with localcontext(CONTEXT):
            result = _Evaluator(names).eval(text, previously_parsed=parsed.tree)
    except DivisionByZero:
        raise FormulaFault(_("The formula divides by zero.")) from None
    except Overflow:
        raise FormulaFault(too_large()) from None
    except InvalidOperation:
        raise FormulaFault(_("The formula divides by zero or has no result.")) from None
    if isinstance(result, bool) or not isinstance(result, Decimal):
        raise FormulaFault(_("The formula's result must be an amount, not a text or a yes or no."))
    return result


class _Evaluator(SimpleEval):  # type: ignore[misc]
    """Walks over the nodes listed here and no others; only the branch that is taken is calculated."""

    def __init__(self, names: Mapping[str, Value | None]) -> None:
        super().__init__(operators=OPERATORS, functions={}, names=names)
        self.nodes = {
            ast.Expression: lambda node: self._eval(node.body),
            ast.Constant: self._eval_constant,
            ast.UnaryOp: self._eval_unaryop,
            ast.BinOp: self._eval_binop,
            ast.BoolOp: self._eval_boolop,
            ast.Compare: self._eval_compare,
            ast.IfExp: lambda node: self._branch(node.test, node.body, node.orelse),
            ast.Call: self._eval_call,
            ast.Name: self._eval_name,
            ast.Attribute: self._eval_name,
            ast.Tuple: lambda node: tuple(self._eval(item) for item in node.elts),
        }

    @staticmethod
    def _eval_constant(node: ast.Constant) -> Value:
        if isinstance(node.value, (bool, str)):
            return node.value
        try:
            return within(Decimal(repr(node.value)))
        except (InvalidOperation, ValueError):
            raise FormulaFault(too_large()) from None

    def _eval_name(self, node: ast.AST) -> Value:
        name = name_of(node)
        if name not in self.names:
            raise FormulaFault(unknown_name(name, self.names))
        value: Value | None = self.names[name]
        if value is None:
            raise NotKnown(name)
        return value

    def _eval_call(self, node: ast.Call) -> Any:
        name = node.func.id.lower()  # type: ignore[attr-defined]
        if name == "if_":
            return self._branch(*node.args)
        return FUNCTIONS[name].act(*(self._eval(value) for value in node.args))

    def _eval_boolop(self, node: ast.BoolOp) -> bool:
        found = (truth(self._eval(value)) for value in node.values)
        return all(found) if isinstance(node.op, ast.And) else any(found)

    def _branch(self, test: ast.AST, yes: ast.AST, no: ast.AST) -> Any:
        return self._eval(yes if truth(self._eval(test)) else no)
