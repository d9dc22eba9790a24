"""Files made for tests: good ones, and each way of being bad."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

POINTS_PER_MM = 72 / 25.4


def a_pdf(
    width_mm: float = 154, height_mm: float = 111, *, pages: int = 1, tint: float = 0.2
) -> bytes:
    """A print PDF in CMYK with 3 mm of bleed."""
    import pikepdf

    pdf = pikepdf.new()
    for _ in range(pages):
        size = (width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM)
        page = pdf.add_blank_page(page_size=size)
        page.Contents = pdf.make_stream(f"0 {tint} 0.4 0 k 0 0 {size[0]} {size[1]} re f".encode())
        bleed = 3 * POINTS_PER_MM
        page.obj.TrimBox = pikepdf.Array([bleed, bleed, size[0] - bleed, size[1] - bleed])
        page.obj.BleedBox = pikepdf.Array([0, 0, *size])
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def a_locked_pdf(*, user: str = "", owner: str = "owner") -> bytes:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user=user, owner=owner))
    return out.getvalue()


def a_pdf_bomb(*, layers: int = 1, unpacked_mb: int = 280) -> bytes:
    """A page whose drawing is nothing but blanks, packed a thousand to one (again and again)."""
    import pikepdf

    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(b" " * 1024 * 1024) for _ in range(unpacked_mb))
    body += packer.flush()
    for _ in range(layers - 1):
        body = zlib.compress(body, 1)
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.Contents = pdf.make_stream(b"")
    names = [pikepdf.Name.FlateDecode] * layers
    page.Contents.write(body, filter=pikepdf.Array(names) if layers > 1 else names[0])
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def a_picture(
    form: str = "PNG", size: tuple[int, int] = (600, 400), mode: str = "RGB", **options: object
) -> bytes:
    """A picture of diagonal colours, so that cutting it is seen."""
    from PIL import Image

    flat = Image.linear_gradient("L").resize(size)
    bands = [flat, flat.rotate(90).resize(size), flat.rotate(180).resize(size), flat]
    picture = flat if mode == "L" else Image.merge(mode, bands[: len(mode)])
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def a_huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises far more."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def a_huge_tiff(width: int, height: int) -> bytes:
    """A one-strip TIFF whose header promises far more than it holds."""
    entries = [
        (256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1),
        (273, 4, 200), (277, 3, 1), (278, 4, height), (279, 4, 16),
    ]  # fmt: skip
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return (b"II*\0" + struct.pack("<I", 8) + directory + b"\0" * 4).ljust(216, b"\0")


def an_svg(
    inside: str = '<rect width="10" height="10"/>', *, before: str = "", **size: str
) -> bytes:
    size = size or {"width": "154mm", "height": "111mm", "viewBox": "0 0 154 111"}
    attributes = " ".join(f'{name}="{value}"' for name, value in size.items())
    return (
        f'<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{inside}</svg>'
    ).encode()


def laughs(depth: int = 8) -> str:
    """The entity that unpacks ten for one, ten times over."""
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth)]
    return f"<!DOCTYPE svg [{''.join(lines)}]>"


CUBE = [
    ((0, 0, 0), (0, 1, 0), (1, 1, 0)), ((0, 0, 0), (1, 1, 0), (1, 0, 0)),
    ((0, 0, 1), (1, 0, 1), (1, 1, 1)), ((0, 0, 1), (1, 1, 1), (0, 1, 1)),
    ((0, 0, 0), (1, 0, 0), (1, 0, 1)), ((0, 0, 0), (1, 0, 1), (0, 0, 1)),
    ((0, 1, 0), (0, 1, 1), (1, 1, 1)), ((0, 1, 0), (1, 1, 1), (1, 1, 0)),
    ((0, 0, 0), (0, 0, 1), (0, 1, 1)), ((0, 0, 0), (0, 1, 1), (0, 1, 0)),
    ((1, 0, 0), (1, 1, 0), (1, 1, 1)), ((1, 0, 0), (1, 1, 1), (1, 0, 1)),
]  # fmt: skip


def an_stl(side: float = 10, triangles: list | None = None) -> bytes:
    """A binary STL, a cube by default."""
    rows = CUBE if triangles is None else triangles
    body = b"".join(
        struct.pack("<12fH", 0, 0, 0, *[side * n for corner in row for n in corner], 0)
        for row in rows
    )
    return b"made for a test".ljust(80, b" ") + struct.pack("<I", len(rows)) + body


def a_text_stl(side: float = 10) -> bytes:
    def facet(row: tuple) -> str:
        corners = "".join(f"vertex {side * x} {side * y} {side * z}\n" for x, y, z in row)
        return f"facet normal 0 0 0\nouter loop\n{corners}endloop\nendfacet\n"

    return f"solid cube\n{''.join(map(facet, CUBE))}endsolid cube\n".encode()


ONE = '<item objectid="1"/>'


def a_3mf(
    unit: str = "millimeter",
    side: float = 10,
    *,
    build: str = "",
    entity: str = "",
    triangles: list | None = None,
) -> bytes:
    """A 3MF with object 1, a cube by default, and object 2 made of two of them side by side."""
    rows = CUBE if triangles is None else triangles
    points = sorted({corner for row in rows for corner in row})
    number = {corner: n for n, corner in enumerate(points)}
    vertices = "".join(
        f'<vertex x="{x * side}" y="{y * side}" z="{z * side}"/>' for x, y, z in points
    )
    faces = "".join(
        '<triangle v1="{}" v2="{}" v3="{}"/>'.format(*[number[corner] for corner in row])
        for row in rows
    )
    return a_package(
        f'<?xml version="1.0"?>{entity}<model unit="{unit}" '
        'xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"><resources>'
        f'<object id="1"><mesh><vertices>{vertices}</vertices><triangles>{faces}</triangles>'
        "</mesh></object>"
        '<object id="2"><components><component objectid="1"/>'
        f'<component objectid="1" transform="1 0 0 0 1 0 0 0 1 {3 * side} 0 0"/></components></object>'
        f"</resources><build>{build or ONE}</build></model>"
    )


def a_package(
    model: str | bytes, name: str = "3D/3dmodel.model", level: int | None = None
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(name, model)
    return out.getvalue()


def a_zip_bomb(unpacked_mb: int = 100) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("3D/3dmodel.model", b" " * unpacked_mb * 1024 * 1024)
    return out.getvalue()
