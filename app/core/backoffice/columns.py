"""The columns and filters of a list, each declared once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_admin.contrib.sqla.filters import BaseSQLAFilter, FilterEqual
from markupsafe import Markup

from app.core.translations import _l


@dataclass(frozen=True)
class Column:
    """A column of a list, of its details and of its export.

    `label` is the heading, by default the attribute's name in words; `phone` the class that places
    it in stacked tables. A cell shows what `show` returns of the row, else what `words` has for
    the value, else the value. `export` returns the bare value; by default it is the row's own or,
    where the row has none, what is shown. `ahead` reads what the cells of many rows need. Whoever lacks
    `permission` meets the column nowhere: not in the list, the details, the order of rows or an export.
    """

    name: str
    label: str = ""
    phone: str = "wide"
    show: Callable[[Any], Any] | None = None
    export: Callable[[Any], Any] | None = None
    words: Mapping[str, Any] | None = None
    ahead: Callable[[Sequence[Any]], None] | None = None
    is_sortable: bool = False
    is_number: bool = False
    hidden_when_empty: bool = False
    permission: str = ""


class ConditionFilter(BaseSQLAFilter):
    """A filter that adds `condition(value)` to the list's query."""

    def __init__(
        self,
        column: Any,
        name: str,
        condition: Callable[[str], Any],
        word: str = "contains",
        options: Any = None,
    ) -> None:
        super().__init__(column, name, options)
        self.condition, self.word = condition, word

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Narrow `query` by the condition."""
        return query.filter(self.condition(value))

    def operation(self) -> str:
        return self.word


def yes_no_filter(column: Any, name: str, condition: Any) -> ConditionFilter:
    """Return a filter for the rows that meet `condition`, or for all others."""
    options = [("1", _l("Yes")), ("0", _l("No"))]
    return ConditionFilter(
        column, name, lambda value: condition if value == "1" else ~condition, "equals", options
    )


def choice_filter(column: Any, name: str, words: Mapping[str, Any]) -> FilterEqual:
    """Return a filter by one of the values that `words` names."""
    return FilterEqual(column, name, options=list(words.items()))


def page_link(text: Any, endpoint: str, **values: Any) -> Markup:
    """Return `text` as a link to the page at `endpoint`."""
    return Markup('<a href="%s">%s</a>') % (url_for(endpoint, **values), text)


def ref_link(ref: Any, endpoint: str, **values: Any) -> Markup:
    """Return the number `ref` as a link to the page of its record at `endpoint`."""
    url = url_for(endpoint, **(values or {"ref": ref}))
    return Markup('<a class="ref" href="%s">%s</a>') % (url, ref)
