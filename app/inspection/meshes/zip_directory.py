"""The table of contents of an archive, measured before anything reads it (PKWARE APPNOTE 6.3.10, 4.3.14 to 4.3.16)."""

import struct
from pathlib import Path

from app.inspection.refusal import FileRefused

MOST_BYTES = 8 * 1024**2  # 5,000 entries of 1,600 bytes
END, LOCATOR, END_64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
END_BYTES, LOCATOR_BYTES, COMMENT_MAX_BYTES = 22, 20, 65_535


def check_directory(path: Path) -> None:
    """Raise FileRefused where the table of contents has more than 8 MB: each of its entries takes memory,
    whether or not it is opened. An archive without a table is for its reader to refuse."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        start = max(0, size - END_BYTES - COMMENT_MAX_BYTES - LOCATOR_BYTES)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(END)
        if at < 0 or len(tail) < at + END_BYTES:
            return
        entries, length = struct.unpack("<HI", tail[at + 10 : at + 16])
        locator = tail[max(at - LOCATOR_BYTES, 0) : at]
        if locator[:4] == LOCATOR:
            file.seek(min(struct.unpack("<Q", locator[8:16])[0], size))
            record = file.read(56)
            if record[:4] == END_64 and len(record) == 56:
                entries, length = struct.unpack("<QQ", record[32:48])
    if length > MOST_BYTES:
        raise FileRefused(
            "bomb",
            f"The archive lists {entries:,} parts; so many are not opened.",
            next_step="Export the model again as 3MF or STL and upload that.",
        )
