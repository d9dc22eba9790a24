"""What stands on a proof: everything the template `papers/proof.html` is filled with."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.artwork.preflight.finding import ReportedFinding
from app.artwork.proofing.job_data import JobData
from app.artwork.proofing.placing import Rule, page_size, place, trim_of
from app.artwork.proofing.sheet import Sheet, sheet_for
from app.catalog.properties import Artwork
from app.core.web.formats import day, file_size, quantity
from app.files.file_facts import FileFacts

SHEETS_MAX = 20
TURNTABLE = "turntable"
LINE_MM = 5.6
FONTS = ("inter-latin.woff2", "inter-latin-ext.woff2")
STATEMENT = "I approve this proof. Make it exactly as shown."
ASK = "Look at names, dates and spelling above all. We make exactly what you see."


@dataclass(frozen=True)
class Picture:
    """A preview of one page: its object in storage and its size in pixels."""

    kind: str
    storage_key: str
    width_px: int
    height_px: int


@dataclass(frozen=True)
class ProofWork:
    """Everything a proof is made from, read from the database beforehand."""

    slot_id: uuid.UUID
    version_id: uuid.UUID
    number: int
    label: str
    file_name: str
    uploaded_by: str
    received_at: datetime
    sha256: str
    size_bytes: int
    media_type: str
    facts: FileFacts
    requirement: Artwork
    findings: Sequence[ReportedFinding]
    override: Mapping[str, str] | None
    job: JobData
    pictures: Sequence[Picture]
    shop_name: str
    turntable: Picture | None = None


@dataclass(frozen=True)
class Leaf:
    """One sheet in the template: paper, picture and where it lies from the trim (mm as drawn)."""

    on: Sheet
    picture: str
    x: float
    y: float
    width: float
    height: float
    window: float
    name: str
    words: str
    trim_words: str
    turned: bool

    @property
    def cut(self) -> dict[str, float]:
        """The picture's own box before a quarter turn about its middle (x, y, width, height)."""
        if not self.turned:
            return {"x": self.x, "y": self.y, "width": self.width, "height": self.height}
        x = self.x + (self.width - self.height) / 2
        y = self.y + (self.height - self.width) / 2
        return {"x": x, "y": y, "width": self.height, "height": self.width}


def leaves(requirement: Artwork, facts: FileFacts, pictures: Sequence[Picture]) -> list[Leaf]:
    """Return one leaf for each picture, at most 20."""
    rule = Rule.of(requirement)
    shown = pictures[:SHEETS_MAX]
    made = []
    for number, picture in enumerate(shown, start=1):
        placed = place(
            rule,
            page_size(facts, number),
            (picture.width_px, picture.height_px),
            own_trim_mm=trim_of(facts, number),
        )
        sheet = sheet_for(rule, placed)
        words = placed.words
        if sheet.scale > 1:
            words = f"shown at 1:{sheet.scale}"
        width, height = placed.trim_mm
        made.append(
            Leaf(
                on=sheet,
                picture=picture_name(number),
                x=placed.x / sheet.scale,
                y=placed.y / sheet.scale,
                width=placed.width / sheet.scale,
                height=placed.height / sheet.scale,
                window=max(sheet.bleed, 0.0),
                name=page_name(number, len(shown), is_print=rule.trim_mm is not None),
                words=words,
                trim_words=f"{millimetres(width)} × {millimetres(height)} mm",
                turned=placed.turned,
            )
        )
    return made


def picture_name(number: int) -> str:
    """Return the name under which the template asks for picture `number`."""
    return f"page-{number}"


def page_name(number: int, count: int, *, is_print: bool) -> str:
    """Return what a page is called: Front, Back, Page 3, View 2."""
    if not is_print:
        return "Picture" if count == 1 else f"View {number}"
    if count <= 2:
        return ("Front", "Back")[number - 1]
    return f"Page {number}"


def context(work: ProofWork, sheets: Sequence[Leaf]) -> dict[str, Any]:
    """Return the template's variables. Values are plain text; the template escapes them."""
    job = work.job
    rule = Rule.of(work.requirement)
    personalisation = [pair for pair in job.personalisation if pair[1]]
    facts = job_facts(work)
    column = sheets[0].on.column_width if sheets else 0.0
    used = _lines(facts, column, 1) + _lines(personalisation, column, 1.9)
    if work.turntable is not None:
        used += (column / 2 + 4) / LINE_MM
    return {
        "shop_name": job.shop_name or work.shop_name,
        "order_number": job.order_number,
        "product": job.product,
        "title": job.title or "Is this right?",
        "ask": job.ask or ASK,
        "statement": job.statement or STATEMENT,
        "label": work.label,
        "version": work.number,
        "file_name": work.file_name,
        "sha256": work.sha256,
        "sheets": sheets,
        "turntable": TURNTABLE if work.turntable else "",
        "has_trim": rule.trim_mm is not None,
        "bleed_words": f"{millimetres(rule.bleed_mm)} mm",
        "safe_words": f"{millimetres(rule.safe_mm)} mm",
        "job_facts": facts,
        "make_facts": [*facts, ("Checked against", checked_against(work.requirement))],
        "personalisation": personalisation,
        "personal_fits": used <= (_room(sheets[0].on) if sheets else 0),
        "file_facts": file_facts(work),
        "findings": [finding(row) for row in work.findings],
        "override": work.override,
    }


def _room(sheet: Sheet) -> float:
    """Return how many lines of text the column beside the artwork takes below its heading."""
    return (sheet.height - 20 - 14 - 50) / LINE_MM


def _lines(rows: Sequence[tuple[str, str]], column_mm: float, height: float) -> float:
    per_line = max(12.0, column_mm / 2.2)
    return sum(math.ceil(max(len(value), 1) / per_line) * height + 0.15 for _, value in rows)


def job_facts(work: ProofWork) -> list[tuple[str, str]]:
    """Return what is made: order, customer, size, pieces, material, options, dates."""
    job = work.job
    rule = Rule.of(work.requirement)
    size = None
    if rule.trim_mm is not None:
        size = f"{millimetres(rule.trim_mm[0])} × {millimetres(rule.trim_mm[1])} mm"
    elif work.facts.bbox_mm:
        size = " × ".join(millimetres(side) for side in work.facts.bbox_mm) + " mm"
    pieces = job.quantity
    rows: list[tuple[str, Any]] = [
        ("Order", job.order_number),
        ("Customer", job.customer),
        ("Pieces", quantity(pieces, job.pieces) if pieces else None),
        ("Size", size),
        ("Volume", volume(work.facts)),
        ("Material", job.material),
        *job.options,
        ("Wanted on", _date(job.wanted_on)),
        ("Promised for", _date(job.promised_on)),
    ]
    return [(term, str(value)) for term, value in rows if value]


def file_facts(work: ProofWork) -> list[tuple[str, str]]:
    """Return what the proof says of the file, with its sender and when it came."""
    rows = facts_of_file(
        work.facts, file_name=work.file_name, size_bytes=work.size_bytes, sha256=work.sha256
    )
    received = day(work.received_at, year=True)
    return [*rows, ("Sent by", work.uploaded_by), ("Received", received)]


def facts_of_file(
    facts: FileFacts, *, file_name: str, size_bytes: int, sha256: str
) -> list[tuple[str, str]]:
    """Return what the file is: name, size, pages, their size, resolution, colour, fonts, volume."""
    own = page_size(facts, 1)
    dpi = facts.image_dpi_min or facts.dpi
    pixels = None
    if facts.width_px and facts.height_px:
        pixels = f"{quantity(facts.width_px)} × {quantity(facts.height_px)} px"
    spaces = facts.colour_spaces or [facts.colour_space or ""]
    box = facts.bbox_mm
    rows: list[tuple[str, Any]] = [
        ("File", file_name),
        ("Size", file_size(size_bytes)),
        ("Pages", facts.pages),
        ("Page", f"{millimetres(own[0])} × {millimetres(own[1])} mm" if own else None),
        ("Pixels", pixels),
        ("Resolution", f"{dpi:.0f} dpi" if dpi else None),
        ("Colour", ", ".join(space.removeprefix("Device") for space in spaces)),
        ("Fonts", _fonts(facts)),
        ("Box", " × ".join(millimetres(side) for side in box) + " mm" if box else None),
        ("Volume", volume(facts)),
        ("SHA-256", f"{sha256[:12]}…"),
    ]
    return [(term, str(value)) for term, value in rows if value]


def volume(facts: FileFacts) -> str | None:
    """Return a closed model's volume in cm³, None where it has none that means something."""
    found = facts.volume_mm3
    return f"{found / 1000:.2f} cm³" if found and facts.watertight else None


def _fonts(facts: FileFacts) -> str | None:
    if not facts.fonts:
        return None
    return f"{len(facts.fonts)}, {'embedded' if facts.fonts_embedded else 'not all embedded'}"


SORTS = {"fault": "Fault", "warning": "Note", "passed": "Passed"}


def finding(row: ReportedFinding) -> dict[str, str]:
    """Return one row of the table of findings: sort, word, title, found, wanted, more, page."""
    return {
        "sort": row.severity,
        "word": SORTS[row.severity],
        "title": row.title,
        "found": row.found,
        "wanted": row.wanted,
        "more": row.advice,
        "page": str(row.page or ""),
    }


def checked_against(requirement: Artwork) -> str:
    """Return the rule of the slot in words."""
    rule = Rule.of(requirement)
    dpi = requirement.min_dpi
    parts = [
        f"bleed {millimetres(rule.bleed_mm)} mm" if rule.bleed_mm else "",
        f"safe {millimetres(rule.safe_mm)} mm" if rule.safe_mm else "",
        f"at least {dpi} dpi" if dpi else "",
    ]
    return ", ".join(part for part in parts if part)


def millimetres(value: Any) -> str:
    """Return a length without needless zeros: 105, 3.5."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _date(value: Any) -> str | None:
    """Return a date in words; words stay as they are."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return str(value) or None
    return day(value, year=True) if value else None


def pictures(work: ProofWork) -> dict[str, str]:
    """Return the pictures the template asks for: name → key in storage."""
    found = {
        picture_name(number): picture.storage_key
        for number, picture in enumerate(work.pictures[:SHEETS_MAX], start=1)
    }
    return found | ({TURNTABLE: work.turntable.storage_key} if work.turntable else {})


def fonts(static_folder: Path) -> dict[str, bytes]:
    """Return the typefaces of the paper by the names the template asks for."""
    return {name: (static_folder / "fonts" / name).read_bytes() for name in FONTS}
