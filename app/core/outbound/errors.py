"""What can go wrong at the other side: it refused, or nobody knows whether it accepted."""


class AdapterError(Exception):
    """The other side surely did not accept the write. `permanent`: it never will; otherwise it is tried again,
    after `retry_after_s` where the other side named a time."""

    def __init__(self, sentence: str, *, permanent: bool, retry_after_s: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent
        self.retry_after_s = retry_after_s


class OutcomeUnknown(Exception):
    """The write was handed over and its answer got lost, or the other side can't be asked for it."""
