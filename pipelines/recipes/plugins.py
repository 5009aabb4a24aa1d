"""Plugins: Python files of your own that register layers, optimizers, losses and transforms."""

import importlib
import sys

from pipelines.environment import ROOT
from pipelines.io.files import file_hash
from pipelines.recipes.schema import Recipe


def import_plugins(recipe: Recipe) -> None:
    """Import the plugins of a recipe, whose decorators make its names known."""
    plugin_hashes(recipe)  # a missing file is an error that names the key
    before = set(sys.modules)
    names = [file.removesuffix(".py").replace("/", ".") for file in recipe.plugins]
    for name in names:
        importlib.import_module(name)
    for name in sorted(sys.modules.keys() - before - set(names)):
        file = f"{name.replace('.', '/')}.py"
        if name.startswith("experiments.") and (ROOT / file).is_file():
            raise recipe.error("plugins", f"a plugin imports {file}; add it to the list")


def plugin_hashes(recipe: Recipe) -> dict[str, str]:
    """Return the SHA-256 of each plugin file of a recipe."""
    for file in recipe.plugins:
        if not (ROOT / file).is_file():
            raise recipe.error("plugins", f"there is no file {file}")
    return {file: file_hash(ROOT / file) for file in recipe.plugins}
