"""Values as JSON holds them, and one text form of them, so that a hash can be made again later."""

import hashlib
import json
import math
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel


def readable(text: str) -> str:
    """Return `text` without what Postgres can't keep: no NUL, and U+FFFD for half a surrogate."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def plain(value: Any) -> Any:
    """Return `value` as JSON can hold it and jsonb gives it back: ids, dates and decimals as text, 2.0 as 2,
    numbers that JSON has not (infinity) as text, models as dicts."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json", exclude_unset=True))
    if isinstance(value, dict):
        return {readable(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (uuid.UUID, Decimal)):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return int(value) if value.is_integer() else value
    if isinstance(value, str):
        return readable(value)
    return value


def moment_text(moment: datetime) -> str:
    """Return a time in UTC to the microsecond, as Postgres keeps it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


#: Returns the canonical JSON of a value: keys sorted, no spaces.
canonical_text = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def sha256_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 over the canonical JSON of `content` in UTF-8."""
    return hashlib.sha256(canonical_text(content).encode("utf-8", "surrogatepass")).hexdigest()
