"""Small files that ask for very much: what they unpack to grows with every level, or with one number."""

from __future__ import annotations

from tests.files.sample_files import a_package

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
ONE_TRIANGLE = (
    '<mesh><vertices><vertex x="0" y="0" z="0"/><vertex x="1" y="0" z="0"/><vertex x="0" y="1" z="0"/>'
    '</vertices><triangles><triangle v1="0" v2="1" v3="2"/></triangles></mesh>'
)


def a_model(objects: str, build: str, level: int | None = None) -> bytes:
    """A 3MF package with these objects and items; `level` is how hard it is packed."""
    return a_package(
        f'<model unit="millimeter" xmlns="{CORE}"><resources>{objects}</resources>'
        f"<build>{build}</build></model>",
        level=level,
    )


def a_3mf_of_components(levels: int = 7, width: int = 10, mesh: str = "") -> bytes:
    """Each object holds `width` times the one below it; the lowest holds `mesh`, or nothing."""
    rows = [f'<object id="0">{mesh or "<mesh><vertices/><triangles/></mesh>"}</object>']
    for level in range(1, levels + 1):
        inner = f'<component objectid="{level - 1}"/>' * width
        rows.append(f'<object id="{level}"><components>{inner}</components></object>')
    return a_model("".join(rows), f'<item objectid="{levels}"/>')


def a_3mf_of_parts(parts: int = 200, side: int = 50) -> bytes:
    """One plate with a surface of 2 × side² triangles, placed `parts` times beside itself."""
    points = "".join(
        f'<vertex x="{x}" y="{y}" z="{(x * y) % 7}"/>'
        for y in range(side + 1)
        for x in range(side + 1)
    )
    faces = []
    for y in range(side):
        for x in range(side):
            a = y * (side + 1) + x
            b = a + side + 1
            faces.append(f'<triangle v1="{a}" v2="{a + 1}" v3="{b}"/>')
            faces.append(f'<triangle v1="{a + 1}" v2="{b + 1}" v3="{b}"/>')
    mesh = f"<mesh><vertices>{points}</vertices><triangles>{''.join(faces)}</triangles></mesh>"
    build = "".join(
        f'<item objectid="1" transform="1 0 0 0 1 0 0 0 1 {n * (side + 5)} 0 0"/>'
        for n in range(parts)
    )
    return a_model(f'<object id="1">{mesh}</object>', build)


def a_3mf_of_corners(count: int = 6_100_000) -> bytes:
    """Corner points without end, of which one triangle uses three. Their digits keep the zip's ratio below 100."""
    block = "".join(
        f'<vertex x="{n * 7919 % 9973}" y="{n * 31 % 991}" z="{n}"/>' for n in range(20_000)
    )
    mesh = (
        f"<mesh><vertices>{block * (count // 20_000)}</vertices>"
        '<triangles><triangle v1="0" v2="1" v3="2"/></triangles></mesh>'
    )
    return a_model(f'<object id="1">{mesh}</object>', '<item objectid="1"/>', level=1)


def an_svg(inner: str, defined: str = "", side: int = 100) -> bytes:
    """A square drawing."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{side}" height="{side}"><defs>{defined}</defs>{inner}</svg>'
    ).encode()


def an_svg_of_filters(primitive: str, drawn: int = 1) -> bytes:
    """`drawn` squares, each with a filter of this primitive."""
    square = '<rect width="100" height="100" fill="red" filter="url(#f)"/>'
    return an_svg(
        square * drawn, f'<filter id="f" x="0" y="0" width="1" height="1">{primitive}</filter>'
    )


def an_svg_of_uses(levels: int = 8, width: int = 10, attribute: str = "href") -> bytes:
    """Each group draws the one below it `width` times."""
    rows = ['<g id="g0"><rect width="9" height="9"/></g>']
    for level in range(1, levels + 1):
        rows.append(f'<g id="g{level}">' + f'<use {attribute}="#g{level - 1}"/>' * width + "</g>")
    return an_svg(f'<use {attribute}="#g{levels}"/>', "".join(rows))
