"""What a proof says and shows: everything the template `papers/proof.html` is filled with."""

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.artwork.proofing.job_data import JobData
from app.artwork.proofing.placing import Page, Placed, Rule, place
from app.artwork.proofing.sheet import Sheet, sheet_for
from app.artwork.proofing.wording import check_wording
from app.catalog.properties import Artwork
from app.core.translations import _, _l
from app.core.web.formats import day, file_size, quantity
from app.inspection.file_facts import FileFacts
from app.inspection.results import StoredPicture
from app.preflight import sizes
from app.preflight.finding import Finding

LINE_MM = 5.6
STATEMENT = _l("I approve this proof. Make it exactly as shown.")
ASK = _l("Check names, dates and spelling carefully. We make exactly what you see.")
Rows = list[tuple[str, str]]


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
    facts: FileFacts
    requirement: Artwork
    findings: Sequence[Finding]
    override: Mapping[str, str] | None
    job: JobData
    pictures: Sequence[StoredPicture]
    shop_name: str
    turntable: StoredPicture | None = None
    logo_key: str = ""


@dataclass(frozen=True)
class Leaf:
    """One sheet in the template: the paper, the picture's name and where it lies (mm as drawn)."""

    on: Sheet
    picture: str
    placed: Placed
    name: str
    words: str

    @property
    def cut(self) -> dict[str, float]:
        """The picture's own box before a quarter turn about its middle (x, y, width, height)."""
        x, y, width, height = (
            side / self.on.scale
            for side in (self.placed.x, self.placed.y, self.placed.width, self.placed.height)
        )
        if self.placed.turned:
            x, y, width, height = x + (width - height) / 2, y + (height - width) / 2, height, width
        return {"x": x, "y": y, "width": width, "height": height}

    @property
    def trim_words(self) -> str:
        """The trim's true size."""
        return millimetres(*self.placed.trim_mm)


def leaves(requirement: Artwork, facts: FileFacts, pictures: Sequence[StoredPicture]) -> list[Leaf]:
    """Return one leaf for each picture, in their order."""
    rule = Rule.of(requirement)
    found = []
    for number, picture in enumerate(pictures, start=1):
        placed = place(rule, Page.of(facts, number, (picture.width_px, picture.height_px)))
        sheet = sheet_for(rule, placed)
        words = placed.words
        if sheet.scale > 1:
            words = _("%(placed)s, drawn at 1:%(scale)s", placed=words, scale=sheet.scale)
        name = page_name(number, len(pictures), is_print=rule.trim_mm is not None)
        found.append(Leaf(sheet, picture.kind, placed, name, words))
    return found


def page_name(number: int, count: int, *, is_print: bool) -> str:
    """Return what a page is called: Front, Back, Page 3, View 2."""
    if not is_print:
        return _("Picture") if count == 1 else _("View %(number)s", number=number)
    return (
        (_("Front"), _("Back"))[number - 1] if count <= 2 else _("Page %(number)s", number=number)
    )


def context(work: ProofWork, sheets: Sequence[Leaf]) -> dict[str, Any]:
    """Return the template's variables. Values are plain text; the template escapes them."""
    job, rule = work.job, Rule.of(work.requirement)
    personalisation = [pair for pair in job.personalisation if pair[1]]
    facts = job_facts(work)
    column = sheets[0].on.column_width if sheets else 0.0
    wording = check_wording(job.wording, work.facts)
    said = [("", sentence) for sentence in wording.warnings + wording.notes]
    used = _lines(facts, column, 1) + _lines(personalisation, column, 1.9) + _lines(said, column, 1)
    if work.turntable is not None:
        used += (column / 2 + 4) / LINE_MM
    # lines of text that the column beside the artwork takes below its heading
    lines_free = (sheets[0].on.height - 20 - 14 - 50) / LINE_MM if sheets else 0
    return {
        "work": work,
        "job": job,
        "shop_name": job.shop_name or work.shop_name,
        "title": job.title or _("Please check"),
        "ask": job.ask or ASK,
        "statement": job.statement or STATEMENT,
        "sheets": sheets,
        "has_trim": rule.trim_mm is not None,
        "bleed_words": millimetres(rule.bleed_mm),
        "safe_words": millimetres(rule.safe_mm),
        "job_facts": facts,
        "make_facts": [*facts, (_("Checked against"), checked_against(work.requirement))],
        "personalisation": personalisation,
        "wording": wording,
        "personal_fits": used <= lines_free,
        "file_facts": [
            *facts_of_file(work.facts, work.file_name, work.size_bytes, work.sha256),
            (_("Sent by"), work.uploaded_by),
            (_("Received"), day(work.received_at, year=True)),
        ],
    }


def _lines(rows: Rows, column_mm: float, height: float) -> float:
    per_line = max(12.0, column_mm / 2.2)
    return sum(math.ceil(max(len(value), 1) / per_line) * height + 0.15 for _, value in rows)


def _filled(rows: Sequence[tuple[str, Any]]) -> Rows:
    return [(term, str(value)) for term, value in rows if value]


def job_facts(work: ProofWork) -> Rows:
    """Return what is made: order, customer, size, pieces, material, options, dates."""
    job = work.job
    sides = Rule.of(work.requirement).trim_mm or work.facts.bbox_mm
    return _filled(
        [
            (_("Order"), job.order_number),
            (_("Customer"), job.customer),
            (_("Pieces"), quantity(job.quantity, job.pieces) if job.quantity else None),
            (_("Size"), millimetres(*sides) if sides else None),
            (_("Volume"), volume(work.facts)),
            (_("Material"), job.material),
            *job.options,
            (_("Needed by"), _date(job.wanted_on)),
            (_("Due"), _date(job.promised_on)),
        ]
    )


def facts_of_file(facts: FileFacts, file_name: str, size_bytes: int, sha256: str) -> Rows:
    """Return what the file is: name, size, pages, their size, resolution, colour, fonts, volume."""
    pages = sizes.pages(facts)
    own, box, dpi = (
        pages[0].size_mm if pages else None,
        facts.bbox_mm,
        facts.image_dpi_min or facts.dpi,
    )
    pixels = fonts = None
    if facts.width_px and facts.height_px:
        pixels = f"{quantity(facts.width_px)} × {quantity(facts.height_px)} px"
    if facts.fonts:
        all_or_not = "embedded" if facts.fonts_embedded else _("not all embedded")
        fonts = f"{len(facts.fonts)}, {all_or_not}"
    spaces = facts.colour_spaces or [facts.colour_space or ""]
    return _filled(
        [
            (_("File"), file_name),
            (_("Size"), file_size(size_bytes)),
            (_("Pages"), facts.pages),
            (_("Page"), millimetres(*own) if own else None),
            (_("Pixels"), pixels),
            (_("Resolution"), f"{dpi:.0f} dpi" if dpi else None),
            (_("Colour"), ", ".join(space.removeprefix("Device") for space in spaces)),
            (_("Fonts"), fonts),
            (_("Bounding box"), millimetres(*box) if box else None),
            (_("Volume"), volume(facts)),
            ("SHA-256", f"{sha256[:12]}…"),
        ]
    )


def volume(facts: FileFacts) -> str | None:
    """Return a closed model's volume in cm³, None where it has none that means something."""
    found = facts.volume_mm3
    return f"{found / 1000:.2f} cm³" if found and facts.watertight else None


def checked_against(requirement: Artwork) -> str:
    """Return the rule of the slot in words."""
    bleed_mm, safe_mm, dpi = requirement.bleed_mm, requirement.safe_mm, requirement.min_dpi
    parts = (
        _("bleed %(bleed_mm)s", bleed_mm=millimetres(bleed_mm)) if bleed_mm else "",
        _("safe %(safe_mm)s", safe_mm=millimetres(safe_mm)) if safe_mm else "",
        _("at least %(dpi)s dpi", dpi=dpi) if dpi else "",
    )
    return ", ".join(filter(None, parts))


def millimetres(*sides: Any) -> str:
    """Return lengths without needless zeros: ``3.5 mm``, ``148 × 105 mm``."""
    return " × ".join(f"{float(side):.2f}".rstrip("0").rstrip(".") for side in sides) + " mm"


def _date(text: str | None) -> str | None:
    """Return a date in words; words stay as they are."""
    try:
        return day(date.fromisoformat(text or ""), year=True)
    except ValueError:
        return text or None
