from __future__ import annotations

import json

import structlog

from app.core import logs


def test_a_fault_is_one_line_of_json_with_its_traceback_and_no_local_variable(capsys):
    logs.configure()
    link = "token-that-nobody-may-read"
    try:
        raise RuntimeError(f"of {len(link)} letters")
    except RuntimeError:
        structlog.get_logger("tests").exception("letter.failed", order="MR-10001")
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert (said["event"], said["order"], said["level"]) == ("letter.failed", "MR-10001", "error")
    assert "RuntimeError: of 26 letters" in said["exception"]
    assert link not in line
