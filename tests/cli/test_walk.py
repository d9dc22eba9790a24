"""One real order through the running shop, and what may die on its way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli import running_shop
from tests.cli.running_shop import RunningShop
from tests.files import made_models, sample_files

pytestmark = [pytest.mark.slow, pytest.mark.extended]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop in a home whose path has a space."""
    running = running_shop.start(tmp_path_factory.mktemp("walk") / "the shop")
    yield running
    running_shop.stop(running)


def failures(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps that were not as they should be; an empty walk is none either."""
    assert steps, "the walk said nothing"
    return [step for step in steps if not step["ok"]]


def a_card(folder: Path) -> Path:
    """A file to print."""
    file = folder / "card.pdf"
    file.write_bytes(sample_files.a_pdf())
    return file


@pytest.mark.parametrize(
    ("preset", "name", "body"),
    [
        ("threed", "part.stl", sample_files.an_stl(20)),
        ("jewellery", "ring.3mf", sample_files.a_3mf(side=1, triangles=made_models.a_ring())),
    ],
)
def test_an_order_of_the_other_trades_comes_through(
    shop: RunningShop, tmp_path: Path, preset: str, name: str, body: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(body)
    steps = shop.walk(file, "--preset", preset)
    assert failures(steps) == []
    assert steps[-1]["step"] == "walk"


def test_a_print_order_comes_through_whatever_is_killed_on_its_way(
    shop: RunningShop, tmp_path: Path
) -> None:
    steps = shop.walk(
        a_card(tmp_path),
        at={
            "open the catalogue": lambda: shop.kill("worker_files"),
            "ask for a quote": lambda: shop.kill("worker_outbound"),
            "the file is checked": lambda: shop.kill("relay"),
            "the quote comes by e-mail": lambda: shop.kill("worker_events"),
            "prepress reviews": lambda: shop.kill("web"),
            "the customer signs": shop.wipe_redis,
            "finance notes": lambda: shop.kill("worker_files"),
            "the work order": lambda: shop.kill("web"),
            "operators scan": lambda: shop.kill("relay"),
        },
    )
    assert failures(steps) == []
    proof = shop.flask("check")
    assert proof.returncode == 0, proof.stdout + proof.stderr


def sign_in_somebody_elses_name(shop: RunningShop) -> str | None:
    """Change who signed the newest proof, as only the owner of the tables can; return the event."""
    import psycopg

    owner = shop.settings()["OWNER_DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ALTER TABLE events DISABLE TRIGGER events_append_only")
        row = connection.execute(
            "UPDATE events SET actor_label = 'Somebody Else' WHERE id = "
            "(SELECT id FROM events WHERE name = 'proof.signed' ORDER BY at DESC LIMIT 1) "
            "RETURNING id"
        ).fetchone()
        connection.execute("ALTER TABLE events ENABLE TRIGGER events_append_only")
    return str(row[0]) if row else None


def test_a_broken_chain_is_named_and_gives_exit_code_1(shop: RunningShop, tmp_path: Path) -> None:
    event_id = sign_in_somebody_elses_name(shop)
    if event_id is None:  # run alone
        shop.walk(a_card(tmp_path))
        event_id = sign_in_somebody_elses_name(shop)
    proof = shop.flask("check")
    assert proof.returncode == 1
    assert str(event_id) in proof.stdout
