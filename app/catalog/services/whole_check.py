"""Whether properties are whole, asked of thousands of products that share most of theirs."""

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.catalog.inheritance import RawProperties
from app.catalog.properties import Properties


class WholeCheck:
    """Checks merged properties; what several share or have alike is read once."""

    def __init__(self) -> None:
        # by identity: each value is held here, so that no other gets its id
        self._shared: dict[int, tuple[Any, Any]] = {}
        self._alike: dict[tuple[str, str], Any] = {}

    def is_whole(self, merged: RawProperties) -> bool:
        """Return whether `merged` are surely properties that a product on offer may have. Formulas are not
        tried: with them it is not sure."""
        try:
            facets = {name: self._facet(name, value) for name, value in merged.items()}
            terms = Properties.model_validate({**_defaults(), **facets})
        except (ValidationError, KeyError):
            return False
        return not terms.price.formulas

    def _facet(self, name: str, value: Any) -> Any:
        if shared := self._shared.get(id(value)):
            return shared[1]
        key = (name, json.dumps(value))
        if key not in self._alike:
            self._alike[key] = _type_of(name).validate_python(value)
        self._shared[id(value)] = (value, self._alike[key])
        return self._alike[key]


@cache
def _type_of(name: str) -> TypeAdapter[Any]:
    annotation: Any = Properties.model_fields[name].annotation
    return TypeAdapter(annotation)


@cache
def _defaults() -> dict[str, Any]:
    """The defaults as they are: the model would copy each of them for each product."""
    usual = Properties()
    return {name: getattr(usual, name) for name in Properties.model_fields}
