"""Constraints: choices of two options that can't be ordered together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from app.catalog.properties.options import Option
from app.catalog.properties.part import Key, Part, applies
from app.core.translations import _, _l

#: So many half-made configurations are tried before one is taken to exist.
MOST_TRIED = 20_000
MESSAGE_MAX = 300


class Constraint(Part):
    """A rule between options: where the choices meet `when`, that of `option` must be one of `choices`
    (or, with ``rule="none_of"``, must not). `message` is said in place of our own sentence.
    """

    key: Key
    when: dict[str, list[str]] = Field(min_length=1, title=_l("If"))
    option: Key = Field(title=_l("Then"))
    rule: Literal["one_of", "none_of"] = Field(default="one_of", title=_l("Rule"))
    choices: list[str] = Field(min_length=1, title=_l("Choices"))
    message: str = Field(default="", max_length=MESSAGE_MAX, title=_l("Message"))

    def allows(self, choice: str) -> bool:
        """Return whether `choice` of the option is offered where `when` is met; "" is no choice."""
        return (choice in self.choices) == (self.rule == "one_of")

    def is_met(self, options: Mapping[str, str]) -> bool:
        """Return whether a configuration keeps to this rule."""
        return not applies(self.when, options) or self.allows(options.get(self.option, ""))

    def explain(self, options: Sequence[Option], chosen: Mapping[str, str]) -> str:
        """Return the sentence for a configuration that breaks the rule: both sides, and the way out."""
        named = {option.key: option for option in options}
        other = named[self.option]
        first = [named[key] for key in self.when]
        made = _(" and ").join(_label(option, chosen.get(option.key, "")) for option in first)
        picked = other.choice(chosen.get(other.key, ""))
        if self.message:
            why = self.message
        elif self.rule == "one_of":
            offered = _(" or ").join(_label(other, key) for key in self.choices)
            why = _("%(made)s is only offered on %(offered)s.", made=made, offered=offered)
        else:
            label = picked.label if picked else other.label.lower()
            why = _("%(made)s is not offered on %(label)s.", made=made, label=label)
        ways = [_another(other, is_chosen=picked is not None), *(map(_another, first))]
        return f"{why} {_('Choose %(ways)s.', ways=_(' or ').join(ways))}"


def _label(option: Option, key: str) -> str:
    choice = option.choice(key)
    return choice.label if choice else key


def _another(option: Option, *, is_chosen: bool = True) -> str:
    label = option.label.lower()
    if not is_chosen:
        return _("the %(label)s", label=label)
    if option.required:
        return _("another %(label)s", label=label)
    return _("no %(label)s", label=label)


def broken(constraints: Iterable[Constraint], options: Mapping[str, str]) -> list[Constraint]:
    """Return the rules that a configuration breaks."""
    return [one for one in constraints if not one.is_met(options)]


def clashing(
    options: Sequence[Option], constraints: Sequence[Constraint], made: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """Return (option, choice) → the label of what it does not go with, for choices that the others rule out."""
    found = {}
    for option in options:
        about = [one for one in constraints if option.key in (one.option, *one.when)]
        for choice in option.choices if about else ():
            for rule in broken(about, dict(made) | {option.key: choice.key}):
                others = [key for key in (*rule.when, rule.option) if key != option.key]
                if all(made.get(key) for key in others):
                    named = [_label(one, made[one.key]) for one in options if one.key in others]
                    found[option.key, choice.key] = ", ".join(named)
    return found


def usual_choices(
    options: Sequence[Option], constraints: Sequence[Constraint]
) -> dict[str, str] | None:
    """Return the first choices, of required options alone, that keep to all rules; None where none do.

    Only options that rules name are tried in other combinations than the first.
    """
    named = {one.option for one in constraints} | {key for one in constraints for key in one.when}
    asked = [option for option in options if option.key in named]
    tried = 0

    def complete(place: int, made: dict[str, str]) -> dict[str, str] | None:
        nonlocal tried
        tried += 1
        if tried > MOST_TRIED or place == len(asked):
            return made
        option = asked[place]
        done = {one.key for one in asked[: place + 1]}
        decided = [one for one in constraints if {one.option, *one.when} <= done]
        choices = [choice.key for choice in option.choices]
        for answer in choices if option.required else ["", *choices]:
            further = made | {option.key: answer}
            if not broken(decided, further) and (found := complete(place + 1, further)) is not None:
                return found
        return None

    found = complete(0, {})
    if found is None:
        return None
    first = {one.key: one.choices[0].key for one in options if one.required and one.choices}
    return {key: choice for key, choice in (first | found).items() if choice}
