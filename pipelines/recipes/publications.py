"""Read publications.yaml: what the page says about recipes, beside their results.

Only the stage `report` depends on that file, so editing it trains nothing again.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from pipelines.environment import ROOT
from pipelines.recipes.choices import error_names_place
from pipelines.recipes.params import error_lines, known_name, read_mapping
from pipelines.recipes.schema import ConfigError, Name, Strict

FILE = "pipelines/publications.yaml"


class WriteUp(Strict):
    """A published document; ``link`` may be empty."""

    title: str
    author: str = ""
    year: int | None = None
    link: str = ""

    def __str__(self) -> str:
        source = ", ".join(str(part) for part in (self.author, self.year) if part)
        return f"{self.title} ({source})" if source else self.title


class Korean(Strict):
    """Texts in Korean; an empty one is shown in English."""

    title: str = ""
    note: str = ""
    cause: str = ""
    see: str = ""


class Group(Strict):
    """Recipes whose histories one figure compares, by one column."""

    title: str
    compare: Literal["val_accuracy"]
    ko: Korean = Korean()


class Finding(Strict):
    """A card at the top of the page: what a recipe shows, and its cause in one line."""

    recipe: Name
    title: str
    cause: str
    ko: Korean = Korean()


class Pair(Strict):
    """Two networks that answer the same drawing, and what there is to see in their answers."""

    writeup: Name
    published: Name
    corrected: Name
    see: str
    ko: Korean = Korean()


class Entry(Strict):
    """What the page says about one recipe.

    ``label`` is its name in the figure of its group, and ``corrected`` is the recipe that corrects
    it. ``published`` are printed numbers. ``aim`` is the test accuracy that a flagship aims at.
    """

    title: str = ""
    writeup: Name | None = None
    group: Name | None = None
    label: str = ""
    note: str = ""
    corrected: Name | None = None
    published: dict[str, float] = Field(default_factory=dict)
    aim: float | None = None
    ko: Korean = Korean()


class Publications(Strict):
    """The whole file. Recipes and data sets without an entry are shown under their names.

    ``native`` has the test accuracies of version 0.1.0, which computed in NumPy's own arithmetic.
    """

    version: str = ""
    address: str = ""
    datasets: dict[Name, str] = Field(default_factory=dict)
    writeups: dict[Name, WriteUp] = Field(default_factory=dict)
    findings: list[Finding] = Field(default_factory=list)
    pairs: list[Pair] = Field(default_factory=list)
    groups: dict[Name, Group] = Field(default_factory=dict)
    recipes: dict[Name, Entry] = Field(default_factory=dict)
    native: dict[Name, float] = Field(default_factory=dict)

    def entry(self, name: str) -> Entry:
        """Return the entry of a recipe, or one with nothing but its name."""
        entry = self.recipes.get(name, Entry())
        return entry.model_copy(update={"title": entry.title or name, "label": entry.label or name})


def load_publications(recipes: Iterable[str], folder: Path = ROOT) -> Publications:
    """Read and check the file; ``recipes`` are the names that entries may have."""
    try:
        publications = Publications.model_validate(read_mapping(folder / FILE, FILE))
    except ValidationError as error:
        raise ConfigError("\n".join(f"{FILE}: {line}" for line in error_lines(error))) from None
    names = list(recipes)
    for name, entry in publications.recipes.items():
        with error_names_place(f"{FILE}: recipes.{name}"):
            for recipe in filter(None, (name, entry.corrected)):
                known_name("recipe", recipe, names)
            if entry.writeup is not None:
                known_name("writeup", entry.writeup, publications.writeups)
            if entry.group is not None:
                known_name("group", entry.group, publications.groups)
    findings = [finding.recipe for finding in publications.findings]
    pairs = [name for pair in publications.pairs for name in (pair.published, pair.corrected)]
    for key, used in (("findings", findings), ("pairs", pairs), ("native", publications.native)):
        for name in used:
            with error_names_place(f"{FILE}: {key}"):
                known_name("recipe", name, names)
    return publications
