"""The live line of a page: where the socket is, the ticket to it, and how a page gets a new one."""

from typing import Any

from flask import Blueprint, Flask, g, jsonify, request

from app.core.actor import Actor
from app.core.realtime import EVERYTHING, ticket
from app.core.settings import current

blueprint = Blueprint("live", __name__)


def actor() -> Actor | None:
    """Return who makes this request, as the sign-in or the link set it in ``g.actor``."""
    found = g.get("actor")
    return found if isinstance(found, Actor) else None


def streams() -> list[Any]:
    """Return what the person of this request may hear of: staff everything and their own account, a
    customer their orders."""
    person = actor()
    if person is None:
        return []
    return [EVERYTHING, person.id] if person.kind == "staff" else sorted(person.streams)


def live_ticket() -> str:
    """Return a short ticket for the socket, for all that the person may hear of."""
    return ticket(streams())


@blueprint.get("/live/ticket")
def fresh_ticket() -> Any:
    """Return a new ticket as JSON: a page that lost its line after ten minutes asks here."""
    mine = streams()
    if not mine:
        from app.core.web.problems import problem_json  # which asks who makes a request

        return problem_json(403, "not_allowed", "There is nothing here that you may follow.")
    return jsonify({"ticket": ticket(mine)})


def chosen_theme() -> str:
    """Return ``light`` or ``dark`` where the person chose one, else an empty string."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in {"light", "dark"} else ""


def init(app: Flask) -> None:
    """Register the ticket's address; give templates the live line, the theme and the person."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        live_url=f"{current().realtime_url}/ws",
        live_ticket=live_ticket,
        live_streams=streams,
        chosen_theme=chosen_theme,
        current_actor=actor,
    )
