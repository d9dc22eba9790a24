"""RQ as a carrier of ids. Redis may lose or double a job at any time; the rows in Postgres decide."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from flask import has_request_context

from app.core.settings import current

Job = tuple[Sequence[uuid.UUID], str]
"""Ids of deliveries that are run one after the other, and the queue."""


#: How long an answer is waited for: a page does without, a worker has nothing else to do.
REQUEST_TIMEOUT_S, TIMEOUT_S, WORKER_TIMEOUT_S = 0.5, 5, 30


@lru_cache(maxsize=4)
def _connection(url: str, timeout_s: float) -> Any:
    from redis import ConnectionError as Disconnected
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Redis.from_url(
        url,
        socket_connect_timeout=min(timeout_s, 2),
        socket_timeout=timeout_s,
        socket_keepalive=True,
        health_check_interval=15,
        retry=Retry(NoBackoff(), 1, supported_errors=(Disconnected,)),  # never after a time-out
    )


def connection(*, timeout_s: float | None = None) -> Any:
    """Return this process's connection pool to Redis. Answers are waited for `timeout_s`: by default half a
    second in a request, 5 s elsewhere."""
    default_s = REQUEST_TIMEOUT_S if has_request_context() else TIMEOUT_S
    return _connection(current().redis_url, timeout_s or default_s)


def queue(name: str, *, timeout_s: float | None = None) -> Any:
    """Return the RQ queue `name`; jobs are JSON, so nothing is ever unpickled from Redis."""
    from rq import Queue
    from rq.serializers import JSONSerializer

    from app.core.delivery_job import DeliveryJob

    line = connection(timeout_s=timeout_s)
    return Queue(name, connection=line, serializer=JSONSerializer, job_class=DeliveryJob)


def carry(jobs: Iterable[Job]) -> None:
    """Put jobs on their queues, in one round trip a queue."""
    from app.core.delivery_job import ENTRY

    by_queue: dict[str, list[Sequence[uuid.UUID]]] = defaultdict(list)
    for ids, name in jobs:
        by_queue[name].append(ids)
    for name, batches in by_queue.items():
        target = queue(name)
        options = {"result_ttl": 0, "failure_ttl": 60, "timeout": 900, "ttl": 3600}
        arguments = ([str(one) for one in ids] for ids in batches)
        target.enqueue_many([target.prepare_data(ENTRY, given, **options) for given in arguments])


def waiting(name: str) -> int:
    """Return how many jobs wait in the queue `name`."""
    return int(queue(name).count)


def worker(name: str) -> Any:
    """Return a worker for one queue, which runs the one entry and nothing that Redis names. One queue per
    worker: RQ pops from two without a safety list."""
    from rq import SimpleWorker
    from rq.serializers import JSONSerializer

    from app.core.delivery_job import DeliveryJob

    line = connection(timeout_s=WORKER_TIMEOUT_S)
    mine = queue(name, timeout_s=WORKER_TIMEOUT_S)
    return SimpleWorker([mine], connection=line, serializer=JSONSerializer, job_class=DeliveryJob)
