"""Models are measured as an independent library measures them, and drawn."""

from __future__ import annotations

import time

import pytest

from app.inspection.meshes import load
from app.inspection.meshes.camera import look as camera
from app.inspection.meshes.measure import measure
from app.inspection.meshes.raster import TooSlow
from app.inspection.meshes.shade import Studio
from tests.files import made_models, sample_files

RING = made_models.a_ring()
FAR = made_models.moved(RING, by=(7, 0, 3000))  # hangs in the air far away
MODELS = {
    "ring.stl": sample_files.an_stl(1, RING),
    "rings.stl": sample_files.an_stl(1, RING + FAR),
    "inside out.stl": sample_files.an_stl(1, [row[::-1] for row in RING]),
    "faults.stl": sample_files.an_stl(1, made_models.with_faults(RING)),
    "soup.stl": sample_files.an_stl(1, made_models.a_soup()),
    "written.stl": sample_files.a_text_stl(),
    "ring.3mf": sample_files.a_3mf("inch", 1, triangles=RING),
    "rings.3mf": sample_files.a_3mf("millimeter", 1, triangles=RING, build='<item objectid="2"/>'),
}
PER_UNIT = {"inch": 25.4, "millimeter": 1.0, "unknown": 1.0}


@pytest.mark.parametrize("name", MODELS)
def test_it_measures_what_another_library_measures(stored, name):
    import trimesh

    path = stored(MODELS[name], name)
    ours = measure(load(path, path.suffix[1:]))
    theirs = trimesh.load(path, force="mesh")
    theirs.fix_normals(multibody=True)
    unit = PER_UNIT[ours["unit"]]
    assert ours["triangles"] == len(theirs.faces)
    assert ours["bbox_mm"] == pytest.approx(list(theirs.extents * unit), abs=0.01)
    assert ours["watertight"] == theirs.is_watertight
    assert ours["bodies"] == theirs.body_count
    if ours["watertight"]:
        assert ours["volume_mm3"] == pytest.approx(theirs.volume * unit**3, rel=1e-3)


@pytest.mark.parametrize(
    ("body", "kind"), [(sample_files.an_stl(), "stl"), (sample_files.a_text_stl(), "stl")]
)
def test_a_cube_of_ten_millimetres_is_one_cubic_centimetre(stored, body, kind):
    facts = measure(load(stored(body), kind))
    assert facts["volume_mm3"] == pytest.approx(1000)
    assert facts["area_mm2"] == pytest.approx(600)
    assert facts["bbox_mm"] == [10, 10, 10]
    assert (facts["triangles"], facts["points"], facts["bodies"]) == (12, 8, 1)
    assert facts["watertight"] is True
    assert facts["inside_out"] is False
    assert facts["degenerate"] == 0


@pytest.mark.parametrize(
    ("unit", "factor"), [("micron", 0.001), ("centimeter", 10), ("inch", 25.4), ("meter", 1000)]
)
def test_a_3mf_is_measured_in_millimetres_whatever_its_unit(stored, unit, factor):
    facts = measure(load(stored(sample_files.a_3mf(unit)), "3mf"))
    assert facts["bbox_mm"] == pytest.approx([10 * factor] * 3, rel=1e-3)
    assert facts["unit"] == unit


def test_components_and_placements_of_a_3mf_are_applied(stored):
    build = '<item objectid="2"/><item objectid="1" transform="2 0 0 0 2 0 0 0 2 0 100 0"/>'
    facts = measure(load(stored(sample_files.a_3mf(build=build)), "3mf"))
    assert facts["objects"] == 2
    assert facts["bodies"] == 3
    assert facts["volume_mm3"] == pytest.approx(1000 + 1000 + 8000)
    assert facts["bbox_mm"] == [40, 120, 20]


def test_a_model_with_a_hole_is_not_closed(stored):
    facts = measure(load(stored(sample_files.an_stl(triangles=sample_files.CUBE[:-1])), "stl"))
    assert facts["watertight"] is False
    assert facts["open_edges"] == 3


def test_a_model_turned_inside_out_is_closed_and_says_so(stored):
    turned = [row[::-1] for row in sample_files.CUBE]
    facts = measure(load(stored(sample_files.an_stl(triangles=turned)), "stl"))
    assert facts["watertight"] is True
    assert facts["inside_out"] is True
    assert facts["volume_mm3"] == pytest.approx(1000)


def test_a_closed_model_whose_faces_look_both_ways_is_measured_after_turning_them(stored):
    rows = [row[::-1] if n % 3 == 0 else row for n, row in enumerate(sample_files.CUBE)]
    facts = measure(load(stored(sample_files.an_stl(triangles=rows)), "stl"))
    assert facts["watertight"] is True
    assert facts["mixed_facing"] is True
    assert facts["volume_mm3"] == pytest.approx(1000)


def test_triangles_without_area_are_counted(stored):
    rows = [*sample_files.CUBE, ((0, 0, 0), (1, 0, 0), (1, 0, 0))]
    facts = measure(load(stored(sample_files.an_stl(triangles=rows)), "stl"))
    assert facts["degenerate"] == 1
    assert facts["watertight"] is True


def test_a_drawing_shows_the_model_in_the_middle_on_light_paper(stored):
    mesh = load(stored(sample_files.an_stl(20)), "stl")
    view = camera(mesh.points, 128, azimuth_deg=35, elevation_deg=26)
    picture = Studio(mesh).picture(view)
    assert picture.shape == (128, 128, 3)
    assert picture[2].mean() > 235
    assert picture[54:74, 54:74].mean() < 210
    faces = {tuple(picture[y, x] // 8) for y, x in [(30, 64), (70, 40), (70, 90)]}
    assert len(faces) == 3  # three sides in three lights


def test_a_drawing_that_takes_too_long_is_given_up(stored):
    mesh = load(stored(sample_files.an_stl(1, made_models.a_ring(50))), "stl")
    view = camera(mesh.points, 256, azimuth_deg=35, elevation_deg=26)
    studio = Studio(mesh)
    started = time.monotonic()
    with pytest.raises(TooSlow):
        studio.picture(view, budget_s=0)
    assert time.monotonic() - started < 2
