"""The mail server that letters of these tests go to."""

from __future__ import annotations

from tests.notify.conftest import mail

__all__ = ["mail"]
