"""Find sentences for people that no translator would ever see: text in pages, strings in Python.

`in_python` and `in_template` return what is not marked with ``_()``, ``_l()`` or ``{% trans %}``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator


def words(text: str) -> frozenset[str]:
    """Return the words of `text`."""
    return frozenset(text.split())


MARKS = frozenset({"_", "_l", "gettext", "ngettext", "pgettext", "lazy_gettext"})
#: Calls whose words are for programmers, terminals, databases or other programs.
NOT_FOR_READERS = words("""
    ValueError TypeError RuntimeError LookupError KeyError OSError NotImplementedError BadAdapter
    BadSettings AdapterError OutcomeUnknown Result Kind broken invariant no_rows invariant echo print ClickException
    option AppGroup debug info warning error exception relationship get setdefault index cast removeprefix text
    execute exec_driver_sql set_cookie Catalog format_skeleton Endpoint slow at_once outbound
    problem_json TypeVar fromkeys split replace getattr Literal _date step_named
""")
#: Names whose values are no sentences: protocol headers, limits, orders of columns, stored words.
NOT_SENTENCES = words("""
    __all__ HEADER BROWSERS SYSTEMS PROBLEMS HEADERS NEVER letter arguments phone_places RATE LIMITS
    ERASED FAMILIES query docinfo head skipped
""")
NOT_SENTENCE_KEYWORDS = words("""
    order_by description samesite headers server_default
""")
UNITS = words("""
    mm cm px dpi kg g pdf sha id x v html json csv url kb mb
""")
WORD = re.compile(r"[A-Za-zÀ-ſ]{2,}")
ATTRIBUTES = words("""
    title aria-label placeholder alt aria-description label data-label
""")
TOKEN = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.S)
TAG = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|</?[a-zA-Z!](?:\"[^\"]*\"|[^>\"])*>", re.S)
ATTRIBUTE = re.compile(r"([\w:@.-]+)=\"([^\"]*)\"")
LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')


def has_words(text: str) -> bool:
    """Return whether `text` has a word of a language, not only units and signs."""
    return any(word.lower() not in UNITS for word in WORD.findall(text))


def is_sentence(text: str) -> bool:
    """Return whether a string reads like something for people: a capital word, or several words."""
    if not has_words(text) or "://" in text or re.search(r"[{}<>=]|;\S|::|->", text):
        return False
    if re.match(r"\s*(SELECT|UPDATE|INSERT|DELETE|WITH|ALTER|CREATE|DROP|GRANT|REVOKE)\b", text):
        return False
    if re.search(r"[a-z] [a-z]", text) and not re.fullmatch(r"[a-z0-9_-]+( [a-z0-9_-]+)*", text):
        return True
    first = text.strip(' \0“"(—–-:,.·')
    return bool(re.match(r"[A-Z][a-z]+\b(?![-_./][A-Za-z])", first)) and not re.search(
        r"[_/\\]|\w\.\w", text
    )


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(p.value if isinstance(p, ast.Constant) else "\0" for p in node.values)
    return None


def _is_setting(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and str(key.value).isupper()


def _is_for_readers(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Return whether the string `node` stands where a reader sees it and nothing marks it."""
    child, parent = node, parents.get(node)
    is_inner = False
    while parent is not None:
        match parent:
            case ast.keyword() if parent.arg in NOT_SENTENCE_KEYWORDS:
                return False
            case ast.Call() if child is not parent.func:
                name = ast.unparse(parent.func).rpartition(".")[2]
                if name in MARKS or (not is_inner and name in NOT_FOR_READERS):
                    return False
                is_inner = True
            case ast.Compare() | ast.Assert() | ast.Yield() | ast.arg() | ast.JoinedStr():
                return False
            case ast.Subscript() if child is parent.slice:
                # a field's title is for readers, a key and the name of a type are not
                if not is_inner:
                    return False
            case ast.Dict() if child in parent.keys:
                return False
            case ast.Dict() if _is_setting(parent.keys[parent.values.index(child)]):
                return False
            case ast.Assign() | ast.AnnAssign():
                if isinstance(parent, ast.AnnAssign) and child is parent.annotation:
                    return is_inner
                target = parent.targets[0] if isinstance(parent, ast.Assign) else parent.target
                if {
                    part.lstrip("'") for part in re.split(r"\W", ast.unparse(target))
                } & NOT_SENTENCES:
                    return False
            case ast.FunctionDef() | ast.AsyncFunctionDef() if child is parent.returns:
                return False
        child, parent = parent, parents.get(parent)
    return True


def in_python(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of the sentences that are not marked. Docstrings are for programmers."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        text = _text(node)
        if text is None or isinstance(parents.get(node), ast.JoinedStr | ast.Expr):
            continue
        if is_sentence(text) and _is_for_readers(node, parents):
            yield node.lineno, text  # type: ignore[attr-defined]


def _in_code(code: str) -> Iterator[str]:
    """Yield the unmarked sentences among the constants of a Jinja expression or statement."""
    if re.match(r"\{#|\{%-?\s*(extends|include|import|from|block)\b", code):
        return
    for literal in LITERAL.finditer(code):
        before, after = code[: literal.start()].rstrip(), code[literal.end() :]
        marked = re.search(r"(\b_|gettext)\((\s*\"(?:[^\"\\]|\\.)*\",?)*$", before)
        compared = re.search(r"(==|!=|\bin|in \([^()]*|\burl_for\(|\breplace\([^()]*)$", before)
        compared = compared or re.match(r"\s*(==|!=|:)", after) or before.endswith('"hx-trigger":')
        if not marked and not compared and is_sentence(literal.group()[1:-1]):
            yield literal.group()


def in_template(source: str) -> Iterator[str]:
    """Yield the pieces of text, attributes and constants of a page that are not marked."""
    source = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", source, flags=re.S)
    for code in TOKEN.findall(source):
        yield from _in_code(code)
    plain = TOKEN.sub("\0", source)
    for tag in TAG.finditer(plain):
        for name, value in ATTRIBUTE.findall(tag.group()):
            if name.lower() in ATTRIBUTES and has_words(value):
                yield f'{name}="{value}"'
    for text in re.split("[\0\1]", TAG.sub("\1", plain)):
        text = re.sub(r"&[a-z#0-9]+;", " ", text).strip()
        # a macro that makes attributes writes them outside of any tag
        if has_words(text) and text != "required" and not re.match(r'[a-z-]+="', text):
            yield text


def in_script(source: str) -> Iterator[str]:
    """Yield the strings of a script that read like sentences and are not marked."""
    source = re.sub(r"(?m)^\s*//.*$|\s// .*$", "", source)
    for literal in re.finditer(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`', source):
        text = re.sub(r"\$\{[^}]*\}", "\0", literal.group()[1:-1])
        is_markup = re.search(r"[\[\]=#<>]|^[a-z]+[:/]|^\.|-\0", text)
        if (
            not source[: literal.start()].endswith(("_(", "=== ", "includes("))
            and not is_markup
            and is_sentence(text)
        ):
            yield text
