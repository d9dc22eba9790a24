"""The home: secrets made once, ports that are free, a file only its owner reads."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

from app.cli.embedded import home as homes
from app.cli.embedded import ports
from app.cli.embedded.home import Home
from app.core import settings


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "a home")
    first = homes.settle(home, web_port=8000)
    second = homes.settle(home, web_port=8000)
    assert first == second
    assert first["SECRET_KEY"] != homes.settle(Home.at(tmp_path / "b"), web_port=8000)["SECRET_KEY"]


def test_shop_env_is_for_its_owner_only(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    homes.settle(home, web_port=8000)
    assert stat.S_IMODE(home.settings_file.stat().st_mode) == 0o600


def test_a_server_port_that_is_taken_is_changed(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    before = homes.settle(home, web_port=8000)
    with socket.socket() as taker:
        taker.bind((ports.HOST, int(before["POSTGRES_PORT"])))
        taker.listen()
        after = homes.settle(home, web_port=8000)
    assert after["POSTGRES_PORT"] != before["POSTGRES_PORT"]
    assert f":{after['POSTGRES_PORT']}/" in after["DATABASE_URL"]


def test_the_application_reads_its_settings_from_the_home_alone(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "a home")
    values = homes.settle(home, web_port=8123)
    read = settings.load({"MAKEREADY_HOME": str(home.path)})
    assert read.database_url == values["DATABASE_URL"]
    assert read.base_url == "http://127.0.0.1:8123"
    assert read.embedded
    assert read.smtp_port == int(values["SMTP_PORT"])


def test_a_host_name_in_the_home_is_the_shop_s_address_at_every_start(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    homes.write_settings(home, {"HOST_NAME": "localhost"})
    for _ in range(2):
        assert homes.settle(home, web_port=8123)["BASE_URL"] == "http://localhost:8123"
    read = settings.load({"MAKEREADY_HOME": str(home.path)})
    assert read.base_url == "http://localhost:8123"


def test_the_holder_of_a_taken_port_is_named() -> None:
    with socket.socket() as taker:
        taker.bind((ports.HOST, 0))
        taker.listen()
        port = taker.getsockname()[1]
        assert not ports.is_free(port)
        assert "python" in ports.holder(port) or "pytest" in ports.holder(port)
    assert ports.is_free(port)
