"""HTML to PDF with WeasyPrint, in the sandbox, seeing nothing but what it was given."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.core.fonts import font_config
from app.core.sandbox import run, workspace

TASK = "app.core.pdf:write_pdf"
MEMORY_MB, CPU_S, WALL_S = 1024, 60, 90
PREPARED_IMPORTS = ("weasyprint",)
NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


def render_pdf(
    html: str, *, assets: Mapping[str, bytes] | None = None, wall_s: float = WALL_S
) -> bytes:
    """Return the PDF of `html`, whose pictures and styles come from `assets` alone.

    The page names them ``asset:NAME``; every other address is refused and leaves a gap. Letters are set
    in the typefaces of `app.core.fonts`, never in those of the machine. Takes 0.2 to 0.5 s for a page.
    Raises SandboxStopped past 1 GB, 60 s of processor time or `wall_s`, ValueError for a name of more
    than letters, digits, dots, dashes and underscores.
    """
    with workspace() as folder:
        (folder / "page.html").write_text(html, "utf-8")
        given = dict(assets or {})
        for name, body in given.items():
            if not NAME.fullmatch(name) or name in {".", ".."}:
                raise ValueError(f"not a name for an asset: {name!r}")
            (folder / f"asset-{name}").write_bytes(body)
        (folder / "fonts.conf").write_text(font_config(folder / "fonts"), "utf-8")
        payload = {"folder": str(folder), "assets": sorted(given)}
        run(
            TASK, payload, writes=[folder],
            memory_mb=MEMORY_MB, cpu_s=CPU_S, wall_s=wall_s, what="paper",
        )  # fmt: skip
        return (folder / "out.pdf").read_bytes()


def write_pdf(payload: dict[str, Any]) -> dict[str, Any]:
    """Render ``page.html`` of the folder to ``out.pdf`` in it. Runs inside the sandbox only."""
    import weasyprint
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    folder = Path(payload["folder"])
    os.environ["FONTCONFIG_FILE"] = str(folder / "fonts.conf")
    names = frozenset(payload["assets"])

    class GivenOnly(URLFetcher):
        """Finds what was handed in and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix("asset:")
            if url.startswith("data:"):
                return super().fetch(url, headers)
            if name == url or name not in names:
                raise ValueError(f"only what was handed in is shown, not {url[:100]}")
            return URLFetcherResponse(url, (folder / f"asset-{name}").read_bytes())

    document = weasyprint.HTML(
        string=(folder / "page.html").read_text("utf-8"),
        base_url="asset:",
        url_fetcher=GivenOnly(allowed_protocols=("data",)),
    )
    document.write_pdf(folder / "out.pdf")
    return {"size_bytes": (folder / "out.pdf").stat().st_size}
