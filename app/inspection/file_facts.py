"""What was measured of a file: the facts that preflight, prices and papers are made from."""

from pydantic import BaseModel, ConfigDict

Size = tuple[float, float]
Box = tuple[float, float, float]


class _Measured(BaseModel):
    """Facts are written once by the sandbox; those that nobody reads yet are kept beside the others."""

    model_config = ConfigDict(frozen=True, extra="allow")


class PageFacts(_Measured):
    """One page: its number from 1, its boxes in mm as the page is seen, and the smallest margin between
    trim and bleed. Corners (``at``) are measured from the MediaBox's left top corner."""

    number: int = 0
    media_mm: Size
    crop_mm: Size | None = None
    crop_at_mm: Size | None = None
    trim_mm: Size | None = None
    trim_at_mm: Size | None = None
    bleed_box_mm: Size | None = None
    bleed_at_mm: Size | None = None
    bleed_mm: float | None = None
    print_mm: Size | None = None
    print_at_mm: Size | None = None

    @property
    def size_mm(self) -> Size:
        """The size of the page by its TrimBox, else its CropBox, else its MediaBox."""
        return self.trim_mm or self.crop_mm or self.media_mm

    @property
    def at_mm(self) -> Size:
        """Where the page of `size_mm` begins, measured from the MediaBox's left top corner."""
        return (self.trim_at_mm if self.trim_mm else self.crop_at_mm) or (0.0, 0.0)


class FontFacts(_Measured):
    """A font that the file uses, and whether the file carries it."""

    name: str
    embedded: bool


class FileFacts(_Measured):
    """The facts of one file of any kind; None or empty where its kind has no such measure.

    `volume_mm3` means something only where the surface is `watertight`. `turned` is the EXIF
    orientation.
    """

    kind: str = ""
    pages: int | None = None

    # documents
    encrypted: bool = False
    page_facts: list[PageFacts] = []
    annotations_printed: int = 0
    annotations_unprinted: int = 0
    annotations_unprinted_page: int | None = None
    fonts: list[FontFacts] = []
    fonts_embedded: bool | None = None
    images: int | None = None
    image_dpi_min: float | None = None
    image_dpi_min_page: int | None = None

    # pictures and drawings
    width_px: int | None = None
    height_px: int | None = None
    width_mm: float | None = None
    height_mm: float | None = None
    dpi: float | None = None
    turned: int | None = None
    colour_space: str | None = None
    colour_spaces: list[str] = []
    transparency: bool = False
    text: bool = False
    text_layer: str = ""
    text_unsafe: str = ""

    # models
    triangles: int = 0
    bbox_mm: Box | None = None
    volume_mm3: float | None = None
    area_mm2: float | None = None
    inside_out: bool = False
    mixed_facing: bool = False
    watertight: bool | None = None
    open_edges: int = 0
    shared_edges: int = 0
    bodies: int = 1
    degenerate: int = 0
