"""Words meant for people are shown, never asked: the first translation would change what the code does."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jinja2 import Environment, nodes

from tests.test_house import ROOT, sources

#: Attributes and columns that hold sentences and labels.
WORDS = {
    "customer_label", "customer_word", "error", "hold_reason", "label", "next_step", "problem",
    "reason", "refusal", "sentence", "staff_label", "waits_for", "word",
}  # fmt: skip
#: Where an attribute of such a name holds a code.
CODES = {
    ("app.backoffice.dashboard.todo", "waits_for"),  # staff or customer
    ("app.orders.admin", "word"),  # from or until
    ("templates/stock/item.html", "reason"),  # of a movement
}
MATCHING = {
    "contains", "endswith", "icontains", "ilike", "like", "regexp_match", "startswith", "find",
}  # fmt: skip


def words(node: ast.AST) -> str | None:
    """The name of such an attribute, also where it is lowered, stripped, or None made empty."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return words(node.func.value)
    if isinstance(node, ast.BoolOp):
        return next(filter(None, map(words, node.values)), None)
    if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name):
        return words(node.args[0]) if node.func.id == "str" else None
    return node.attr if isinstance(node, ast.Attribute) and node.attr in WORDS else None


def is_text(node: ast.AST) -> bool:
    """Whether the expression is a text that is not empty, or several of them."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(is_text(one) for one in node.elts)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != ""


def branches(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and attribute where code compares such words with a text, or looks for one in them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            found = next(filter(None, map(words, sides)), None)
            if found and any(map(is_text, sides)):
                yield node.lineno, found
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            given = any(isinstance(one, ast.Constant) for one in node.args)
            if node.func.attr in MATCHING and given and (found := words(node.func.value)):
                yield node.lineno, found
        elif isinstance(node, ast.Match) and (found := words(node.subject)):
            yield node.lineno, found


def template_branches(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and attribute where a template compares such words with a text."""
    tree = Environment(extensions=["jinja2.ext.do", "jinja2.ext.i18n"]).parse(text)
    for node in tree.find_all(nodes.Compare):
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        names = {one.attr for one in sides if isinstance(one, nodes.Getattr)} & WORDS
        if names and any(isinstance(one, nodes.Const) and one.value for one in sides):
            yield node.lineno, names.pop()


def test_no_code_branches_on_words_meant_for_people() -> None:
    found = [(name, *one) for name, tree in sources().items() for one in branches(tree)]
    for file in sorted((ROOT / "templates").rglob("*.html")):
        name = str(file.relative_to(ROOT))
        found += [(name, *one) for one in template_branches(file.read_text("utf-8"))]
    wrong = [f"{name}:{line}: {attr}" for name, line, attr in found if (name, attr) not in CODES]
    assert not wrong, "give it a code of its own and ask that:\n" + "\n".join(wrong)


def test_such_a_branch_is_found() -> None:
    code = (
        "a.where(JobGate.waits_for.like('%available%'))\n"
        "if 'paper' in gate.waits_for.lower(): pass\n"
        "if (row.word or '') == 'Being made': pass\n"
        "if job.hold_reason: pass\n"
        "if gate.cause == 'short_stock': pass\n"
    )
    assert sorted({line for line, _ in branches(ast.parse(code))}) == [1, 2, 3]
    page = "{% if 'available' in gate.waits_for %}\n{{ 1 if gate.cause == 'x' }}{% endif %}"
    assert list(template_branches(page)) == [(1, "waits_for")]
