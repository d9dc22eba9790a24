"""Forms of the generic pages: native inputs, the shop's words."""

from typing import Any

from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.form import BaseForm
from wtforms import widgets

from app.core.translations import _

SUFFIXES = ("_minor", "_id", "_at", "_on", "_bytes")


def label_of(name: str) -> str:
    """Return a column's name as people say it: ``price_minor`` is “Price”, ``created_at`` “Created”."""
    *owners, last = name.split(".")
    if owners and last in {"name", "label", "title", "reference"}:
        last = owners[-1]  # "customer.name" is the customer
    for suffix in SUFFIXES:
        if last.endswith(suffix) and len(last) > len(suffix):
            last = last.removesuffix(suffix)
            break
    words = last.replace("_", " ").strip()
    fixed = {"sku": "SKU", "id": _("Number"), "url": _("Address"), "ip": "IP address", "vat": "VAT"}
    return fixed.get(words, words[:1].upper() + words[1:])


class StaffForm(BaseForm):
    """Base of the generated forms. The CSRF token and the version stand in the page's frame."""

    class Meta:
        locales = ("en",)


class NativeConverter(AdminModelConverter):
    """Turns columns into fields that need no script."""

    def _get_label(self, name: str, field_args: Any) -> str:
        return str(field_args.get("label") or self.view.get_column_name(name))

    def convert(self, *args: Any, **kwargs: Any) -> Any:
        """Return the field for a column or relation; selects lose their script's marks."""
        made = super().convert(*args, **kwargs)
        if made is not None and "Select" in made.field_class.__name__:
            multiple = "Multiple" in made.field_class.__name__
            made.kwargs["widget"] = widgets.Select(multiple=multiple)
        return made
