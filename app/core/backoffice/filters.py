"""Filters of a list: what is set, as chips; what can be set, as small forms. No script needed."""

from dataclasses import dataclass, field
from typing import Any

from app.core.translations import _, _l

OPERATIONS = {
    "equals": "is",
    "not equal": _l("is not"),
    "contains": "contains",
    "not contains": _l("does not contain"),
    "greater than": _l("is more than"),
    "smaller than": _l("is less than"),
    "between": _l("is between"),
    "not between": _l("is not between"),
    "in list": _l("is one of"),
    "not in list": _l("is none of"),
    "empty": _l("is empty"),
}


@dataclass(frozen=True)
class Chip:
    """A filter that is set: its words and the address of the list without it."""

    name: str
    words: str
    remove_url: str


@dataclass
class Offer:
    """A filter that can be set: (argument, operation) pairs, and how its value is typed."""

    name: str
    operations: list[tuple[str, str]] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    input_type: str = "text"


def offers(view: Any) -> list[Offer]:
    """Return the filters that `view` can set, one for each column."""
    found: dict[str, Offer] = {}
    for index, item in enumerate(view._filters or ()):
        name = str(item.name)
        offer = found.setdefault(name, Offer(name))
        operation = str(item.operation())
        words = OPERATIONS.get(operation, operation)
        if operation in {"between", "not between"}:
            continue  # two values in one box: "more than" and "less than" say it better
        offer.operations.append((view.get_filter_arg(index, item), words))
        options = item.get_options(view)
        if options and operation != "empty":
            offer.choices = [(str(key), str(text)) for key, text in options]
        data_type = item.data_type
        if data_type in {"datepicker", "datetimepicker"}:
            offer.input_type = "date" if data_type == "datepicker" else "text"
    return [offer for offer in found.values() if offer.operations]


def chips(view: Any, args: Any) -> list[Chip]:
    """Return the filters that are set in `args` (ViewArgs), each with the way out of it."""
    active = list(args.filters or ())
    result = []
    for index, (number, name, value) in enumerate(active):
        item = view._filters[number]
        operation = str(item.operation())
        options = {str(key): str(text) for key, text in item.get_options(view) or ()}
        words = options.get(str(value), str(value))
        if operation == "empty":
            said = _("is empty") if str(value) == "1" else _("is not empty")
        else:
            said = f"{OPERATIONS.get(operation, operation)} {words}".removeprefix("is ")
        rest = active[:index] + active[index + 1 :]
        url = view._get_list_url(args.clone(filters=rest, page=None))
        result.append(Chip(str(name), said, url))
    return result
