"""The record as a tagged PDF (PDF/UA-1, ISO 14289-1), by the extra ``pdf``.

WeasyPrint needs Pango from the system. Without either, everything else works, and no page offers
a PDF. Nothing is fetched: the page brings its own pictures, and no address in it is followed.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NoReturn

STYLE = """
@page { size: A4; margin: 18mm 16mm; @bottom-right { content: counter(page); font-size: 11pt } }
html { font-family: "Liberation Sans", "Noto Sans", Arial, sans-serif; font-size: 13pt }
html.app-pdf--large { font-size: 18pt }
body { line-height: 1.4 }
h1 { font-size: 1.6em } h2 { font-size: 1.25em; break-after: avoid }
h3 { font-size: 1em; break-after: avoid }
ul, ol { padding-left: 1.2em } li { margin-bottom: 0.5em }
li p { margin: 0 }
.app-record__line { break-inside: avoid }
.app-picture { width: 1.6em; height: 1.6em }
"""


@cache
def is_there() -> bool:
    """Whether this machine can make one."""
    try:
        _load()
    except (ImportError, OSError):  # no such package; or no Pango behind it
        return False
    return True


def _load() -> Any:
    import weasyprint

    return weasyprint


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    raise ValueError(f"nothing is fetched for a PDF: {url}")


def write_pdf(page: str, *, is_large: bool = False) -> bytes:
    """``page``, a whole HTML document with its language and title, as the bytes of a tagged PDF."""
    weasyprint = _load()
    if is_large:
        page = page.replace('class="app-pdf"', 'class="app-pdf app-pdf--large"', 1)
    made: bytes = weasyprint.HTML(string=page, url_fetcher=_refuse).write_pdf(
        stylesheets=[weasyprint.CSS(string=STYLE)], pdf_variant="pdf/ua-1"
    )
    return made
