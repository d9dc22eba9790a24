from __future__ import annotations

import pytest

from app.core.settings import BadSettings, load

GOOD = {
    "DATABASE_URL": "postgresql://app:hidden@db.example/shop",
    "REDIS_URL": "redis://cache.example/0",
    "S3_BUCKET": "shop",
    "S3_ACCESS_KEY": "key",
    "S3_SECRET_KEY": "s3-secret-of-tests",
    "SECRET_KEY": "secret-key-of-tests",
    "CREDENTIALS_KEY": "Y3JlZGVudGlhbHMtb2YtdGVzdHMtY3JlZGVudGlhbHM=",
    "BASE_URL": "https://shop.example.com/",
    "REALTIME_URL": "wss://live.example.com",
    "SMTP_HOST": "mail.example.com",
    "MAIL_FROM": "shop@example.com",
}


@pytest.fixture
def environ(tmp_path):
    return GOOD | {"MAKEREADY_HOME": str(tmp_path)}


def test_a_complete_environment_is_read_with_types(environ):
    settings = load(environ | {"SMTP_PORT": "2525", "EMBEDDED": "0"})
    assert (settings.smtp_port, settings.embedded) == (2525, False)
    assert settings.database_url == "postgresql+psycopg://app:hidden@db.example/shop"
    assert settings.base_url == "https://shop.example.com"


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_value_stops_the_start_and_is_named(environ, name):
    with pytest.raises(BadSettings, match=f"^{name} is not set"):
        load({key: value for key, value in environ.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///shop.db"),
        ("SMTP_PORT", "no-number"),
        ("SMTP_PORT", "70000"),
        ("TIMEZONE", "Mars/Base"),
        ("CURRENCY", "pounds"),
        ("BASE_URL", "shop.example.com"),
        ("SECRET_KEY", "short"),
        ("CREDENTIALS_KEY", "short"),
        ("CREDENTIALS_KEY", GOOD["CREDENTIALS_KEY"] + ",no-key"),
        ("LEASE_S", "0"),
        ("EMBEDDED", "perhaps"),
    ],
)
def test_a_bad_value_stops_the_start_with_a_sentence_that_names_it(environ, name, value):
    with pytest.raises(BadSettings, match=f"^{name}: "):
        load(environ | {name: value})


def test_all_faults_are_told_at_once(environ):
    with pytest.raises(BadSettings) as caught:
        load(environ | {"SMTP_PORT": "x", "CURRENCY": "pounds"})
    assert len(str(caught.value).splitlines()) == 2


def test_a_fault_never_prints_a_secret(environ):
    with pytest.raises(BadSettings) as caught:
        load(environ | {"DATABASE_URL": "mysql://root:hidden@db", "SECRET_KEY": "hidden"})
    assert "hidden" not in str(caught.value)


def test_secrets_are_not_in_the_settings_printed_form(environ):
    printed = repr(load(environ | {"SMTP_PASSWORD": "mail-password"}))
    secrets = ("hidden", "s3-secret-of-tests", "secret-key-of-tests", "mail-password")
    for secret in (*secrets, GOOD["CREDENTIALS_KEY"]):
        assert secret not in printed


def test_plain_http_is_refused_on_a_public_address(environ):
    with pytest.raises(BadSettings, match="BASE_URL must be https"):
        load(environ | {"BASE_URL": "http://shop.example.com"})
    assert load(environ | {"BASE_URL": "http://127.0.0.1:8000"}).secure_cookies is False
    assert load(environ).secure_cookies is True


@pytest.mark.parametrize("host", ["127.0.0.1.example.com", "localhost.example.com"])
def test_a_public_name_that_begins_like_a_local_one_is_no_exception(environ, host):
    with pytest.raises(BadSettings, match="https"):
        load(environ | {"BASE_URL": f"http://{host}"})


def test_a_running_embedded_shop_is_found_by_its_home_alone(tmp_path):
    lines = ["# written by bin/run", *(f"{key}={value}" for key, value in GOOD.items()), ""]
    (tmp_path / "shop.env").write_text("\n".join(lines))
    settings = load({"MAKEREADY_HOME": str(tmp_path)})
    assert settings.smtp_host == "mail.example.com"
    assert settings.makeready_home == tmp_path.resolve()


def test_the_environment_wins_over_the_home(tmp_path):
    (tmp_path / "shop.env").write_text("\n".join(f"{k}={v}" for k, v in GOOD.items()))
    given = {"MAKEREADY_HOME": str(tmp_path), "SMTP_HOST": "other.example.com", "CURRENCY": ""}
    settings = load(given)
    assert (settings.smtp_host, settings.currency) == ("other.example.com", "GBP")
