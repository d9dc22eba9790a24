"""The forms of new records: what they call optional is optional."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.backoffice.conftest import Person


def test_no_form_calls_a_field_optional_that_the_record_needs(
    app: Flask, session: Any, catalogue: Any
) -> None:
    owner = Person(app.test_client(), "owner")
    views = [
        view
        for view in app.extensions["backoffice"]._views
        if getattr(view, "create_verb", None) is not None and view.allow_create
    ]
    wrong = []
    for view in views:
        page = owner.get(f"{view.url}/new/")
        assert page.status == 200, view.url
        needed = {
            name
            for name, field in view.create_verb.Input.model_fields.items()
            if field.is_required()
        }
        for label in page.all(".field label"):
            if not label.cssselect(".opt"):
                continue
            (control,) = page.all(f"#{label.get('for')}")
            options = [option.get("value") for option in control.cssselect("option")]
            blank = {"", "__None"} & set(options)  # the second is how a list of rows says none
            is_chosen = bool(options) and not blank and control.get("multiple") is None
            if control.get("name") in needed or is_chosen:
                wrong.append((view.endpoint, control.get("name")))
    assert len(views) > 4
    assert wrong == []
