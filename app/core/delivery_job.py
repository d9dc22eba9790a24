"""The one job that workers run. Whoever writes to Redis can name any function, callback or webhook in a job:
none of them is ever imported or called here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from rq.job import Job
from rq.utils import import_attribute

log = structlog.get_logger(__name__)
#: As it is written into Redis; what runs is this, never what is read there.
ENTRY = "jobs.deliver.deliver"
MOST_IDS = 1000


class NotOurJob(Exception):
    """A job that names something else than deliveries by their ids."""


class DeliveryJob(Job):
    """A job that runs `jobs.deliver.deliver` with ids of deliveries, whatever Redis says."""

    @property
    def func(self) -> Callable[..., Any]:
        """Return the one entry. Raises NotOurJob where the job names another function or an object."""
        if self.func_name != ENTRY or self.instance is not None or self.kwargs:
            log.warning("job.refused", job=str(self.id)[:80], named=str(self.func_name)[:200])
            raise NotOurJob(self.id)
        return import_attribute(ENTRY)  # the constant, whatever the job says

    def _execute(self) -> Any:
        run = self.func
        given = self.args if isinstance(self.args, (list, tuple)) else ()
        if not 0 < len(given) <= MOST_IDS:
            raise NotOurJob(self.id)
        try:
            ids = [str(uuid.UUID(one)) for one in given]
        except (ValueError, TypeError, AttributeError):
            raise NotOurJob(self.id) from None
        return run(*ids)

    def restore(self, raw_data: Any) -> Any:
        """Read the job from Redis without its callbacks and webhooks."""
        kept = {
            key: value
            for key, value in dict(raw_data).items()
            if not _is_extra(key.decode() if isinstance(key, bytes) else str(key))
        }
        return super().restore(kept)


def _is_extra(key: str) -> bool:
    return key == "webhooks" or key.endswith("_callback_name")
