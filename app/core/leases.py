"""Keeps the leases of the deliveries that this process runs: one thread renews them all."""

import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from flask import Flask

from app.core.db import db
from app.core.deliveries import Claim, renew

log = structlog.get_logger(__name__)


@dataclass
class Held:
    """A claim that is being worked on; `renewed_at` is in monotonic seconds."""

    app: Flask
    claim: Claim
    lease_s: int
    renewed_at: float = field(default_factory=time.monotonic)


class Heart:
    """The thread and what it keeps alive; it looks six times within the shortest lease."""

    def __init__(self) -> None:
        self.held: dict[uuid.UUID, Held] = {}
        self.tick_s = 60.0
        self.hurry = threading.Event()
        threading.Thread(target=self.beat, name="leases", daemon=True).start()

    def hold(self, held: Held) -> None:
        self.held[held.claim.delivery_id] = held
        if held.lease_s / 6 < self.tick_s:
            self.tick_s = held.lease_s / 6
            self.hurry.set()

    def beat(self) -> None:
        while True:
            self.hurry.wait(self.tick_s)
            self.hurry.clear()
            for held in list(self.held.values()):
                if time.monotonic() - held.renewed_at >= held.lease_s / 3:
                    self.renew(held)

    def renew(self, held: Held) -> None:
        with held.app.app_context():
            try:
                alive = renew(held.claim, held.lease_s)
                db.session.commit()
            except Exception:
                db.session.rollback()
                log.warning("delivery.heartbeat_failed", delivery=str(held.claim.delivery_id))
                return
        held.renewed_at = time.monotonic()
        if not alive:
            self.held.pop(held.claim.delivery_id, None)


_hearts: list[Heart] = []
_guard = threading.Lock()
os.register_at_fork(after_in_child=_hearts.clear)  # a thread does not survive a fork


@contextmanager
def kept(app: Flask, claim: Claim, lease_s: int) -> Iterator[None]:
    """Renew the lease of `claim` until the block ends."""
    with _guard:
        if not _hearts:
            _hearts.append(Heart())
    heart = _hearts[0]
    heart.hold(Held(app, claim, lease_s))
    try:
        yield
    finally:
        heart.held.pop(claim.delivery_id, None)
