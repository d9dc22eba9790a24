"""The one table of reactions."""

from __future__ import annotations

from app.core.deliveries import QUEUES
from app.core.lazy import Call
from app.reactions import REACTIONS

STEPS = ("do", "load", "act", "save", "failed", "released")


def test_every_name_in_the_table_leads_to_a_function() -> None:
    for event_name, reactions in REACTIONS.items():
        for reaction in reactions:
            for step in STEPS:
                found = getattr(reaction, step)
                if isinstance(found, Call):
                    assert callable(found.resolve()), (event_name, reaction.name, step)


def test_a_reaction_is_either_one_transaction_or_three_steps() -> None:
    for event_name, reactions in REACTIONS.items():
        for reaction in reactions:
            steps = [reaction.load, reaction.act, reaction.save]
            whole = reaction.do is not None
            assert all(step is None for step in steps) if whole else all(steps), (
                event_name,
                reaction.name,
            )
            assert reaction.queue in QUEUES


def test_an_event_never_has_two_reactions_of_one_name() -> None:
    for event_name, reactions in REACTIONS.items():
        names = [reaction.name for reaction in reactions]
        assert len(names) == len(set(names)), event_name
