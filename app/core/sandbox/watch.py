"""What a task takes that no limit of its own process counts: threads, and files all together."""

import os
from collections.abc import Sequence

THREADS_MAX = 256
ENTRIES_MAX = 20_000
MB = 1024 * 1024


def is_excessive(child: int, folders: Sequence[str], most_mb: int) -> bool:
    """Whether process `child` runs more than 256 threads, or its `folders` hold more than `most_mb` MB or
    20,000 files."""
    return _threads(child) > THREADS_MAX or _holds_more(folders, most_mb * MB)


def _threads(child: int) -> int:
    try:
        with open(f"/proc/{child}/stat", encoding="utf-8", errors="replace") as stat:
            return int(stat.read().rpartition(")")[2].split()[17])
    except (OSError, IndexError):
        return 0  # ended meanwhile


def _holds_more(folders: Sequence[str], most_bytes: int) -> bool:
    size = entries = 0
    left = list(folders)
    while left:
        try:
            with os.scandir(left.pop()) as listed:
                for entry in listed:
                    entries += 1
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
                    else:
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if size > most_bytes or entries > ENTRIES_MAX:
                        return True
        except OSError:
            continue  # removed meanwhile
    return False
