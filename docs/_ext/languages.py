"""Mark Korean pages as Korean, and link each page with the same page in the other language."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the language of a page to what its template sees."""
    app.connect("html-page-context", add_language)
    return {"parallel_read_safe": True}


def add_language(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Set `language`, and `translation` to the page of the other language if there is one."""
    korean, other = is_korean(page), twin(page)
    context["language"] = "ko" if korean else "en"
    context["translation"] = other if other in app.env.found_docs else None
    context["translation_language"] = "English" if korean else "한국어"


def is_korean(page: str) -> bool:
    """Return whether a page is Korean: docs/ko/museum, README.ko."""
    return page.startswith("docs/ko/") or page.endswith(".ko")


def twin(page: str) -> str:
    """Return the name that the page has in the other language."""
    if page.startswith("docs/ko/"):
        return page.replace("docs/ko/", "docs/", 1)
    if page.endswith(".ko"):
        return page.removesuffix(".ko")
    if page.startswith("docs/"):
        return page.replace("docs/", "docs/ko/", 1)
    return page + ".ko"
