"""What the back office's tests make: people who sign in, jobs that are ready."""

from __future__ import annotations

from tests.backoffice.conftest import ready_job, somebody

__all__ = ["ready_job", "somebody"]
