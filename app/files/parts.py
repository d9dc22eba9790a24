"""How a file is cut into parts for S3's multipart upload, and what is refused before it starts."""

from app.core.translations import _
from app.inspection.kinds import by_name, listed
from app.inspection.refusal import FileRefused

MIB = 1024 * 1024
PART_BYTES = 8 * MIB  # S3 wants 5 MiB or more for all parts but the last
PARTS_MAX = 1000  # S3 allows 10,000; a plan of that length is a burden to sign and to list


def part_size_bytes(size_bytes: int) -> int:
    """Return how large each part of a file is but the last: 8 MiB, more where that makes over 1,000."""
    return max(PART_BYTES, -(-size_bytes // (PARTS_MAX * MIB)) * MIB)


def count_parts(size_bytes: int, each_bytes: int) -> int:
    """Return into how many parts of `each_bytes` a file is cut; they are numbered from 1."""
    return max(1, -(-size_bytes // each_bytes))


def size_words(size_bytes: int) -> str:
    """Return a size as people say it: ``4.2 GB``, ``310 MB``, ``12 KB`` (powers of 1,024)."""
    for unit, bytes_each in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if size_bytes >= bytes_each:
            amount = size_bytes / bytes_each
            return f"{amount:.1f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{size_bytes} bytes"


def refuse_early(
    file_name: str, size_bytes: int, largest_bytes: int, accept: tuple[str, ...] = ()
) -> None:
    """Raise FileRefused for what the name and the size alone rule out.

    `accept` are kinds (keys of `app.inspection.kinds.KINDS`) that the product takes; empty for all.
    """
    kind = by_name(file_name)
    if accept and kind.key not in accept:
        raise FileRefused(
            "type",
            _("This product does not take %(kind)ss.", kind=kind.word),
            next_step=_("Send %(kinds)s.", kinds=listed(accept)),
        )
    if size_bytes <= 0:
        raise FileRefused("empty", _("The file is empty (0 bytes)."))
    if size_bytes > largest_bytes:
        raise FileRefused(
            "too_large",
            _(
                "The file is %(size)s; we take up to %(most)s.",
                size=size_words(size_bytes),
                most=size_words(largest_bytes),
            ),
            next_step=_("Flatten it or save it with compression, and upload that."),
        )
