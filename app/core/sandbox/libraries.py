"""What of this machine a task may read beside its own files: Python, its packages, our code, libraries."""

import os
import sys
from functools import cache

# shared libraries, what finds them, time zones, and a source of chance
SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/dev/urandom",
)
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))


@cache
def readable_places(task: str) -> tuple[str, ...]:
    """Return the paths that ``module:function`` needs to run. Of the checkout it is the package that holds the
    task, and `app`: settings, repository and stored data lie beside them."""
    packages = {"app", task.partition(".")[0]}
    wanted = [
        *(os.path.join(ROOT, package) for package in sorted(packages)),
        *(place for place in sys.path if place and os.path.abspath(place) != ROOT),
        *os.environ.get("LD_LIBRARY_PATH", "").split(":"),
        *SYSTEM,
    ]
    return tuple(place for place in wanted if place not in {"", "/"} and os.path.exists(place))
