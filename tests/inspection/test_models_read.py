"""STL and 3MF as programs write them: what belongs to the piece is measured, the rest left out."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.files.sample_files import CUBE, a_3mf, a_package, an_stl

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"


def facts_of(look, body: bytes, name: str) -> dict:
    outcome = look(body, name, previews=False)
    assert "refusal" not in outcome, outcome
    return outcome["facts"]


def a_triangle(corners: tuple, *, upper: bool = False) -> str:
    rows = "".join(f"vertex {x} {y} {z}\n" for x, y, z in corners)
    text = f"facet normal 0 0 0\nouter loop\n{rows}endloop\nendfacet\n"
    return text.upper() if upper else text


def a_written_cube(
    start: str = "solid cube\n", end: str = "endsolid cube\n", *, upper: bool = False
) -> bytes:
    return (start + "".join(a_triangle(row, upper=upper) for row in CUBE) + end).encode()


@pytest.mark.parametrize("nothing", [1e-33, -1e-33, 4e-10, -0.0, 1e-45])
def test_a_coordinate_that_is_nothing_beside_the_size_is_zero(look, nothing):
    rows = [
        [tuple(nothing if side == 0 and n % 2 else side for side in corner) for corner in row]
        for n, row in enumerate(CUBE)
    ]
    facts = facts_of(look, an_stl(triangles=rows), "part.stl")
    assert (facts["watertight"], facts["points"]) == (True, 8)


def test_a_small_part_far_from_the_origin_keeps_its_detail(look):
    rows = [[(1000 + x / 100, y / 100, z / 100) for x, y, z in row] for row in CUBE]
    facts = facts_of(look, an_stl(side=1, triangles=rows), "part.stl")
    assert (facts["watertight"], facts["points"]) == (True, 8)
    assert facts["bbox_mm"] == pytest.approx([0.01] * 3, abs=1e-3)


@pytest.mark.parametrize(
    "body",
    [
        a_written_cube("SOLID CUBE\n", "ENDSOLID CUBE\n", upper=True),
        b"\xef\xbb\xbf" + a_written_cube(),
        b"\r\n\r\n" + a_written_cube().replace(b"\n", b"\r\n"),
        a_written_cube("solid " + "made by a program with much to say " * 200 + "\n"),
        a_written_cube() + b"\n" * 3000,
        a_written_cube() + b"; made by a test\n",
        a_written_cube("solid\n", "endsolid\n"),
    ],
    ids=[
        "upper case",
        "byte order mark",
        "other line ends",
        "long header",
        "blank end",
        "remark",
        "no name",
    ],
)
def test_a_written_stl_is_read_however_it_is_set(look, body):
    facts = facts_of(look, body, "part.stl")
    assert (facts["triangles"], facts["watertight"]) == (12, True)
    assert facts["volume_mm3"] == pytest.approx(1)


@pytest.mark.parametrize("behind", [b"\n", b"\0" * 49, b"COLOUR TABLE" * 10, b"\r\n" * 30])
def test_bytes_behind_the_last_triangle_belong_to_nothing(look, behind):
    facts = facts_of(look, an_stl() + behind, "part.stl")
    assert (facts["triangles"], facts["volume_mm3"]) == (12, pytest.approx(1000))


def test_a_binary_stl_whose_header_begins_like_text_is_binary(look):
    body = b"solid cube".ljust(80) + an_stl()[80:] + b"\n"
    assert facts_of(look, body, "part.stl")["triangles"] == 12


@pytest.mark.parametrize(
    ("body", "held"), [(an_stl() + an_stl()[84:134] * 3, 15), (an_stl()[:-10], 11)]
)
def test_a_count_that_is_not_what_the_file_holds_is_said_with_both(look, body, held):
    refusal = look(body, "part.stl")["refusal"]
    assert refusal["sentence"] == (
        f"The STL model says it has 12 triangles, but the file holds {held}."
    )


def a_model(objects: str, items: str, *, extra: str = "", root: str = "") -> str:
    return (
        f'<?xml version="1.0"?><model unit="millimeter" xmlns="{CORE}" {root}><resources>{extra}'
        f"{objects}</resources><build>{items}</build></model>"
    )


def an_object(number: int, side: float = 10, kind: str = "", inside: str = "") -> str:
    """A cube as an object of that type, with something of an extension in its mesh."""
    points = sorted({corner for row in CUBE for corner in row})
    vertices = "".join(
        f'<vertex x="{x * side}" y="{y * side}" z="{z * side}"/>' for x, y, z in points
    )
    corners = [[points.index(corner) for corner in row] for row in CUBE]
    faces = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in corners)
    said = f' type="{kind}"' if kind else ""
    return (
        f'<object id="{number}"{said}><mesh><vertices>{vertices}</vertices>'
        f"<triangles>{faces}</triangles>{inside}</mesh></object>"
    )


def test_vertices_of_an_extension_are_not_those_of_the_piece(look):
    stack = (
        '<s:slicestack id="7"><s:slice ztop="1"><s:vertices><s:vertex x="1" y="2"/></s:vertices>'
        '<s:polygon startv="0"><s:segment v2="1"/></s:polygon></s:slice></s:slicestack>'
    )
    model = a_model(an_object(1), '<item objectid="1"/>', extra=stack, root='xmlns:s="urn:slice"')
    facts = facts_of(look, a_package(model), "part.3mf")
    assert (facts["triangles"], facts["watertight"]) == (12, True)


@pytest.mark.parametrize("kind", ["support", "solidsupport", "other"])
def test_what_only_holds_the_piece_up_is_no_part_of_it(look, kind):
    objects = an_object(1) + an_object(2, 50, kind)
    held = '<object id="3"><components><component objectid="1"/><component objectid="2"/></components></object>'
    for items in ('<item objectid="1"/><item objectid="2"/>', '<item objectid="3"/>'):
        facts = facts_of(look, a_package(a_model(objects + held, items)), "part.3mf")
        assert facts["volume_mm3"] == pytest.approx(1000)
        assert (facts["bbox_mm"], facts["objects"]) == ([10, 10, 10], 1)


def test_an_item_that_is_set_not_to_be_printed_is_left_out(look):
    items = '<item objectid="1"/><item objectid="1" transform="1 0 0 0 1 0 0 0 1 90 0 0" printable="0"/>'
    facts = facts_of(look, a_package(a_model(an_object(1), items)), "part.3mf")
    assert facts["bbox_mm"] == [10, 10, 10]


def test_a_mirrored_item_is_not_inside_out(look):
    items = '<item objectid="1" transform="-1 0 0 0 1 0 0 0 1 0 0 0"/>'
    facts = facts_of(look, a_package(a_model(an_object(1), items)), "part.3mf")
    assert (facts["inside_out"], facts["mixed_facing"]) == (False, False)
    both = items + '<item objectid="1" transform="1 0 0 0 1 0 0 0 1 20 0 0"/>'
    facts = facts_of(look, a_package(a_model(an_object(1), both)), "part.3mf")
    assert facts["mixed_facing"] is False
    assert facts["volume_mm3"] == pytest.approx(2000)


def test_the_main_part_is_the_one_the_package_names(look):
    out = io.BytesIO()
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Target="/3D/piece.custom" '
        'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
    )
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("_rels/.rels", relation)
        package.writestr("3D/piece.custom", a_model(an_object(1), '<item objectid="1"/>'))
        package.writestr("2D/unused.model", "<broken")
    assert facts_of(look, out.getvalue(), "part.3mf")["triangles"] == 12


def test_a_thumbnail_or_part_nothing_refers_to_does_not_spoil_the_model(look):
    whole = zipfile.ZipFile(io.BytesIO(a_3mf()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in whole.namelist():
            package.writestr(name, whole.read(name))
        package.writestr(
            "2D/slices.model", "<model><slicestack><vertex x='1'/></slicestack></model>"
        )
    assert facts_of(look, out.getvalue(), "part.3mf")["triangles"] == 12


@pytest.mark.parametrize(
    "objects",
    [
        an_object(1).replace('x="10"', 'x="nan"'),
        an_object(1).replace('x="10"', 'x="1e39"'),
        an_object(1).replace('v1="0"', 'v1="99999999999999999999"'),
        an_object(1).replace('v1="0"', 'v1="-1"'),
        an_object(1).replace('z="0"', ""),
    ],
)
def test_a_model_with_numbers_that_are_none_is_damaged(look, objects):
    body = a_package(a_model(objects, '<item objectid="1"/>'))
    assert look(body, "part.3mf")["refusal"]["code"] == "damaged"


def test_a_build_that_refers_to_nothing_is_damaged(look):
    body = a_package(a_model(an_object(1), '<item objectid="5"/>'))
    assert look(body, "part.3mf")["refusal"]["code"] == "damaged"


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("volume_type", "ModelPart", False),
        ("volume_type", "ParameterModifier", True),
        ("volume_type", "SupportBlocker", True),
        ("modifier", "1", True),
        ("modifier", "0", False),
    ],
)
def test_volumes_that_a_slicer_keeps_for_itself_are_left_out(look, key, value, kept):
    config = (
        '<config><object id="1"><volume firstid="0" lastid="11">'
        '<metadata type="volume" key="volume_type" value="ModelPart"/></volume>'
        f'<volume firstid="12" lastid="23"><metadata type="volume" key="{key}" value="{value}"/>'
        "</volume></object></config>"
    )
    far = [tuple((x + 5, y, z) for x, y, z in row) for row in CUBE]
    out = io.BytesIO(a_3mf(side=10, triangles=[*CUBE, *far]))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("Metadata/Slic3r_PE_model.config", config)
    facts = facts_of(look, out.getvalue(), "part.3mf")
    assert facts["triangles"] == (12 if kept else 24)
