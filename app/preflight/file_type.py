"""The product takes this type of file."""

from app.inspection import kinds
from app.preflight.finding import Artwork, FileFacts, Findings, fail, good

ORDER = 10
KINDS = frozenset(kinds.KINDS)


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Compare with the product's list; an empty list takes every type."""
    accept = requirement.accept
    kind = kinds.KINDS[facts.kind]
    actual, target = kind.key.upper(), kinds.listed(accept)
    if not accept or kind.key in accept:
        yield good(f"The file is {kind.named}.", actual=actual, target=target)
        return
    yield fail(
        f"The file is {kind.named}; this product takes {target}.",
        next_step=f"Send {target}.",
        actual=actual,
        target=target,
    )
