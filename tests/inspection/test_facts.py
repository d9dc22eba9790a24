"""What is measured in a file is what is in it."""

from __future__ import annotations

import pytest

from tests.files import made_pdf, sample_files


def facts_of(look, body: bytes, name: str) -> dict:
    outcome = look(body, name, previews=False)
    assert "refusal" not in outcome
    return outcome["facts"]


def with_font(**more) -> bytes:
    font = made_pdf.HELVETICA | more
    return made_pdf.a_document({"Resources": {"Font": {"F": font}}})


def test_pages_of_a_pdf_are_measured_in_millimetres_with_trim_and_bleed(look):
    facts = facts_of(look, sample_files.a_pdf(154, 111, pages=2), "card.pdf")
    assert facts["kind"] == "pdf"
    assert facts["pages"] == 2
    first = facts["page_facts"][0]
    assert first["media_mm"] == pytest.approx([154, 111], abs=0.02)
    assert first["trim_mm"] == pytest.approx([148, 105], abs=0.02)
    assert first["bleed_mm"] == pytest.approx(3, abs=0.02)


def test_a_turned_page_is_measured_as_it_is_seen(look):
    import io

    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sample_files.a_pdf(154, 111))) as pdf:
        pdf.pages[0].obj.Rotate = 90
        pdf.save(out)
    page = facts_of(look, out.getvalue(), "card.pdf")["page_facts"][0]
    assert page["media_mm"] == pytest.approx([111, 154], abs=0.02)


def test_fonts_that_are_missing_are_told_from_those_that_are_embedded(look):
    facts = facts_of(look, with_font(), "a.pdf")
    assert facts["fonts"] == [{"name": "Helvetica", "embedded": False}]
    assert facts["fonts_embedded"] is False
    for kind in ("FontFile", "FontFile2", "FontFile3"):
        facts = facts_of(look, with_font(FontDescriptor={kind: b"a font"}), "a.pdf")
        assert facts["fonts_embedded"] is True


def test_colours_of_a_pdf_are_found_in_its_drawing(look):
    assert facts_of(look, sample_files.a_pdf(), "a.pdf")["colour_spaces"] == ["DeviceCMYK"]
    body = made_pdf.a_document({}, content=b"1 0 0 rg 0 0 9 9 re f")
    assert facts_of(look, body, "a.pdf")["colour_spaces"] == ["DeviceRGB"]


def test_the_output_intent_is_named(look):
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(sample_files.a_pdf())) as pdf:
        intent = {"Type": "/OutputIntent", "OutputConditionIdentifier": "FOGRA51"}
        pdf.Root.OutputIntents = made_pdf.as_pdf(pdf, [intent])
        body = made_pdf.saved(pdf)
    assert facts_of(look, body, "a.pdf")["output_intent"] == "FOGRA51"
    assert facts_of(look, sample_files.a_pdf(), "a.pdf")["output_intent"] is None


def test_a_picture_in_a_pdf_has_the_resolution_of_its_place(look):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.linear_gradient("L").resize((600, 400)).convert("RGB").save(out, "PDF", resolution=150)
    facts = facts_of(look, out.getvalue(), "a.pdf")
    assert facts["images"] == 1
    assert facts["image_dpi_min"] == pytest.approx(150, abs=1)
    assert facts["image_dpi_min_page"] == 1


def test_transparency_is_found_in_a_graphics_state(look):
    import io

    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sample_files.a_pdf())) as pdf:
        state = pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, ca=0.5)
        pdf.pages[0].obj.Resources = pikepdf.Dictionary(ExtGState=pikepdf.Dictionary(G0=state))
        pdf.save(out)
    assert facts_of(look, out.getvalue(), "a.pdf")["transparency"] is True
    assert facts_of(look, sample_files.a_pdf(), "a.pdf")["transparency"] is False


def test_a_pdf_protected_against_changes_opens_and_says_so(look):
    assert facts_of(look, sample_files.a_locked_pdf(), "a.pdf")["encrypted"] is True


@pytest.mark.parametrize(
    ("form", "name", "mode", "space"),
    [
        ("PNG", "a.png", "RGB", "RGB"),
        ("PNG", "a.png", "L", "Gray"),
        ("JPEG", "a.jpg", "RGB", "RGB"),
        ("JPEG", "a.jpg", "CMYK", "CMYK"),
        ("TIFF", "a.tif", "CMYK", "CMYK"),
        ("TIFF", "a.tif", "RGB", "RGB"),
    ],
)
def test_pixels_dpi_and_colour_of_a_picture(look, form, name, mode, space):
    facts = facts_of(look, sample_files.a_picture(form, (600, 400), mode, dpi=(300, 300)), name)
    assert (facts["width_px"], facts["height_px"]) == (600, 400)
    assert facts["dpi"] == pytest.approx(300, abs=0.5)
    assert facts["colour_space"] == space


def test_a_picture_that_says_no_resolution_has_none(look):
    assert facts_of(look, sample_files.a_picture("PNG"), "a.png")["dpi"] is None


def test_the_profile_of_a_picture_is_named(look):
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    facts = facts_of(look, sample_files.a_picture("PNG", icc_profile=profile), "a.png")
    assert "sRGB" in facts["icc"]


def test_a_see_through_picture_says_so(look):
    assert (
        facts_of(look, sample_files.a_picture("PNG", mode="RGBA"), "a.png")["transparency"] is True
    )


def test_a_phone_photo_is_measured(look):
    import io

    import pillow_heif
    from PIL import Image

    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(out, "HEIF")
    outcome = look(out.getvalue(), "photo.heic")
    assert outcome["facts"]["width_px"] == 640
    assert outcome["previews"][1]["width_px"] == 640


@pytest.mark.parametrize(
    ("size", "mm"),
    [
        ({"width": "154mm", "height": "11.1cm"}, (154, 111)),
        ({"width": "6in", "height": "144pt"}, (152.4, 50.8)),
        ({"width": "96", "height": "192px"}, (25.4, 50.8)),
        ({"viewBox": "0 0 960 480"}, (254, 127)),
        ({"width": "100%", "height": "100%", "viewBox": "0,0,96,96"}, (25.4, 25.4)),
        ({"width": "100%"}, (None, None)),
        ({"width": "100mm", "viewBox": "0 0 200 100"}, (100, 50)),
        ({"height": "100mm", "viewBox": "0 0 200 100"}, (200, 100)),
    ],
)
def test_an_svg_has_a_size_in_millimetres(look, size, mm):
    facts = facts_of(look, sample_files.an_svg(**size), "a.svg")
    assert (facts["width_mm"], facts["height_mm"]) == mm


def test_an_svg_says_whether_it_holds_live_text(look):
    assert facts_of(look, sample_files.an_svg("<text>Hi</text>"), "a.svg")["text"] is True
    assert facts_of(look, sample_files.an_svg(), "a.svg")["text"] is False
