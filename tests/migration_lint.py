"""Lint the SQL of the migrations with squawk: `python -m tests.migration_lint`.

The first migration makes an empty shop's tables, where no lock can hurt anybody; it is not linted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Facts that squawk can't see: alembic puts a transaction around it, time-outs come with the role.
NOT_MEANT = (
    "prefer-robust-stmts",
    "require-timeout-settings",
    "require-lock-timeout",
    "require-statement-timeout",
    "prefer-text-field",
    "prefer-bigint-over-int",
    "prefer-identity",
)
OFFLINE = {
    "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none",
    "OWNER_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "S3_BUCKET": "lint",
    "S3_ACCESS_KEY": "lint",
    "S3_SECRET_KEY": "lint-lint-lint-lint",
    "SECRET_KEY": "lint-lint-lint-lint-lint-lint-lint",
    "CREDENTIALS_KEY": "bGludC1saW50LWxpbnQtbGludC1saW50LWxpbnQtbGk=",
    "BASE_URL": "http://127.0.0.1",
    "REALTIME_URL": "ws://127.0.0.1",
    "SMTP_HOST": "127.0.0.1",
    "MAIL_FROM": "shop@example.com",
    "TESTING": "1",
}


def revisions() -> list[str]:
    """The migrations from the first to the newest."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(ROOT / "migrations"))
    return [step.revision for step in reversed(list(script.walk_revisions()))]


def sql_of(first: str, last: str) -> str:
    """The SQL of the migrations after `first` up to `last`."""
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "flask",
            "--app",
            "wsgi",
            "db",
            "upgrade",
            "--sql",
            f"{first}:{last}",
        ],
        cwd=ROOT,
        env={**os.environ, **OFFLINE},
        capture_output=True,
        text=True,
        timeout=120,
    )
    if result.returncode:
        sys.exit(f"flask db upgrade --sql failed:\n{result.stderr}")
    return result.stdout


def main() -> None:
    if not any((ROOT / "migrations" / "versions").glob("*.py")):
        print("There are no migrations yet.")
        return
    steps = revisions()
    sql_of("base", steps[0])  # must be writable as SQL as well
    if len(steps) == 1:
        return
    squawk = Path(sys.prefix) / "bin" / "squawk"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "migrations.sql"
        file.write_text(sql_of(steps[0], steps[-1]))
        command = [squawk, "--pg-version", "18.0", "--exclude", ",".join(NOT_MEANT), file]
        sys.exit(subprocess.run(command).returncode)


if __name__ == "__main__":
    main()
