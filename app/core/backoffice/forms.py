"""Forms of the generic pages: native inputs, the person's zone, the shop's words."""

from datetime import UTC, datetime
from typing import Any

from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.form import BaseForm
from flask_admin.model.form import converts
from wtforms import fields, widgets

from app.core.translations import _, _l
from app.core.web.formats import local, zone

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
    known = {"sku": "SKU", "id": _("Number"), "url": _("Address"), "ip": "IP address", "vat": "VAT"}
    return known.get(words, words[:1].upper() + words[1:])


class StaffForm(BaseForm):
    """Base of the generated forms. The CSRF token and the version stand in the page's frame."""

    class Meta:
        locales = ("en",)


class LocalDateTimeField(fields.DateTimeLocalField):
    """A moment, typed in the person's zone and kept in UTC."""

    def __init__(self, label: str | None = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("format", ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
        super().__init__(label, validators, **kwargs)

    def process_data(self, value: datetime | None) -> None:
        self.data = local(value).replace(tzinfo=None) if value is not None else None

    def populate_obj(self, obj: Any, name: str) -> None:
        moment = self.data
        if moment is not None:
            moment = moment.replace(tzinfo=zone()).astimezone(UTC)
        setattr(obj, name, moment)


class NativeConverter(AdminModelConverter):
    """Turns columns into fields that browsers draw and check by themselves."""

    @converts(_l("Date"))
    def convert_date(self, field_args: Any, **extra: Any) -> Any:
        return fields.DateField(**field_args)

    @converts("DateTime")
    def convert_datetime(self, field_args: Any, **extra: Any) -> Any:
        return LocalDateTimeField(**field_args)

    @converts(_l("Time"))
    def convert_time(self, field_args: Any, **extra: Any) -> Any:
        return fields.TimeField(**field_args)

    def _get_label(self, name: str, field_args: Any) -> str:
        return str(field_args.get("label") or self.view.get_column_name(name))

    def convert(self, *args: Any, **kwargs: Any) -> Any:
        """Return the field for a column or relation; selects lose their script's marks."""
        made = super().convert(*args, **kwargs)
        if made is not None and "Select" in made.field_class.__name__:
            multiple = "Multiple" in made.field_class.__name__
            made.kwargs["widget"] = widgets.Select(multiple=multiple)
        return made
