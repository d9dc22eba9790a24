"""Gunicorn for pages and API: threads, because most of a request's time is the database's."""

import gc
import os
import resource
from typing import Any

from app.core import silent_database
from app.core.sandbox import hide_memory

hide_memory()  # the environment of the process that looks after the others holds the same secrets
bind = os.environ.get("WEB_BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "app.cli.web.worker.BufferingWorker"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
# Read once and forked: half the time to start, and the workers share its memory. It opens no
# connection before the first request.
preload_app = True


def pre_fork(server: Any, worker: Any) -> None:
    """What was read at the start is never garbage: no collection looks at it again, and its memory
    stays shared. A page takes a sixth less for it."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Watch the database's connections; a thread does not survive a fork."""
    silent_database.watch()


# Connections that are slow cost no thread: what bounds them is how many files a process may open.
MOST_CONNECTIONS = 4000
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
_files = MOST_CONNECTIONS + 1000
if _hard != resource.RLIM_INFINITY:
    _files = min(_files, _hard)
if _soft < _files:
    resource.setrlimit(resource.RLIMIT_NOFILE, (_files, _hard))
worker_connections = max(100, min(MOST_CONNECTIONS, _files - 200))
backlog = 2048

timeout = 60
graceful_timeout = int(os.environ.get("WEB_GRACE_S", "30"))
graceful_timeout += int(float(os.environ.get("WEB_DRAIN_S", "0")))
keepalive = 5
# A worker is replaced now and then, not all at once, so that a slow leak can't fill a machine.
max_requests = 20000
max_requests_jitter = 2000
# Not in the shop's folder: its disk may be slow, and the heartbeat must not wait for it.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # nosec B108
proc_name = "makeready-web"
# Two shops of one user would share its socket in the home folder.
control_socket_disable = True
logger_class = "app.cli.access_log.MaskingLogger"
accesslog = None
errorlog = "-"
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
