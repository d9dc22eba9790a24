"""What the pages of a PDF draw with: fonts, colour spaces, transparency."""

from typing import Any

OPERATORS = {"rg": "DeviceRGB", "RG": "DeviceRGB", "k": "DeviceCMYK", "K": "DeviceCMYK"}
OPERATORS |= {"g": "DeviceGray", "G": "DeviceGray"}
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
        listed = [{"name": name, "embedded": self.fonts[name]} for name in sorted(self.fonts)]
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
        if depth > DEPTH or not self._new(resources):
            return
        for font in _values(resources, "/Font"):
            self._font(font)
        for space in _values(resources, "/ColorSpace"):
            self._space(space)
        for state in _values(resources, "/ExtGState"):
            self._state(state)
        for drawn in _values(resources, "/XObject"):
            if self._new(drawn):
                self._drawn(drawn, depth)
        for pattern in _values(resources, "/Pattern"):
            if "/Resources" in pattern and self._new(pattern):
                self._resources(pattern.Resources, depth + 1)

    def _drawn(self, drawn: Any, depth: int) -> None:
        if drawn.get("/Subtype") == "/Image":
            if "/SMask" in drawn:
                self.transparency = True
            if "/ColorSpace" in drawn:
                self._space(drawn.ColorSpace)
            return
        self._drawing(drawn)
        if "/Resources" in drawn:
            self._resources(drawn.Resources, depth + 1)

    def _font(self, font: Any) -> None:
        if not self._new(font):
            return
        name = str(font.get("/BaseFont", font.get("/Name", "/unnamed"))).lstrip("/")
        holder = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        described = holder.get("/FontDescriptor", {})
        embedded = any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        embedded |= font.get("/Subtype") == "/Type3"  # drawn by the document itself
        self.fonts[name] = self.fonts.get(name, True) and embedded

    def _space(self, space: Any) -> None:
        import pikepdf

        if isinstance(space, pikepdf.Name):
            self.spaces.add(str(space).lstrip("/"))
            return
        if not isinstance(space, pikepdf.Array) or not len(space):
            return
        family = str(space[0]).lstrip("/")
        if family == "ICCBased":
            parts = int(space[1].get("/N", 0))
            self.spaces.add({1: "ICC Gray", 3: "ICC RGB", 4: "ICC CMYK"}.get(parts, "ICC"))
        elif family in {"Separation", "DeviceN"}:
            self.spaces.add("Spot")
        elif family == "Indexed":
            self._space(space[1])
        else:
            self.spaces.add(family)

    def _state(self, state: Any) -> None:
        blend = state.get("/BM", "/Normal")
        see_through = any(float(state.get(key, 1)) < 1 for key in ("/ca", "/CA"))
        masked = "/SMask" in state and state.SMask != "/None"
        if see_through or masked or str(blend) not in {"/Normal", "/Compatible"}:
            self.transparency = True

    def _drawing(self, drawing: Any) -> None:
        """Note the colours set by operators; a drawing of more than 8 MB (packed) is not read."""
        import pikepdf

        if _packed_size(drawing) > DRAWING_MAX_BYTES:
            return
        try:
            steps = pikepdf.parse_content_stream(drawing, " ".join(OPERATORS))
        except pikepdf.PdfError:
            return
        for step in steps:
            self.spaces.add(OPERATORS[str(step.operator)])


def inherited(page: Any, name: str) -> Any:
    """Return an attribute of a page, which it may take from its parents, at most 32 of them."""
    node = page
    for _ in range(33):
        if node is None or name in node:
            break
        node = node.get("/Parent")
    return node.get(name) if node is not None else None


def _packed_size(drawing: Any) -> int:
    import pikepdf

    held = drawing if isinstance(drawing, pikepdf.Stream) else drawing.get("/Contents")
    parts: Any = held if isinstance(held, pikepdf.Array) else [held]
    return sum(int(part.get("/Length", 0)) for part in parts if part is not None)


def _values(resources: Any, key: str) -> list[Any]:
    import pikepdf

    held = resources.get(key)
    if not isinstance(held, pikepdf.Dictionary):
        return []
    kinds = (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array, pikepdf.Name)
    return [value for _, value in held.items() if isinstance(value, kinds)]
