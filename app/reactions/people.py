"""Between people of the shop and what they asked for before anybody knew who they are."""

from app.accounts.services import resets
from app.core.actor import Actor
from app.core.events import Event


def prepare_reset(event: Event) -> None:
    """staff.reset_asked: whoever has the address that was typed gets a link to choose a password."""
    who = Actor(event.actor_kind, event.actor_id, event.actor_label, event.door)
    resets.prepare_reset(event.subject_id, actor=who)
