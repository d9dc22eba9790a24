"""Gunicorn for WebSockets: one process serves thousands of sockets."""

import os

from app.core.sandbox import hide_memory

hide_memory()  # the environment of the process that looks after the others holds the same secrets
bind = os.environ.get("REALTIME_BIND") or f"127.0.0.1:{os.environ.get('REALTIME_PORT', '8001')}"
worker_class = "asgi"
workers = int(os.environ.get("REALTIME_WORKERS", "1"))
timeout = 60
graceful_timeout = 2
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # nosec B108
proc_name = "makeready-realtime"
# Two shops of one user would share its socket in the home folder.
control_socket_disable = True
logger_class = "app.cli.access_log.MaskingLogger"
accesslog = None
errorlog = "-"
