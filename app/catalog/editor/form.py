"""One form of a product or family as it is drawn: what is in it and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.catalog.editor.actions import Sheet
from app.catalog.editor.nodes import Node
from app.catalog.editor.reading import Reading, input_of
from app.catalog.inheritance import Layer
from app.core.backoffice.editing import Difference
from app.core.errors import BadInput, Problem


@dataclass
class PlainField:
    """A field beside the properties: the name, the family. `made_as` is how an empty one is suggested from
    the name: "lower" or "upper"."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    fault: str = ""
    help: str = ""
    reference: str = ""
    made_as: str = ""


@dataclass
class Form:
    """One form. `row` is None where one is created."""

    row: Any
    sheet: Sheet
    plain: list[PlainField]
    layers: list[Layer]
    reading: Reading | None = None
    faults: dict[str, str] = field(default_factory=dict)
    form_faults: list[str] = field(default_factory=list)
    differences: list[Difference] | None = None
    status: int = 200
    #: Of something odd that may be confirmed: what the confirmation sends.
    doubt: str = ""

    def take(self, sent: Mapping[str, str]) -> None:
        """Take what was typed in the fields beside the properties."""
        for one in self.plain:
            one.value = sent.get(one.name, one.value)

    def refuse(self, problem: Problem) -> None:
        """Put each fault at its input; those of no input above the form."""
        self.status = problem.status
        faults = problem.faults if isinstance(problem, BadInput) else {}
        plain = {one.name: one for one in self.plain}
        for name, sentence in (faults or {problem.field or "": str(problem)}).items():
            sentence = f"{sentence[:1].upper()}{sentence[1:]}"
            if name in plain:
                plain[name].fault = sentence
            elif name.startswith("properties.") and self.reading is not None:
                path = name.removeprefix("properties.")
                self.faults.setdefault(input_of(path, self.reading, self.sheet.draft), sentence)
            else:
                self.form_faults.append(sentence)

    def say_unplaced(self, drawn: Iterable[Node]) -> None:
        """Put above the form what is wrong with something that is not drawn."""
        places = set(_paths(drawn))
        for path, sentence in self.faults.items():
            if path not in places and sentence not in self.form_faults:
                self.form_faults.append(sentence)

    def has_faults(self, node: Node) -> bool:
        """Return whether something in a section has to be corrected."""
        return any(one == node.path or one.startswith(f"{node.path}.") for one in self.faults)


def _paths(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield node.path
        yield from _paths([*node.fields, *node.more])
        for row in node.rows:
            yield row.path
            yield from _paths([*row.main, *row.more])
