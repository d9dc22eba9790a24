"""What can go wrong with a request. Services raise these; entry points answer with sentence and `status`."""


class Problem(Exception):
    """Something a person can act on: what is wrong, what to do next, and which input it is about."""

    status, code = 400, "problem"

    def __init__(self, sentence: str, *, next_step: str = "", field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_step = next_step
        self.field = field

    def members(self) -> dict[str, object]:
        """Return what a program is told besides: further members of the problem in JSON."""
        return {}

    def __str__(self) -> str:
        return f"{self.sentence} {self.next_step}".strip()


class NotFound(Problem):
    """There is no such thing, or not for this person."""

    status, code = 404, "not_found"


class NotAllowed(Problem):
    """This person may not do that."""

    status, code = 403, "not_allowed"


class WrongState(Problem):
    """The thing is not in a state where this can be done."""

    status, code = 409, "wrong_state"


class AlreadyDone(WrongState):
    """The same was done before; nothing was changed by this second time."""

    code = "already_done"


class Stale(Problem):
    """Someone else changed the thing since this person looked at it."""

    status, code = 409, "stale"


class BadInput(Problem):
    """A value that a person gave cannot be used; `field` names it, `faults` all that are wrong."""

    status, code = 422, "bad_input"

    def __init__(
        self,
        sentence: str,
        *,
        next_step: str = "",
        field: str | None = None,
        faults: dict[str, str] | None = None,
    ) -> None:
        super().__init__(sentence, next_step=next_step, field=field)
        self.faults = faults or ({field: str(self)} if field else {})

    def members(self) -> dict[str, object]:
        """Return every fault by its field, where there are several."""
        return {"faults": self.faults} if len(self.faults) > 1 else {}


class Refused(Problem):
    """A file cannot be taken."""

    status, code = 422, "refused"


class Unavailable(Problem):
    """A part outside (storage, carrier, mail) does not answer now."""

    status, code = 503, "unavailable"
