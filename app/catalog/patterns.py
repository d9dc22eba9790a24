"""Patterns that staff write and customers' text must match.

Python's own engine can be kept busy for ever by ``(a|a)*b`` and a long word. The one used here has
a clock, and where it runs out the word is refused.
"""

import structlog

log = structlog.get_logger(__name__)
LONGEST = 500
MOST_S = 0.25


def check_pattern(pattern: str) -> None:
    """Raise ValueError with a sentence where `pattern` can't be read or is longer than 500 signs."""
    import regex

    if len(pattern) > LONGEST:
        raise ValueError(f"the pattern is longer than {LONGEST} signs")
    try:
        regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"the pattern can't be read: {error}") from None


def fits(pattern: str, text: str) -> bool:
    """Return whether the whole of `text` has the form `pattern`; False where that takes too long."""
    import regex

    try:
        return regex.fullmatch(pattern, text, timeout=MOST_S) is not None
    except TimeoutError:
        log.warning("pattern.too_slow", pattern=pattern, length=len(text))
        return False
