"""Pictures of every mode: their colours, what is see-through, and the resolution they really name."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from tests.files import sample_files
from tests.files.made_tiff import (
    ASSOCIATED,
    CIELAB,
    GRAY,
    ICCLAB,
    INKS,
    NOT_SAID,
    RGB,
    UNASSOCIATED,
    a_tiff,
)


def taken(look, body: bytes, name: str, **options) -> dict:
    outcome = look(body, name, **options)
    assert "refusal" not in outcome, outcome
    return outcome


def shown(outcome: dict) -> tuple[int, int, int]:
    with Image.open(outcome["previews"][1]["path"]) as picture:
        return picture.getpixel((picture.width // 2, picture.height // 2))


def near(colour: tuple[int, int, int], expected: tuple[int, int, int], by: int = 8) -> bool:
    return all(abs(one - other) <= by for one, other in zip(colour, expected, strict=True))


@pytest.mark.parametrize(
    ("pixel", "photometric", "bits", "space", "colour"),
    [
        ((0, 0, 0), CIELAB, 8, "Lab", (0, 0, 0)),
        ((255, 0, 0), CIELAB, 8, "Lab", (255, 255, 255)),
        ((136, 81, 67), CIELAB, 8, "Lab", (255, 0, 0)),  # a and b are signed
        ((255, 128, 128), ICCLAB, 8, "Lab", (255, 255, 255)),  # here from 128
        ((65535, 32768, 32768), ICCLAB, 16, "Lab", (255, 255, 255)),
        ((136, 209, 195), ICCLAB, 8, "Lab", (255, 0, 0)),
        ((0, 0, 0, 255), INKS, 8, "CMYK", (30, 30, 30)),
        ((65535, 0, 0), CIELAB, 16, "Lab", (255, 255, 255)),
        ((34896, 20587, 17210), CIELAB, 16, "Lab", (255, 0, 0)),
        ((40000,), GRAY, 16, "Gray", (156, 156, 156)),
        ((40000, 0, 0), RGB, 16, "RGB", (156, 0, 0)),
        ((30000,), GRAY, 32, "Gray", (117, 117, 117)),
    ],
)
def test_a_tiff_is_shown_in_its_colours(look, pixel, photometric, bits, space, colour):
    outcome = taken(look, a_tiff(pixel, photometric, bits=bits), "a.tif")
    assert (outcome["facts"]["colour_space"], outcome["facts"]["bits"]) == (space, bits)
    assert near(shown(outcome), colour, 35 if space == "CMYK" else 12)


@pytest.mark.parametrize(
    ("pixel", "extras", "see_through", "colour"),
    [
        ((40, 40, 40, 0), [NOT_SAID], False, (40, 40, 40)),
        ((40, 40, 40, 0), None, False, (40, 40, 40)),
        ((40, 40, 40, 0), [UNASSOCIATED], True, (255, 255, 255)),
        ((40, 40, 40, 255), [UNASSOCIATED], False, (40, 40, 40)),
        ((20, 20, 20, 128), [ASSOCIATED], True, (147, 147, 147)),  # 40 at a half, on white
        ((40, 40, 40, 0, 0), [NOT_SAID, NOT_SAID], False, (40, 40, 40)),
        ((40, 40, 40, 7, 0), [NOT_SAID, UNASSOCIATED], True, (255, 255, 255)),
    ],
)
def test_a_channel_beside_the_colours_is_alpha_only_where_the_tiff_says_so(
    look, pixel, extras, see_through, colour
):
    outcome = taken(look, a_tiff(pixel, extras=extras), "a.tif")
    assert outcome["facts"]["transparency"] is see_through
    assert near(shown(outcome), colour)


def test_a_spot_channel_beside_cmyk_is_no_alpha(look):
    outcome = taken(look, a_tiff((0, 0, 0, 0, 0), INKS, extras=[NOT_SAID]), "a.tif")
    assert outcome["facts"]["transparency"] is False
    assert near(shown(outcome), (255, 255, 255))


@pytest.mark.parametrize(
    ("form", "name"), [("PNG", "a.png"), ("TIFF", "a.tif"), ("WEBP", "a.webp"), ("AVIF", "a.avif")]
)
@pytest.mark.parametrize("alpha", [255, 90])
def test_alpha_that_is_full_everywhere_lets_no_paper_through(look, form, name, alpha):
    out = io.BytesIO()
    Image.new("RGBA", (40, 30), (200, 100, 50, alpha)).save(out, form)
    facts = taken(look, out.getvalue(), name)["facts"]
    assert facts["transparency"] is (alpha < 255)


RESOLUTION = {282: (5, [300, 1]), 283: (5, [300, 1])}


@pytest.mark.parametrize(
    ("tags", "dpi"),
    [
        ({}, None),
        (RESOLUTION, 300),  # inches where the unit is left out (TIFF 6.0)
        (RESOLUTION | {296: (3, [2])}, 300),
        (RESOLUTION | {296: (3, [3])}, 762),
        (RESOLUTION | {296: (3, [1])}, None),
        ({282: (5, [1, 0]), 283: (5, [1, 0])}, None),
    ],
)
def test_the_resolution_of_a_tiff_has_its_unit(look, tags, dpi):
    assert taken(look, a_tiff((9, 9, 9), tags=tags), "a.tif")["facts"]["dpi"] == dpi


@pytest.mark.parametrize(("unit", "dpi"), [(1, pytest.approx(72, abs=0.1)), (0, None)])
def test_the_resolution_of_a_png_has_its_unit(look, unit, dpi):
    body = struct.pack(">IIB", 2835, 2835, unit)
    chunk = struct.pack(">I", 9) + b"pHYs" + body + struct.pack(">I", zlib.crc32(b"pHYs" + body))
    whole = sample_files.a_picture("PNG")
    facts = taken(look, whole[:33] + chunk + whole[33:], "a.png")["facts"]
    assert facts["dpi"] == dpi


@pytest.mark.parametrize(("unit", "dpi"), [(0, None), (1, 72), (2, pytest.approx(182.9, abs=0.1))])
def test_the_resolution_of_a_jpeg_has_its_unit(look, unit, dpi):
    whole = sample_files.a_picture("JPEG", dpi=(72, 72))
    at = whole.index(b"JFIF\0") + 7
    facts = taken(look, whole[:at] + bytes([unit]) + whole[at + 1 :], "a.jpg")["facts"]
    assert facts["dpi"] == dpi


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize(("unit", "dpi"), [(2, 240), (3, pytest.approx(609.6)), (1, None)])
def test_the_resolution_in_exif_has_its_unit(look, form, unit, dpi):
    exif = Image.Exif()
    exif[282], exif[283], exif[296] = 240, 240, unit
    name = {"JPEG": "a.jpg", "WEBP": "a.webp", "AVIF": "a.avif"}[form]
    assert taken(look, sample_files.a_picture(form, exif=exif), name)["facts"]["dpi"] == dpi


def test_smaller_copies_and_masks_in_a_tiff_are_no_pages(look):
    copies = [{254: (4, [1])}, {254: (4, [4])}, {254: (4, [2])}]
    outcome = taken(look, a_tiff((9, 9, 9), copies=copies), "a.tif")
    assert outcome["facts"]["pages"] == 2
    assert [row["kind"] for row in outcome["previews"]] == ["thumb", "page-1", "page-2"]


def test_every_page_of_a_tiff_is_drawn(look):
    pages = [Image.new("RGB", (30, 20), colour) for colour in ("red", "lime", "blue")]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    outcome = taken(look, out.getvalue(), "a.tif")
    drawn = [{"previews": [None, row]} for row in outcome["previews"][1:]]
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert outcome["facts"]["pages"] == 3
    assert all(near(shown(one), colour) for one, colour in zip(drawn, colours, strict=True))


@pytest.mark.parametrize("form", ["WEBP", "AVIF"])
def test_pictures_for_the_web_are_taken(look, form):
    body = sample_files.a_picture(form, (600, 400), quality=95)
    outcome = taken(look, body, f"a.{form.lower()}")
    facts = outcome["facts"]
    assert (facts["width_px"], facts["height_px"], facts["colour_space"]) == (600, 400, "RGB")
    with Image.open(io.BytesIO(body)) as picture:
        assert near(shown(outcome), picture.convert("RGB").getpixel((300, 200)), 16)


@pytest.mark.parametrize(("form", "name"), [("WEBP", "a.webp"), ("AVIF", "a.avif")])
def test_a_cut_picture_for_the_web_never_passes(look, form, name):
    refusal = look(sample_files.a_picture(form, (600, 400))[:-400], name)["refusal"]
    assert refusal["code"] in {"truncated", "damaged"}


@pytest.mark.parametrize("bits", [10, 12])
def test_grey_of_more_than_eight_bits_from_a_phone_is_grey(look, bits):
    import numpy as np
    import pillow_heif

    ramp = np.tile(np.linspace(0, 2**bits - 1, 128).astype("<u2"), (64, 1))
    made = pillow_heif.encode(f"L;{bits}", (128, 64), ramp.tobytes(), out := io.BytesIO())
    assert made is None
    outcome = taken(look, out.getvalue(), "a.heic")
    assert (outcome["facts"]["colour_space"], outcome["facts"]["bits"]) == ("Gray", bits)
    assert near(shown(outcome), (128, 128, 128), 12)


def a_jpeg_frame(marker: int, bits: int = 8) -> bytes:
    """The beginning of a JPEG whose frame is of another kind."""
    frame = struct.pack(">BHHB3B", bits, 40, 60, 1, 1, 0x11, 0)
    return (
        b"\xff\xd8\xff" + bytes([marker]) + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"
    )


@pytest.mark.parametrize(
    ("marker", "bits", "named"),
    [(0xC3, 16, "lossless JPEG"), (0xC7, 8, "lossless JPEG"), (0xC5, 8, "hierarchical JPEG")],
)
def test_a_kind_of_jpeg_that_is_not_read_is_named(look, marker, bits, named):
    refusal = look(a_jpeg_frame(marker, bits), "a.jpg")["refusal"]
    assert (refusal["code"], named in refusal["sentence"]) == ("compression", True)


def test_a_kind_of_tiff_compression_that_is_not_read_is_named(look):
    refusal = look(a_tiff((9, 9, 9), tags={259: (3, [34712])}), "a.tif")["refusal"]
    assert refusal["sentence"] == (
        "The TIFF image uses a kind of compression (JPEG 2000) that we can't read."
    )


def test_planes_kept_apart_in_tiles_are_drawn_by_the_second_reader(look):
    tile = bytes(16 * 16)
    data = (
        tile.replace(b"\0", b"\xc8") + tile.replace(b"\0", b"\x64") + tile.replace(b"\0", b"\x32")
    )
    tags = {
        322: (4, [16]), 323: (4, [16]), 284: (3, [2]), 324: (4, [8, 264, 520]),
        325: (4, [256] * 3), 273: None, 278: None, 279: None,
    }  # fmt: skip
    body = a_tiff((0, 0, 0), size=(16, 16), tags=tags)
    outcome = taken(look, body[:8] + data + body[776:], "a.tif")
    assert near(shown(outcome), (200, 100, 50))
