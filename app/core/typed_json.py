"""JSON columns that are read and written through a type, so that no bare dictionary leaves its table."""

from typing import Any

from pydantic import BaseModel, TypeAdapter
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


class TypedJSON(TypeDecorator[Any]):
    """A JSONB column of pydantic models, or lists of one. What a row does not say stays unsaid when
    it is written back, so its hash stays the same."""

    impl = JSONB
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape
        self._validate = TypeAdapter(shape).validate_python

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """Return what the database keeps."""
        return as_json(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Return the typed value; raise ValidationError where the row does not fit the type."""
        return None if value is None else self._validate(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Compare as JSON: with a part of it, or with a plain dictionary."""
        return self.impl_instance.coerce_compared_value(op, value)


def as_json(value: Any) -> Any:
    """Return a model, or a list of models, as JSON holds it; fields that were never set are left out."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True)
    return [as_json(item) for item in value] if isinstance(value, (list, tuple)) else value
