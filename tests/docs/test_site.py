"""The built documentation: links lead somewhere, nothing is loaded from the network."""

import sys
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from inspect import ismodule
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "docs"
# The report page has tests of its own, in tests/browser.
FOUND = {path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html")}
PAGES = sorted(FOUND - {"report.html"})

sys.path.insert(0, str(ROOT / "docs" / "_ext"))


class Page(HTMLParser):
    """The links, the loaded files, the anchors and the number of equations of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.equations = 0
        self.language = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self.anchors.add(values.get("id", ""))
        self.equations += tag == "math"
        if tag == "html":
            self.language = values.get("lang", "")
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag in ("img", "script", "source") and "src" in values:
            self.loaded.append(values["src"])
        elif tag == "link" and values.get("rel") not in ("index", "search", "next", "prev"):
            self.loaded.append(values["href"])


@cache
def page(path: Path) -> Page:
    return Page(path)


@pytest.mark.parametrize("name", PAGES)
def test_links_and_files_of_a_page_exist(name: str) -> None:
    here = SITE / name
    for target in [*page(here).links, *page(here).loaded]:
        parts = urlsplit(target)
        if parts.scheme:
            continue
        path = (here.parent / unquote(parts.path)) if parts.path else here
        assert path.is_file(), target
        if parts.fragment and path.suffix == ".html":
            assert unquote(parts.fragment) in page(path).anchors, target


@pytest.mark.parametrize("name", PAGES)
def test_page_loads_nothing_from_the_network(name: str) -> None:
    assert [src for src in page(SITE / name).loaded if urlsplit(src).scheme] == []


@pytest.mark.parametrize("name", PAGES)
def test_page_names_its_language(name: str) -> None:
    korean = name.startswith("docs/ko/") or name.endswith(".ko.html")
    assert page(SITE / name).language == ("ko" if korean else "en")


@pytest.mark.parametrize(
    ("name", "least"), [("np_layers", 40), ("np_optim", 25), ("np_metrics", 10)]
)
def test_reference_shows_equations(name: str, least: int) -> None:
    assert page(SITE / "docs" / "api" / f"{name}.html").equations >= least


def test_reference_documents_every_public_name() -> None:
    import api

    for package in api.PACKAGES:
        anchors = page(SITE / "docs" / "api" / f"{package}.html").anchors
        module = import_module(package)
        for name in module.__all__:
            if not ismodule(getattr(module, name)):
                assert f"{package}.{name}" in anchors


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("y = x W + b.", ":math:`y = x W + b`."),
        (
            "Return dL/dx = G Wᵀ for G = dL/dy.",
            "Return :math:`dL/dx = G Wᵀ` for :math:`G = dL/dy`.",
        ),
        ("A sum of |x| with ``a = b`` inside.", r"A sum of \|x\| with ``a = b`` inside."),
        ("running ← (1 − momentum) · running", "running ← (1 − momentum) · running"),
        ("Keep a name_ and *args.", r"Keep a name\_ and \*args."),
    ],
)
def test_formulas_in_prose_are_marked(line: str, marked: str) -> None:
    from equations import protect

    assert protect(line) == marked


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        (
            "β₁ᵗ",
            "<msup><msub><mi>β</mi><mrow><mn>1</mn></mrow></msub><mrow><mi>t</mi></mrow></msup>",
        ),
        ("√(v + ε)", "<msqrt>"),
        ("tp_c", "<msub><mi>tp</mi><mrow><mi>c</mi></mrow></msub>"),
    ],
)
def test_unicode_becomes_mathml(text: str, markup: str) -> None:
    from equations import unicode_row

    assert markup in unicode_row(text)


def test_latex_becomes_mathml() -> None:
    from equations import markup

    assert "<mfrac>" in markup(r"\frac{1}{n}")
