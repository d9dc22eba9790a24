"""The home of an embedded shop: its folders and `shop.env`, the addresses and secrets it runs with."""

from __future__ import annotations

import os
import secrets
import stat
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from app.cli.embedded import ports
from app.core.anchor_keys import make_keys

DATABASE = "makeready"
OWNER_ROLE = "makeready_owner"
APP_ROLE = "makeready_app"
BUCKET = "makeready"
INTAKE_BUCKET = "makeready-intake"
ANCHOR_BUCKET = "event-anchors"
SEAWEED = ("S3", "FILER", "VOLUME", "MASTER")
SERVER_PORTS = (
    "POSTGRES_PORT",
    "VALKEY_PORT",
    *(f"SEAWEEDFS_{part}{kind}_PORT" for part in SEAWEED for kind in ("", "_GRPC")),
)
SMTP_PORT = "SMTP_PORT"
LARGEST_LOG_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Home:
    """Where an embedded shop keeps everything; `path` is absolute."""

    path: Path

    @classmethod
    def at(cls, path: str | Path) -> Home:
        """The home in `path`, made when it is not there yet."""
        place = Path(path).expanduser().resolve()
        place.mkdir(parents=True, exist_ok=True)
        return cls(place)

    @property
    def settings_file(self) -> Path:
        return self.path / "shop.env"

    @property
    def mail(self) -> Path:
        return self.path / "mail"

    def folder(self, name: str) -> Path:
        """A folder of the home, made when needed."""
        place = self.path / name
        place.mkdir(parents=True, exist_ok=True)
        return place

    def log(self, name: str) -> Path:
        return self.folder("logs") / f"{name}.log"

    def pid_file(self, name: str) -> Path:
        return self.folder("run") / f"{name}.pid"

    def turn_logs_over(self) -> None:
        """Put each log that has grown large aside as NAME.log.1 (the one before it goes)."""
        for log in self.folder("logs").glob("*.log"):
            if log.stat().st_size > LARGEST_LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))

    @property
    def mark(self) -> str:
        """What the environment of each of our processes holds, so that orphans are known as ours."""
        return f"MAKEREADY_HOME={self.path}"


def read_settings(home: Home) -> dict[str, str]:
    """What `shop.env` says (KEY=VALUE lines); {} when there is none."""
    try:
        lines = home.settings_file.read_text().splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}


def write_settings(home: Home, values: dict[str, str]) -> None:
    """Replace `shop.env` in one step, readable by its owner only."""
    lines = [f"{key}={value}\n" for key, value in values.items()]
    head = "# Addresses and secrets of this embedded shop, written by bin/run.\n"
    write_private(home.settings_file, head + "".join(lines))


def write_private(file: Path, content: str | bytes) -> None:
    """Replace `file` in one step, on the disk and readable by its owner only."""
    draft = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as new:
        new.write(content.encode() if isinstance(content, str) else content)
        new.flush()
        os.fsync(new.fileno())
    draft.replace(file)


def make_private(home: Home) -> None:
    """Take from everybody else what they may do with the files of this home, also those of earlier versions.

    A home that lies within it is left alone. As root its database runs as another user, who has to be able to
    walk through the home to it, and can't list what is there. Call it when no process of this home runs.
    """
    through = 0o711 if os.geteuid() == 0 else 0o700
    database = home.folder("postgres").resolve()
    for folder in (home.path, database):
        folder.chmod(through)
    for entry in home.path.iterdir():
        if not entry.is_symlink() and entry != database and not (entry / "shop.env").exists():
            _close(entry)


def _close(entry: Path) -> None:
    mode = entry.lstat().st_mode
    if stat.S_ISLNK(mode):
        return
    if mode & 0o077:
        entry.chmod(stat.S_IMODE(mode) & 0o700)
    if stat.S_ISDIR(mode):
        for below in entry.iterdir():
            _close(below)


def settle(home: Home, *, web_port: int) -> dict[str, str]:
    """Settings to run with: what `shop.env` has, the missing made up, taken server ports changed.

    Call it when no process of this home runs. Secrets are made once and kept. Returns the
    settings, which are also written to `shop.env`.
    """
    values = read_settings(home)
    for name in ("POSTGRES_PASSWORD", "OWNER_PASSWORD_DB", "APP_PASSWORD_DB", "VALKEY_PASSWORD"):
        values.setdefault(name, secrets.token_hex(16))
    values.setdefault("SECRET_KEY", secrets.token_hex(32))
    values.setdefault("CREDENTIALS_KEY", urlsafe_b64encode(secrets.token_bytes(32)).decode())
    for whose in (
        "",
        "_ADMIN",
        "ANCHOR_",
    ):  # the shop's own, the supervisor's, the anchoring process's
        name = f"{whose}S3" if whose.endswith("_") else f"S3{whose}"
        values.setdefault(f"{name}_ACCESS_KEY", secrets.token_hex(10))
        values.setdefault(f"{name}_SECRET_KEY", secrets.token_hex(20))
    values.setdefault("MONITOR_TOKEN", secrets.token_hex(16))
    if "ANCHOR_SIGNING_KEY" not in values:
        values["ANCHOR_SIGNING_KEY"], values["ANCHOR_PUBLIC_KEY"] = make_keys()
    used = {web_port}
    for key in (*SERVER_PORTS, SMTP_PORT):
        port = int(values.get(key, "0"))
        if not port or port in used or not ports.is_free(port):
            port = ports.pick(used)
        used.add(port)
        values[key] = str(port)
    realtime = int(values.get("REALTIME_PORT", str(web_port + 1)))
    if realtime in used or not ports.is_free(realtime):
        realtime = ports.pick(used)
    values |= {"PORT": str(web_port), "REALTIME_PORT": str(realtime)}
    values |= addresses(home, values)
    write_settings(home, values)
    return values


def addresses(home: Home, values: dict[str, str]) -> dict[str, str]:
    """The settings of the application that follow from ports and secrets."""
    host = ports.HOST
    database = f"{host}:{values['POSTGRES_PORT']}/{DATABASE}"
    s3 = f"http://{host}:{values['SEAWEEDFS_S3_PORT']}"
    return {
        "EMBEDDED": "1",
        "MAKEREADY_HOME": str(home.path),
        "DATABASE_URL": f"postgresql+psycopg://{APP_ROLE}:{values['APP_PASSWORD_DB']}@{database}",
        "OWNER_DATABASE_URL": (
            f"postgresql+psycopg://{OWNER_ROLE}:{values['OWNER_PASSWORD_DB']}@{database}"
        ),
        "REDIS_URL": f"redis://:{values['VALKEY_PASSWORD']}@{host}:{values['VALKEY_PORT']}/0",
        "S3_ENDPOINT_URL": s3,
        "S3_PUBLIC_URL": s3,
        "S3_BUCKET": BUCKET,
        "S3_INTAKE_BUCKET": INTAKE_BUCKET,
        "ANCHOR_BUCKET": ANCHOR_BUCKET,
        "S3_REGION": "us-east-1",
        "SMTP_HOST": host,
        "SMTP_STARTTLS": "0",
        "MAIL_FROM": values.get("MAIL_FROM", "shop@example.com"),
        "MAIL_CATCHER_DIR": str(home.mail),
        "BASE_URL": f"http://{values.get('HOST_NAME', host)}:{values['PORT']}",
        "REALTIME_URL": f"ws://{host}:{values['REALTIME_PORT']}",
        "SHOP_NAME": values.get("SHOP_NAME", "Example Street Press"),
        "TIMEZONE": values.get("TIMEZONE", "UTC"),
        "CURRENCY": values.get("CURRENCY", "GBP"),
    }
