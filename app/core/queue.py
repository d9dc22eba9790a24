"""RQ as a carrier of ids. Redis may lose or double a job at any time; the rows in Postgres decide."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from app.core.settings import current

JOB = "jobs.deliver.deliver"
Job = tuple[Sequence[uuid.UUID], str]
"""Ids of deliveries that are run one after the other, and the queue."""


@lru_cache(maxsize=2)
def _connection(url: str) -> Any:
    from redis import Redis

    return Redis.from_url(
        url, socket_connect_timeout=2, socket_timeout=30, health_check_interval=15
    )


def connection() -> Any:
    """Return this process's connection pool to Redis."""
    return _connection(current().redis_url)


def queue(name: str) -> Any:
    """Return the RQ queue `name`; jobs are JSON, so nothing is ever unpickled from Redis."""
    from rq import Queue
    from rq.serializers import JSONSerializer

    return Queue(name, connection=connection(), serializer=JSONSerializer)


def carry(jobs: Iterable[Job]) -> None:
    """Put jobs on their queues, in one round trip a queue."""
    by_queue: dict[str, list[Sequence[uuid.UUID]]] = defaultdict(list)
    for ids, name in jobs:
        by_queue[name].append(ids)
    for name, batches in by_queue.items():
        target = queue(name)
        options = {"result_ttl": 0, "failure_ttl": 60, "timeout": 900, "ttl": 3600}
        arguments = ([str(one) for one in ids] for ids in batches)
        target.enqueue_many([target.prepare_data(JOB, given, **options) for given in arguments])


def waiting(name: str) -> int:
    """Return how many jobs wait in the queue `name`."""
    return int(queue(name).count)


def worker(name: str) -> Any:
    """Return a worker for one queue. One queue per worker: RQ pops from two without a safety list."""
    from rq import SimpleWorker
    from rq.serializers import JSONSerializer

    return SimpleWorker([queue(name)], connection=connection(), serializer=JSONSerializer)
