"""The search index: rooms declare what of a record is found in ``search.py``, triggers keep it."""

from app.core.search.declarations import SEARCHABLES, Hit, Searchable, Words
from app.core.search.finding import SearchEntry, found_by, narrowed_to, seen_words

__all__ = [
    "SEARCHABLES",
    "Hit",
    "SearchEntry",
    "Searchable",
    "Words",
    "found_by",
    "narrowed_to",
    "seen_words",
]
