"""Photoshop files: the finished picture they carry, its colours, size and holes."""

from __future__ import annotations

import struct

import pytest
from PIL import Image, ImageCms

from tests.files.made_psd import ALPHA_IDENTIFIERS, PER_CENTIMETRE, Photoshop


def middle(outcome: dict) -> tuple[int, int, int]:
    assert "refusal" not in outcome, outcome
    with Image.open(outcome["previews"][1]["path"]) as picture:
        return picture.getpixel((picture.width // 2, picture.height // 2))


def near(colour: tuple[int, int, int], expected: tuple[int, int, int], by: int = 6) -> bool:
    return all(abs(one - other) <= by for one, other in zip(colour, expected, strict=True))


@pytest.mark.parametrize(
    ("mode", "planes", "shown"),
    [
        ("RGB", (200, 100, 50), (200, 100, 50)),
        ("Gray", (90,), (90, 90, 90)),
        ("CMYK", (255, 255, 255, 255), (255, 255, 255)),
        ("CMYK", (255, 255, 255, 0), (0, 0, 0)),
        ("Lab", (0, 128, 128), (0, 0, 0)),
        ("Lab", (255, 128, 128), (255, 255, 255)),
        ("Lab", (136, 209, 195), (255, 0, 0)),  # the red of sRGB: L 53, a 80, b 67
    ],
)
def test_the_picture_is_shown_in_its_colours(look, mode, planes, shown):
    outcome = look(Photoshop(mode=mode, planes=planes).written(), "a.psd")
    assert outcome["facts"]["colour_space"] == mode
    assert near(middle(outcome), shown, 12)


@pytest.mark.parametrize("mode", ["RGB", "Gray"])
def test_sixteen_bits_a_channel_are_shown_as_eight(look, mode):
    planes = (128,) * (3 if mode == "RGB" else 1)
    outcome = look(Photoshop(mode=mode, planes=planes, depth=16).written(), "a.psd")
    assert outcome["facts"]["bits"] == 16
    assert near(middle(outcome), (128, 128, 128))


@pytest.mark.parametrize("shown_in", [1, PER_CENTIMETRE])
def test_resolution_is_stored_an_inch_however_it_is_shown(look, shown_in):
    facts = look(Photoshop(dpi=72, shown_in=shown_in).written(), "a.psd")["facts"]
    assert facts["dpi"] == 72


def test_a_file_without_resolution_has_none(look):
    assert look(Photoshop(dpi=None).written(), "a.psd")["facts"]["dpi"] is None


def test_layers_are_counted_and_the_profile_is_named(look):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    facts = look(Photoshop(layers=3, has_picture=True, profile=profile).written(), "a.psd")["facts"]
    assert (facts["width_px"], facts["height_px"], facts["layers"]) == (40, 30, 3)
    assert "sRGB" in facts["icc"]


def test_layers_without_a_finished_picture_name_the_setting_that_makes_one(look):
    refusal = look(Photoshop(layers=2, has_picture=False).written(), "a.psd")["refusal"]
    assert refusal["code"] == "no_picture"
    assert "Maximize Compatibility" in refusal["sentence"]
    assert "Maximize Compatibility" in refusal["next_step"]


@pytest.mark.parametrize(
    ("planes", "is_transparency", "see_through"),
    [
        ((200, 100, 50), False, False),
        ((200, 100, 50, 0), True, True),
        ((200, 100, 50, 255), True, False),
    ],
)
def test_only_a_fourth_channel_that_is_transparency_and_not_full_shows_the_paper(
    look, planes, is_transparency, see_through
):
    made = Photoshop(planes=planes, layers=1, alpha_is_transparency=is_transparency)
    outcome = look(made.written(), "a.psd")
    assert outcome["facts"]["transparency"] is see_through
    assert near(middle(outcome), (255, 255, 255) if see_through else (200, 100, 50))


def test_a_mask_kept_beside_the_colours_is_no_transparency(look):
    made = Photoshop(planes=(200, 100, 50, 0), blocks={ALPHA_IDENTIFIERS: struct.pack(">I", 1)})
    outcome = look(made.written(), "a.psd")
    assert outcome["facts"]["transparency"] is False
    assert near(middle(outcome), (200, 100, 50))


def spot(space: int, *parts: int, kind: int = 2) -> bytes:
    return struct.pack(">6HB", space, *(list(parts) + [0] * 4)[:4], 0, kind)


@pytest.mark.parametrize(
    ("described", "plane", "shown"),
    [
        (spot(0, 0, 0x7878, 0xBFBF), 0, (0, 120, 191)),
        (spot(0, 0, 0x7878, 0xBFBF), 255, (255, 255, 255)),
        (spot(0, 0, 0x7878, 0xBFBF), 128, (128, 188, 223)),
        (spot(1, 0, 65535, 65535), 0, (255, 0, 0)),
        (spot(2, 65535, 0, 65535, 65535), 0, (255, 0, 255)),
        (spot(7, 5300, 8000, 6700), 0, (254, 0, 0)),
        (spot(8, 5000), 0, (128, 128, 128)),
    ],
)
def test_spot_inks_are_drawn_over_the_picture_and_named(look, described, plane, shown):
    blocks = {1077: struct.pack(">I", 1) + described, 1006: b"\x04gold"}
    planes = (255, 255, 255, 255, plane)
    outcome = look(Photoshop(mode="CMYK", planes=planes, blocks=blocks).written(), "a.psd")
    assert outcome["facts"]["colour_spaces"] == ["CMYK", "Spot"]
    assert outcome["facts"]["spot_names"] == ["gold"]
    assert near(middle(outcome), shown, 12)


def test_a_channel_that_keeps_a_selection_is_no_ink(look):
    blocks = {1077: struct.pack(">I", 1) + spot(0, 65535, 0, 0, kind=0), 1006: b"\x04mask"}
    blocks[ALPHA_IDENTIFIERS] = struct.pack(">I", 7)
    outcome = look(Photoshop(planes=(200, 100, 50, 0), blocks=blocks).written(), "a.psd")
    assert outcome["facts"]["colour_spaces"] == ["RGB"]
    assert near(middle(outcome), (200, 100, 50))
