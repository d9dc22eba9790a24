"""The file types that are taken: one row each. Everything else is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from app.inspection.refusal import FileRefused


@dataclass(frozen=True)
class Kind:
    """A file type.

    `reader` names the module in `facts` and in `previews`; `inline` whether a browser may show the
    original (nothing that can carry script).
    """

    key: str
    word: str
    media_type: str
    extensions: tuple[str, ...]
    reader: str
    inline: bool = False

    @property
    def named(self) -> str:
        """The word with its article: ``an STL model``."""
        return f"{'an' if self.word[:2] in {'ST', 'SV', 'AV'} else 'a'} {self.word}"


KINDS = {
    kind.key: kind
    for kind in (
        Kind("pdf", "PDF document", "application/pdf", ("pdf",), "pdf", inline=True),
        Kind("png", "PNG image", "image/png", ("png",), "raster", inline=True),
        Kind("jpeg", "JPEG image", "image/jpeg", ("jpg", "jpeg", "jpe"), "raster", inline=True),
        Kind("tiff", "TIFF image", "image/tiff", ("tif", "tiff"), "raster"),
        Kind("webp", "WebP image", "image/webp", ("webp",), "raster", inline=True),
        Kind("avif", "AVIF image", "image/avif", ("avif",), "heic", inline=True),
        Kind("heic", "HEIC photo", "image/heic", ("heic", "heif"), "heic"),
        Kind("psd", "Photoshop file", "image/vnd.adobe.photoshop", ("psd", "psb"), "psd"),
        Kind("svg", "SVG drawing", "image/svg+xml", ("svg",), "svg"),
        Kind("stl", "STL model", "model/stl", ("stl",), "mesh"),
        Kind("3mf", "3MF model", "model/3mf", ("3mf",), "mesh"),
    )
}
BY_EXTENSION = {extension: kind for kind in KINDS.values() for extension in kind.extensions}
SHOWN_INLINE = frozenset(kind.media_type for kind in KINDS.values() if kind.inline)

AS_PDF = "Save it as PDF and drop it here again."
AS_MODEL = "Export it as STL or 3MF and drop it here again."
# extensions people try, with the word for them and the way out
NOT_TAKEN = {
    "eps": ("EPS", AS_PDF),
    "ps": ("PostScript", AS_PDF),
    "ai": ("Illustrator files", AS_PDF),
    "indd": ("InDesign files", AS_PDF),
    "cdr": ("CorelDRAW files", AS_PDF),
    "doc": ("Word documents", AS_PDF),
    "docx": ("Word documents", AS_PDF),
    "ppt": ("presentations", AS_PDF),
    "pptx": ("presentations", AS_PDF),
    "svgz": ("compressed SVG", "Save it as plain SVG or PDF and drop it here again."),
    "zip": ("archives", "Unpack it and drop the files in it here one by one."),
    "rar": ("archives", "Unpack it and drop the files in it here one by one."),
    "7z": ("archives", "Unpack it and drop the files in it here one by one."),
    "gif": ("GIF", "Save it as PNG and drop it here again."),
    "bmp": ("BMP", "Save it as PNG and drop it here again."),
    "obj": ("OBJ", AS_MODEL),
    "step": ("STEP", AS_MODEL),
    "stp": ("STEP", AS_MODEL),
    "exe": ("programs", "Send the artwork itself: PDF, PNG, JPEG, TIFF, PSD, SVG, STL or 3MF."),
}
WAY_OUT = "Send PDF, PNG, JPEG, WebP, AVIF, TIFF, PSD, SVG, HEIC, STL or 3MF."


def extension(file_name: str) -> str:
    """Return the last extension in lower case without its dot, empty where there is none."""
    return PurePath(file_name).suffix.lower().lstrip(".")


def not_taken(word: str, next_step: str = WAY_OUT) -> FileRefused:
    """Return the refusal of a type by its word in the plural ("EPS", "archives")."""
    return FileRefused("type", f"We can't take {word}.", next_step=next_step)


def by_name(file_name: str) -> Kind:
    """Return the kind that the extension promises; raise FileRefused for any other extension."""
    found = extension(file_name)
    if found in BY_EXTENSION:
        return BY_EXTENSION[found]
    if found in NOT_TAKEN:
        raise not_taken(*NOT_TAKEN[found])
    said = f"files ending in .{found[:12]}" if found else "files without an extension such as .pdf"
    raise FileRefused("name_type", f"We can't take {said}.", next_step=WAY_OUT)


def listed(keys: Iterable[str]) -> str:
    """Return kinds as a person reads them: ``PDF, PNG or SVG``."""
    words = [key.upper() for key in keys]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""
