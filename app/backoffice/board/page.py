"""The job board: every job in the column of its state, moving as it happens."""

from typing import Any

from flask import render_template, request
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import select

from app.backoffice import not_modified, pictures
from app.backoffice.board import lanes, new_requests
from app.backoffice.board.filters import BoardFilters
from app.backoffice.dashboard.late_jobs import blocked_by
from app.core.backoffice.access import BackOfficeView
from app.core.db import db
from app.core.translations import _l
from app.core.web.formats import due_words, span
from app.customers.models import Customer
from app.orders.models import Order
from app.production.models import Job, WorkCentre
from app.production.states import ENDED

MOST_CUSTOMERS = 100
MOST_JOBS = 500
PER_LANE = 20


class Board(BackOfficeView):
    """Columns by state, a strip of orders that are no jobs yet, filters; both move live."""

    name = _l("Job board")
    endpoint = "board"
    permission_view = "job.view"
    area = _l("Today")
    menu_icon = "board"
    menu_order = 10

    @expose("/")
    def index(self) -> Any:
        """The whole board."""
        filters = BoardFilters.model_validate(request.args.to_dict())
        parts = self._parts(filters)
        return self.render(
            "backoffice/board/page.html",
            filters=filters,
            customers=customers_with_jobs(filters),
            centres=db.session.scalars(select(WorkCentre).order_by(WorkCentre.name)).all(),
            parts=parts,
            seen=not_modified.mark(_together(parts)),
        )

    @expose("/live")
    def live(self) -> Any:
        """What changes: the columns, and the strip and the sentence beside them; 204 if nothing did."""
        return not_modified.unless_seen(
            _together(self._parts(BoardFilters.model_validate(request.args.to_dict())))
        )

    def _parts(self, filters: BoardFilters) -> dict[str, Markup]:
        shown = lanes.read(filters, per_lane=PER_LANE)
        cards = [card for lane in shown for card in lane.cards]
        known = {
            "lanes": shown,
            "columns": new_requests.columns(filters) if self.may("order.view") else (),
            "pictures": pictures.of_slots(card.artwork_slot_id for card in cards),
            "filters": filters,
            "span": span,
            "due_words": due_words,
            "blocked_by": blocked_by,
        }
        names = {"lanes": "lanes", "new-requests": "new_requests", "sentence": "sentence"}
        return {
            part: Markup(render_template(f"backoffice/board/{name}.html", **known))  # nosec B704
            for part, name in names.items()
        }


def _together(parts: dict[str, Markup]) -> str:
    beside = {"new-requests": "div", "sentence": "p"}
    return parts["lanes"] + Markup().join(
        Markup('<{0} id="board-{1}" hx-swap-oob="innerHTML">{2}</{0}>').format(
            tag, part, parts[part]
        )
        for part, tag in beside.items()
    )


def customers_with_jobs(filters: BoardFilters) -> list[Customer]:
    """Return the customers to choose from: those of the open jobs due first, and the one chosen."""
    living = select(Job.order_id).where(Job.state.not_in(ENDED)).order_by(Job.due_on, Job.serial)
    due_first = living.limit(MOST_JOBS).subquery()
    wanted: Any = Customer.id.in_(
        select(Order.customer_id).join(due_first, due_first.c.order_id == Order.id)
    )
    if filters.customer:
        wanted |= Customer.id == filters.customer
    query = select(Customer).where(wanted).order_by(Customer.name, Customer.id)
    return list(db.session.scalars(query.limit(MOST_CUSTOMERS)))
