"""What the pages of a PDF draw with: fonts, colour spaces, transparency."""

import math
from contextlib import suppress
from typing import Any

OPERATORS = {"rg": "DeviceRGB", "RG": "DeviceRGB", "k": "DeviceCMYK", "K": "DeviceCMYK"}
OPERATORS |= {"g": "DeviceGray", "G": "DeviceGray"}
NAMED = ("cs", "CS")  # these name their space, often one of the resources
SHORT = {"G": "DeviceGray", "RGB": "DeviceRGB", "CMYK": "DeviceCMYK"}  # in inline pictures
DRAWING_MAX_BYTES = 8 * 1024 * 1024
DEPTH = 12


class Contents:
    """Gathers over all pages; each shared object is looked at once."""

    def __init__(self) -> None:
        self.fonts: dict[str, bool] = {}
        self.spaces: set[str] = set()
        self.transparency = False
        self.seen: set[tuple[int, int]] = set()

    def facts(self) -> dict[str, Any]:
        """Return fonts by name with whether they are embedded, colour spaces, transparency."""
        names = sorted(
            self.fonts, key=lambda name: (self.fonts[name], name)
        )  # what is missing first
        listed = [{"name": name, "embedded": self.fonts[name]} for name in names]
        return {
            "fonts": listed[:100],
            "fonts_embedded": all(self.fonts.values()),
            "colour_spaces": sorted(self.spaces),
            "transparency": self.transparency,
        }

    def look_at(self, page: Any) -> None:
        """Take in one page (its dictionary) with everything it refers to."""
        self._drawing(page)
        resources = inherited(page, "/Resources")
        if resources is not None:
            self._resources(resources, 0)

    def _new(self, item: Any) -> bool:
        if not item.is_indirect:
            return True
        if item.objgen in self.seen:
            return False
        self.seen.add(item.objgen)
        return True

    def _resources(self, resources: Any, depth: int) -> None:
        import pikepdf

        if (
            depth > DEPTH
            or not isinstance(resources, pikepdf.Dictionary)
            or not self._new(resources)
        ):
            return
        for font in _values(resources, "/Font"):
            self._font(font, depth)
        for space in _values(resources, "/ColorSpace"):
            self._space(space)
        for state in _values(resources, "/ExtGState"):
            self._state(state, depth)
        for drawn in _values(resources, "/XObject"):
            if self._new(drawn):
                self._drawn(drawn, depth)
        for pattern in _values(resources, "/Pattern"):
            if self._new(pattern):
                self._pattern(pattern, depth)
        for shading in _values(resources, "/Shading"):
            self._space(shading.get("/ColorSpace"))

    def _pattern(self, pattern: Any, depth: int) -> None:
        import pikepdf

        if isinstance(pattern, pikepdf.Stream):
            self._drawn(pattern, depth)
        elif isinstance(shading := pattern.get("/Shading"), pikepdf.Dictionary | pikepdf.Stream):
            self._space(shading.get("/ColorSpace"))

    def _drawn(self, drawn: Any, depth: int) -> None:
        if drawn.get("/Subtype") == "/Image":
            self.transparency |= "/SMask" in drawn or int(number(drawn.get("/SMaskInData"), 0)) > 0
            self._space(drawn.get("/ColorSpace"))
            return
        self._drawing(drawn)
        resources = drawn.get("/Resources")
        if resources is not None:
            self._resources(resources, depth + 1)

    def _font(self, font: Any, depth: int) -> None:
        import pikepdf

        if not self._new(font):
            return
        holder = font
        if isinstance(within := font.get("/DescendantFonts"), pikepdf.Array) and len(within):
            holder = within[0] if isinstance(within[0], pikepdf.Dictionary) else font
        described: Any = holder.get("/FontDescriptor")
        if not isinstance(described, pikepdf.Dictionary):
            described = {}
        name = next(
            (
                words(held)
                for held in (font.get("/BaseFont"), font.get("/Name"))
                if held is not None
            ),
            "unnamed",
        )
        embedded = any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        embedded |= font.get("/Subtype") == "/Type3"  # drawn by the document itself
        self.fonts[name] = self.fonts.get(name, True) and embedded
        if isinstance(own := font.get("/Resources"), pikepdf.Dictionary):
            self._resources(own, depth + 1)

    def _space(self, space: Any, depth: int = 0) -> None:
        import pikepdf

        if isinstance(space, pikepdf.Name):
            self.spaces.add(words(space))
            return
        if not isinstance(space, pikepdf.Array) or not len(space) or depth > DEPTH:
            return
        family = words(space[0])
        if family == "ICCBased" and len(space) > 1:
            profile: Any = space[1] if isinstance(space[1], pikepdf.Stream) else {}
            parts = int(number(profile.get("/N"), 0))
            self.spaces.add({1: "ICC Gray", 3: "ICC RGB", 4: "ICC CMYK"}.get(parts, "ICC"))
        elif family in {"Separation", "DeviceN"}:
            self.spaces.add("Spot")
        elif family in {"Indexed", "Pattern"}:
            self._space(space[1] if len(space) > 1 else None, depth + 1)
        else:
            self.spaces.add(family)

    def _state(self, state: Any, depth: int) -> None:
        import pikepdf

        blend: Any = state.get("/BM", "/Normal")
        modes = list(blend) if isinstance(blend, pikepdf.Array) else [blend]
        see_through = any(number(state.get(key), 1) < 1 for key in ("/ca", "/CA"))
        mask = state.get("/SMask")
        masked = mask is not None and mask != "/None"
        if see_through or masked or not all(mode in ("/Normal", "/Compatible") for mode in modes):
            self.transparency = True
        group = mask.get("/G") if isinstance(mask, pikepdf.Dictionary) else None
        if isinstance(group, pikepdf.Stream) and self._new(group):
            self._drawn(group, depth)

    def _drawing(self, drawing: Any) -> None:
        """Note the colours set by operators; a drawing of more than 8 MB (packed) is not read."""
        import pikepdf

        if _packed_size(drawing) > DRAWING_MAX_BYTES:
            return
        if not isinstance(drawing, pikepdf.Stream):
            drawing.Type = pikepdf.Name.Page  # some forget it, and the parser asks for it
        try:
            steps = pikepdf.parse_content_stream(
                drawing, " ".join([*OPERATORS, *NAMED, "BI ID EI"])
            )
        except pikepdf.PdfError:
            return
        for step in steps:
            if isinstance(step, pikepdf.ContentStreamInlineImage):
                with suppress(pikepdf.PdfError):
                    self._space(step.iimage.obj.get("/ColorSpace"))
            elif (operator := str(step.operator)) in OPERATORS:
                self.spaces.add(OPERATORS[operator])
            elif len(step.operands) and words(step.operands[0]).startswith("Device"):
                self.spaces.add(words(step.operands[0]))


def inherited(page: Any, name: str) -> Any:
    """Return an attribute of a page, which it may take from its parents, at most 32 of them."""
    import pikepdf

    node = page
    for _ in range(33):
        if not isinstance(node, pikepdf.Dictionary) or name in node:
            break
        node = node.get("/Parent")
    return node.get(name) if isinstance(node, pikepdf.Dictionary) else None


def words(held: Any) -> str:
    """Return a name or text of the document without its slash. Names are bytes: UTF-8 by the standard,
    often the code page of the program's country, of which the one that fits is taken."""
    import pikepdf

    raw = bytes(held).lstrip(b"/") if isinstance(held, pikepdf.Name | pikepdf.String) else b""
    for coding in ("utf-8", "gb18030", "shift_jis", "latin-1"):
        with suppress(UnicodeDecodeError):
            return raw.decode(coding)
    return ""


def number(held: Any, otherwise: float) -> float:
    """Return a number of the document, `otherwise` for what is none or without end."""
    try:
        value = otherwise if held is None else float(held)
    except (TypeError, ValueError, OverflowError):
        return otherwise
    return value if math.isfinite(value) else otherwise


def _packed_size(drawing: Any) -> int:
    import pikepdf

    held = drawing if isinstance(drawing, pikepdf.Stream) else drawing.get("/Contents")
    parts: Any = held if isinstance(held, pikepdf.Array) else [held]
    streams = [part for part in parts if isinstance(part, pikepdf.Stream)]
    return int(sum(number(part.get("/Length"), 0) for part in streams))


def _values(resources: Any, key: str) -> list[Any]:
    """Return what the resources hold under `key`: named things, their names don't matter."""
    import pikepdf

    held = resources.get(key)
    if not isinstance(held, pikepdf.Dictionary):
        return []
    kinds: Any = (pikepdf.Dictionary, pikepdf.Stream)
    if key == "/ColorSpace":
        kinds = (pikepdf.Array, pikepdf.Name)
    return [value for value in held.values() if isinstance(value, kinds)]
