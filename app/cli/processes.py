"""`flask worker`, `flask relay`, `flask clock`: the processes of the Procfile."""

import signal
import threading

import click
from flask import current_app

from app.core.deliveries import QUEUES


def until_told() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


@click.command()
@click.argument("queue", type=click.Choice(QUEUES))
def worker(queue: str) -> None:
    """Run what waits in QUEUE until told to stop; the job at hand is finished first."""
    from app.core.errors import Unavailable
    from jobs.work import work

    try:
        work(current_app._get_current_object(), queue)  # type: ignore[attr-defined]
    except Unavailable as problem:
        raise click.ClickException(str(problem)) from None


@click.command()
def relay() -> None:
    """Hand committed events to their reactions."""
    from app.core.relay import run

    run(current_app.extensions["reactions"], until_told().is_set)


@click.command()
def clock() -> None:
    """Run what is due by time: expiries, sweeps, anchors."""
    from jobs.clock import run

    run(until_told())
