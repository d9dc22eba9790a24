"""Each write to another system is an intent: adapters alone talk to them, the driver alone asks them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from app import ADAPTERS
from tests.test_house import sources

NETWORK = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "urllib.request",
           "urllib3", "xmlrpc"}  # fmt: skip
WRITING = {"perform_write", "find_written"}
# `bin/run` asks the shop's own servers on this machine whether they answer.
OWN_SERVERS = ("app.core.", "app.cli.embedded.")
DRIVER = "app.core.outbound.driver"


def in_adapter(module: str) -> bool:
    """Whether a module is in an adapter's own folder."""
    return any(module.startswith(f"{package}.") for package in ADAPTERS)


def network_imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        for name in names:
            if name in NETWORK or name.split(".")[0] in NETWORK:
                yield name, node.lineno


def writes(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Calls of an adapter's writing methods; those of `super()` are the adapter's own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, owner = node.func.attr, ast.unparse(node.func.value)
            if name in WRITING and owner != "super()":
                yield f"{owner}.{name}", node.lineno


def wrong(module: str, tree: ast.Module) -> list[str]:
    found = []
    if not in_adapter(module) and not module.startswith(OWN_SERVERS):
        found += [f"{module}:{line} imports {name}" for name, line in network_imports(tree)]
    if module != DRIVER:
        found += [f"{module}:{line} calls {name}" for name, line in writes(tree)]
    return found


def test_only_adapters_talk_to_other_systems_and_only_the_driver_asks_them_to_write() -> None:
    found = [line for module, tree in sources().items() for line in wrong(module, tree)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("module", "source", "is_wrong"),
    [
        ("app.orders.services.notify", "import smtplib", True),
        ("app.orders.services.notify", "from urllib import request", True),
        ("app.orders.services.notify", "from requests import post", True),
        ("app.reports.exports", "def f():\n    import http.client", True),
        ("app.orders.services.ship", "adapter.perform_write(request)", True),
        ("app.notify.channels.email", "super().find_written(request)", False),
        ("app.notify.channels.email.connections", "import smtplib", False),
        ("app.core.outbound.driver", "adapter.perform_write(request)", False),
        ("app.orders.services.links", "from urllib.parse import urlencode", False),
    ],
)
def test_what_the_rule_finds(module: str, source: str, is_wrong: bool) -> None:
    assert bool(wrong(module, ast.parse(source))) is is_wrong
