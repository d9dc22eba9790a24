"""Typed settings, read once from the environment and, for an embedded shop, from ``MAKEREADY_HOME/shop.env``,
which `bin/run` writes."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from app.core import process_secrets

ROOT = Path(__file__).resolve().parents[2]
#: What stands for a required secret while the others are checked; it is taken out again.
STANDS_FOR = {
    "DATABASE_URL": "postgresql://withheld",
    "REDIS_URL": "redis://withheld",
    "S3_ACCESS_KEY": "withheld",
    "S3_SECRET_KEY": "withheld" * 2,
    "SECRET_KEY": "withheld" * 4,
    "CREDENTIALS_KEY": base64.urlsafe_b64encode(bytes(32)).decode(),
}


PUT_MAX_BYTES = 5 * 1024**3  # what S3 takes in one PutObject, by which every file is kept


class BadSettings(SystemExit):
    """The start is stopped; the sentence names the variable."""


Secret = Annotated[str, Field(min_length=16, repr=False)]


class Withheld(RuntimeError):
    """This process asked for a secret that it may not have, by `Procfile.secrets`."""


class Settings(BaseModel):
    """Everything that differs between two installations. Field names are the variables in lower case."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    makeready_home: Path = ROOT / "var"
    embedded: bool = False
    testing: bool = False

    database_url: str = Field(repr=False)
    owner_database_url: str | None = Field(default=None, repr=False)
    statement_timeout_ms: int = Field(default=30_000, ge=100)
    lock_timeout_ms: int = Field(default=5_000, ge=50)
    web_threads: int = Field(default=8, ge=1, le=200)
    redis_url: str = Field(repr=False)

    s3_endpoint_url: str | None = None
    s3_public_url: str | None = None
    s3_region: str = "us-east-1"
    s3_bucket: str
    s3_intake_bucket: str | None = None
    s3_lock_days: int = Field(default=7, ge=0)
    s3_access_key: str = Field(repr=False)
    s3_secret_key: Secret
    cdn_base_url: str | None = None

    anchor_bucket: str | None = None
    anchor_prefix: str = Field(default="anchors/", pattern="^[a-z0-9/_-]*/$")
    anchor_public_key: str | None = None
    anchor_signing_key: str | None = Field(default=None, repr=False)
    anchor_s3_access_key: str | None = Field(default=None, repr=False)
    anchor_s3_secret_key: str | None = Field(default=None, min_length=16, repr=False)

    secret_key: Secret
    credentials_key: str = Field(repr=False)
    monitor_token: str | None = Field(default=None, min_length=16, repr=False)
    base_url: str
    realtime_url: str
    trusted_proxies: int = Field(default=0, ge=0, le=10)

    smtp_host: str
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    smtp_starttls: bool = True
    mail_from: str
    mail_catcher_dir: Path | None = None

    shop_name: str = "Makeready shop"
    shop_address: str = ""
    timezone: str = "Europe/London"
    currency: str = Field(default="GBP", pattern="^[A-Z]{3}$")
    locale: str = "en_GB"

    upload_max_bytes: int = Field(default=PUT_MAX_BYTES, ge=1024, le=PUT_MAX_BYTES)
    upload_files_per_address_day: int = Field(default=200, ge=1)
    upload_bytes_per_address_day: int = Field(default=20 * 1024**3, ge=1024)
    unclaimed_max_bytes: int = Field(default=200 * 1024**3, ge=1024)
    unclaimed_days: int = Field(default=14, ge=1)
    upload_grace_minutes: int = Field(default=60, ge=1)
    second_factor_grace_days: int = Field(default=14, ge=0, le=3650)
    letters_per_address_day: int = Field(default=10, ge=1)
    link_days: int = Field(default=120, ge=1)
    quote_days: int = Field(default=14, ge=1)
    delivery_days: int = Field(default=90, ge=1)
    lease_s: int = Field(default=20, ge=2)

    @field_validator("base_url", "realtime_url", "s3_endpoint_url", "s3_public_url", "cdn_base_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value and "://" not in value:
            raise ValueError("must be an address with its scheme, such as https://shop.example.com")
        return value.rstrip("/") if value else value

    @field_validator("credentials_key")
    @classmethod
    def _keys(cls, value: str) -> str:
        try:
            sizes = {len(base64.urlsafe_b64decode(key.strip())) for key in value.split(",")}
        except ValueError:
            sizes = set()
        if sizes != {32}:
            raise ValueError(
                "must be 32 random bytes in URL-safe base64, or several of them with commas; "
                "make one with: openssl rand -base64 32 | tr '+/' '-_'"
            )
        return value

    @field_validator("anchor_public_key", "anchor_signing_key")
    @classmethod
    def _signing_key(cls, value: str | None) -> str | None:
        try:
            is_key = value is None or len(base64.urlsafe_b64decode(value)) == 32
        except ValueError:
            is_key = False
        if not is_key:
            raise ValueError("must be 32 bytes in URL-safe base64; make a pair: flask anchors keys")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("must be an IANA time zone such as Europe/London")
        return value

    @field_validator("database_url", "owner_database_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            raise ValueError("must start with postgresql://")
        return "postgresql+psycopg://" + value.split("://", 1)[1]

    @model_validator(mode="after")
    def _secure(self) -> Settings:
        is_local = urlsplit(self.base_url).hostname in {"127.0.0.1", "localhost", "::1"}
        if not (self.secure_cookies or is_local or self.embedded or self.testing):
            raise ValueError("BASE_URL must be https outside embedded mode")
        return self

    def __getattr__(self, name: str) -> Any:
        if name.upper() in STANDS_FOR:  # asked for only where it was taken out
            raise Withheld(f"{name.upper()} is not among the secrets of this process.")
        return super().__getattr__(name)  # type: ignore[misc]

    def has(self, name: str) -> bool:
        """Return whether this process may have the secret that the field `name` holds."""
        return name in self.__dict__

    @property
    def intake_bucket(self) -> str:
        """Where browsers put what they send, until it is checked; without one of its own, the archive."""
        return self.s3_intake_bucket or self.s3_bucket

    @property
    def credentials_keys(self) -> list[str]:
        """The keys that encrypt adapters' secrets; the first one encrypts, all of them decrypt."""
        return [key.strip() for key in self.credentials_key.split(",")]

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry the __Host- prefix, which browsers accept over https alone."""
        return self.base_url.startswith("https://")


def read_home(home: Path) -> dict[str, str]:
    """Return what ``shop.env`` in `home` says; empty where no embedded shop was made."""
    file = home / "shop.env"
    if not file.is_file():
        return {}
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of `environ` (default: the process's) and the shop's home, without the secrets that
    are not for the process which MAKEREADY_PROCESS names. Raises BadSettings, which ends the process with a
    sentence that names the variable."""
    given = dict(os.environ if environ is None else environ)
    process = given.get(process_secrets.NAME) or process_secrets.OPERATOR
    if process not in process_secrets.table():
        raise BadSettings(f"{process_secrets.NAME}: Procfile.secrets has no process {process}.")
    home = Path(given.get("MAKEREADY_HOME") or ROOT / "var").expanduser().resolve()
    given = {k: v for k, v in given.items() if v != ""}
    values = process_secrets.without_foreign(read_home(home), process) | given
    foreign = frozenset[str]()
    if process != process_secrets.OPERATOR:
        foreign = process_secrets.withheld(process)
        values = process_secrets.without_foreign(values, process)
        values |= {name: STANDS_FOR[name] for name in foreign & STANDS_FOR.keys()}
    values["MAKEREADY_HOME"] = str(home)
    try:
        found = Settings.model_validate({k.lower(): v for k, v in values.items() if k.isupper()})
    except ValidationError as problem:
        raise BadSettings("\n".join(_sentences(problem))) from None
    for name in foreign & STANDS_FOR.keys():
        found.__dict__.pop(name.lower())
    return found


def _sentences(problem: ValidationError) -> list[str]:
    lines = []
    for error in problem.errors():
        name = str(error["loc"][0]).upper() if error["loc"] else "The settings"
        if error["type"] == "missing":
            lines.append(
                f"{name} is not set. Set it in the environment, or start the shop with bin/run "
                "and name its home in MAKEREADY_HOME."
            )
        else:
            lines.append(f"{name}: {error['msg'].removeprefix('Value error, ')}.")
    return lines


_chosen: list[Settings] = []


def use(settings: Settings) -> None:
    """Let this process run on `settings` (given to `create_app`) instead of its environment."""
    _chosen[:] = [settings]


def current() -> Settings:
    """Return the settings of this process; read at the first call and kept."""
    if not _chosen:
        _chosen.append(load())
    return _chosen[0]
