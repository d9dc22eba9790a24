"""A section of the shop's settings: declared once as a model, from which page, checks and storage follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from app.core.permissions import permission
from app.core.translations import _l

VIEW = permission("settings.view", _l("View shop settings"), "finance")
EDIT = permission("settings.edit", _l("Edit shop settings"))
EDIT_MONEY = permission("settings.edit_money", _l("Edit bank details and tax settings"), "finance")

SECTIONS: dict[str, type[Section]] = {}


class Section(BaseModel):
    """Base of all sections. Every field has a default; its title is its label, its description the help below it.

    A room declares one by deriving from it in a module that `app.declarations.SETTINGS` names. `key` names it in
    the database and in addresses, and never changes; without a key it is a base for others. `title` and `sentence`
    head its page, `order` is its place among them, `permission` what its form takes. What an older version stored
    stays readable: unknown fields are passed over, and one that no longer fits has its default.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    sentence: ClassVar[str] = ""
    icon: ClassVar[str] = "gear"
    order: ClassVar[int] = 500
    #: Whether it is listed among the settings; what has a page of its own is not.
    is_listed: ClassVar[bool] = True
    permission: ClassVar[str] = EDIT
    #: The template that its page shows below the form, such as what comes of the values.
    more: ClassVar[str] = ""
    #: Field → what returns why it can't be changed any more, "" while it can.
    locks: ClassVar[dict[str, Callable[[], str]]]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Register the section. Raises TypeError for a key that is taken."""
        super().__pydantic_init_subclass__(**kwargs)
        cls.locks = {}
        if not cls.key:
            return
        if cls.key in SECTIONS:
            raise TypeError(f"The settings section {cls.key} is declared twice.")
        SECTIONS[cls.key] = cls

    @classmethod
    def environment(cls) -> Mapping[str, Any]:
        """Return what holds until the section is saved for the first time, as the environment gives it."""
        return {}

    @classmethod
    def lock_field(cls, name: str, reason: Callable[[], str]) -> None:
        """Let a room above say when a field can't be changed any more: `reason` returns why, "" while it can."""
        if name not in cls.model_fields:
            raise TypeError(f"{cls.__name__} has no field {name}.")
        cls.locks[name] = reason

    @classmethod
    def locked(cls) -> dict[str, str]:
        """Return field → why it can't be changed any more, for those that can't."""
        return {name: reason for name, why in cls.locks.items() if (reason := why())}

    @classmethod
    def field_order(cls) -> list[str]:
        """Return the fields in the order in which the form asks for them."""
        return list(cls.model_fields)

    def checked(self) -> Self:
        """Return the section as it is saved. Raises BadInput for what does not fit together, each at its field."""
        return self

    def is_complete(self) -> bool:
        """Return whether the section says what a shop needs to take orders; the set-up guide asks."""
        return True


def ordered_sections() -> list[type[Section]]:
    """Return all sections in the order of their pages."""
    return sorted(SECTIONS.values(), key=lambda section: (section.order, section.key))


def section_title(key: str) -> str:
    """Return what a section is called; its key where it is no more."""
    return str(SECTIONS[key].title) if key in SECTIONS else key
