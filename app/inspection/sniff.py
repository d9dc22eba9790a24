"""What a file is by its bytes, whatever its name says."""

import re
import zipfile
from pathlib import Path

from app.inspection import kinds
from app.inspection.kinds import AS_PDF, KINDS, Kind, not_taken
from app.inspection.meshes import stl, threemf
from app.inspection.meshes.zip_directory import check_directory
from app.inspection.refusal import FileRefused, truncated

HEAD = 4096
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}
SVG_START = re.compile(
    rb"^\s*(<\?xml[^>]*\?>\s*)?((<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\])?\s*>|<\?.*?\?>)\s*)*"
    rb"<([a-z]+:)?svg[\s>/]",
    re.DOTALL | re.IGNORECASE,
)
MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"8BPS", "psd"),
)
REFUSED_MAGIC = (
    (b"%!PS", "EPS", AS_PDF),
    (b"\xc5\xd0\xd3\xc6", "EPS", AS_PDF),
    (b"MZ", *kinds.NOT_TAKEN["exe"]),
    (b"\x7fELF", *kinds.NOT_TAKEN["exe"]),
    (b"#!", *kinds.NOT_TAKEN["exe"]),
    (b"Rar!", *kinds.NOT_TAKEN["rar"]),
    (b"7z\xbc\xaf", *kinds.NOT_TAKEN["7z"]),
    (b"\x1f\x8b", "compressed files", "Unpack it and drop the file in it here."),
    (b"GIF8", *kinds.NOT_TAKEN["gif"]),
    (b"BM", *kinds.NOT_TAKEN["bmp"]),
    (b"\xd0\xcf\x11\xe0", "Office documents", AS_PDF),
)


def sniff(path: Path | str, file_name: str) -> Kind:
    """Return the kind of the file at `path`; raise FileRefused where it is none that is taken, or
    not the one that the extension of `file_name` promises."""
    size = Path(path).stat().st_size
    if size == 0:
        raise FileRefused("empty", "The file is empty (0 bytes).")
    with open(path, "rb") as file:
        head = file.read(HEAD)
    found = _by_bytes(Path(path), head, size, kinds.extension(file_name))
    promised = kinds.by_name(file_name)
    if promised is not found:
        ending, said = found.extensions[0], promised.word
        raise FileRefused(
            "mismatch",
            f"The name says {said}, but the file is {found.named}.",
            next_step=f"Rename it so that it ends in .{ending}, or export it again as {said}.",
        )
    return found


def _by_bytes(path: Path, head: bytes, size: int, extension: str) -> Kind:
    for magic, key in MAGIC:
        if head.startswith(magic):
            return KINDS[key]
    if head[4:8] == b"ftyp":
        brands = {head[at : at + 4] for at in range(8, min(int.from_bytes(head[:4]), 512), 4)}
        if brands & AVIF_BRANDS:
            return KINDS["avif"]
        if brands & HEIC_BRANDS:
            return KINDS["heic"]
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return KINDS["webp"]
    if stl.is_text(head) or stl.is_exact(head, size):
        return KINDS["stl"]
    for magic, word, next_step in REFUSED_MAGIC:
        if head.startswith(magic):
            raise not_taken(word, next_step)
    if b"%PDF-" in head[:1024]:
        return KINDS["pdf"]
    if SVG_START.match(head.removeprefix(b"\xef\xbb\xbf")):
        return KINDS["svg"]
    if extension == "stl" and size > 84:
        _check_count(head, size)
        return KINDS["stl"]
    promised = kinds.by_name(f"x.{extension}" if extension else "x")
    # the few bytes that are there could be the beginning of the promised type
    starts = [magic for magic, key in MAGIC if key == promised.key] + [b"%PDF-", b"solid", b"PK"]
    if len(head) < 16 and any(magic.startswith(head) for magic in starts):
        raise truncated(promised.word)
    raise FileRefused(
        "mismatch",
        f"The name says {promised.word}, but the file is something else.",
        next_step=f"Open it, export it again as {promised.word} and upload the new file.",
    )


def _check_count(head: bytes, size: int) -> None:
    """Raise FileRefused where a binary STL holds other triangles than it says. A few bytes behind the
    last one, or a block that is no row of triangles, are left by some programs and belong to nothing."""
    said, held = stl.triangle_count(head), (size - stl.FRONT) // stl.ROW
    behind = size - stl.FRONT - stl.ROW * said
    if behind < 0 or (behind >= stl.ROW and behind % stl.ROW == 0):
        raise FileRefused(
            "truncated" if behind < 0 else "damaged",
            f"The STL model says it has {said:,} triangles, but the file holds {held:,}.",
        )


def _zipped(path: Path) -> Kind:
    """Tell 3MF from office documents and archives by what the package holds."""
    check_directory(path)
    try:
        with zipfile.ZipFile(path) as package:
            names = [entry.filename.lower() for entry in package.infolist()[: threemf.ENTRIES_MAX]]
            model = threemf.model_name(package)
    except threemf.UNREADABLE:
        raise truncated("archive or 3MF model") from None
    if model:
        return KINDS["3mf"]
    if any(name.startswith(("word/", "ppt/", "xl/")) for name in names):
        raise not_taken("Office documents", AS_PDF)
    raise not_taken(*kinds.NOT_TAKEN["zip"])
