"""The set-up guide: its steps, what each lacks, and presets to load by a click."""

from typing import Any

from flask import abort, redirect, request
from flask_admin import expose

from app.backoffice.set_up.steps import STEPS, steps_now
from app.catalog.presets import NAMES, read
from app.core.backoffice.access import BackOfficeView
from app.core.backoffice.row_verbs import perform_or_tell
from app.core.shop import shop
from app.core.shop.guide import Guide
from app.core.shop.section import EDIT
from app.core.shop.verbs import SHOP_SETTINGS, save_section
from app.core.translations import _l
from app.production.verbs import load_shop_preset


class SetUpGuide(BackOfficeView):
    """What an empty shop needs before its first order."""

    name = _l("Set-up guide")
    endpoint = "set_up"
    permission_view = EDIT
    area = _l("Settings")
    menu_icon = "flag"
    menu_order = 1

    @expose("/")
    def index(self) -> Any:
        """All steps, each with what it lacks."""
        return self._show()

    @expose("/skip/<step>", methods=("POST",))
    def skip(self, step: str) -> Any:
        """Skip a step, or take up one that was skipped."""
        if step not in {one.key for one in STEPS}:
            abort(404)
        skipped = set(shop(Guide).skipped) ^ {step}
        return self._save(skipped=sorted(skipped))

    @expose("/close", methods=("POST",))
    def close(self) -> Any:
        """Show the guide on the dashboard no more, or again."""
        return self._save(is_closed=not shop(Guide).is_closed)

    @expose("/load", methods=("POST",))
    def load(self) -> Any:
        """Load one preset and say what is new."""
        name = request.form.get("name", "")
        if name not in NAMES:
            abort(404)
        _told, problem = perform_or_tell(load_shop_preset, None, name=name)
        return self._answer(problem)

    def _save(self, **values: Any) -> Any:
        record = SHOP_SETTINGS.find("guide")
        _told, problem = perform_or_tell(save_section, record, values=values)
        return self._answer(problem)

    def _answer(self, problem: Any) -> Any:
        if problem is not None:
            return self._show(problem), problem.status
        return redirect(self.get_url(".index"), 303)

    def _show(self, problem: Any = None) -> Any:
        steps = steps_now()
        return self.render(
            "backoffice/set_up/page.html",
            steps=steps,
            left=[one for one in steps if one.is_missing],
            presets=[(name, read(name)) for name in NAMES],
            is_closed=shop(Guide).is_closed,
            problem=problem,
        )
