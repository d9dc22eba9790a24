"""Tracking numbers of our own, with a check digit that catches a mistyped figure."""

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
PREFIX, COUNTRY = "MR", "XX"


def check_digit(serial: str) -> int:
    """Return the check digit of eight figures: UPU standard S10, weights 8 6 4 2 3 5 9 7, modulo 11.

    11 minus the remainder; 10 becomes 0 and 11 becomes 5. So a single wrong figure is noticed except
    where the two remainders that give 5 stand for one another.
    """
    total = sum(int(figure) * weight for figure, weight in zip(serial, WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: 0, 11: 5}.get(check, check)


def own_number(sequence: int) -> str:
    """Return the tracking number for `sequence` (below 100 million), such as ``MR100000012XX``.

    The shape is that of S10; the country XX is free for private use in ISO 3166, so no post has it.
    """
    serial = f"{sequence % 10**8:08d}"
    return f"{PREFIX}{serial}{check_digit(serial)}{COUNTRY}"
