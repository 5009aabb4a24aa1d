"""Write docs/api/PACKAGE.rst for each package: its public names, one section for each module."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx

PACKAGES = ("np_data", "np_layers", "np_optim", "np_metrics", "np_viz", "np_lab")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages before Sphinx looks for source files."""
    app.connect("builder-inited", write_pages)
    app.connect("autodoc-process-bases", keep_public_bases)
    return {"parallel_read_safe": True}


def write_pages(app: Sphinx) -> None:
    """Write a page for each package; a page that would not change keeps its time."""
    folder = Path(app.srcdir) / "docs" / "api"
    folder.mkdir(exist_ok=True)
    for name in PACKAGES:
        path, text = folder / f"{name}.rst", page(importlib.import_module(name))
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def keep_public_bases(
    app: Sphinx, name: str, value: object, options: object, bases: list[type]
) -> None:
    """Show only base classes that have an entry of their own."""
    bases[:] = [base for base in bases if is_shown(base, name.partition(".")[0])]


def is_shown(base: type, package: str) -> bool:
    """Return whether a base class is public in a package or belongs to Python."""
    public = importlib.import_module(package).__all__
    return base.__name__ in public or (base.__module__ == "builtins" and base is not object)


def page(package: ModuleType) -> str:
    """Return the page of a package: its docstring, then its public names grouped by module."""
    name = package.__name__
    first, _, rest = inspect.cleandoc(package.__doc__ or "").partition("\n")
    lines = [name, "=" * len(name), "", first, "", f".. py:module:: {name}", "", rest, ""]
    groups: dict[str, list[str]] = {}
    for public in public_names(package):
        groups.setdefault(home(package, public), []).append(public)
    for module, names in groups.items():
        title = heading(module)
        lines += [title, "-" * 2 * len(title), ""]
        for public in names:
            lines += entry(resolve(package, public), f"{name}.{public}")
    return "\n".join(lines)


def public_names(package: ModuleType) -> list[str]:
    """Return the names of `__all__`, and those of public modules in it, such as `testing.check`."""
    found = []
    for name in dict.fromkeys([*package.__all__, *dir(package)]):
        value = getattr(package, name, None)
        if not inspect.ismodule(value):
            found += [name] * (name in package.__all__)
        elif name == "testing":
            found += [f"{name}.{inner}" for inner in own_names(value)]
    return sorted(found, key=lambda public: home(package, public).partition(".")[2] or "~")


def own_names(module: ModuleType) -> list[str]:
    """Return the public names that a module defines itself."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]


def resolve(package: ModuleType, dotted: str) -> Any:
    """Return the object of a dotted name."""
    value: Any = package
    for part in dotted.split("."):
        value = getattr(value, part)
    return value


def home(package: ModuleType, dotted: str) -> str:
    """Return the module that defines a name; constants belong to the package itself."""
    module = getattr(resolve(package, dotted), "__module__", None)
    if module is None or not module.startswith(package.__name__):
        return package.__name__
    return str(module)


def heading(module: str) -> str:
    """Return the first line of a module's docstring, up to its colon, without the full stop."""
    first = (importlib.import_module(module).__doc__ or module).splitlines()[0]
    if "." not in module:
        return "General"
    return first.rstrip(".:").split(": ")[0]


def entry(value: Any, name: str) -> list[str]:
    """Return the directive that documents one object."""
    if inspect.isclass(value):
        # Sphinx hides the docstring of a class that is public under another name.
        value.__name__ = name.rpartition(".")[2]
        shown = any(is_shown(base, name.partition(".")[0]) for base in value.__bases__)
        options = ["   :members:"] + ["   :show-inheritance:"] * shown
        return [f".. autoclass:: {name}", *options, ""]
    if inspect.isroutine(value):
        return [f".. autofunction:: {name}", ""]
    return [f".. autodata:: {name}", "   :no-value:", ""]
