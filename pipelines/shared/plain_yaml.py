"""Reading a YAML file that nobody vouches for.

A few lines of YAML can ask for more than a machine has: a list of nine names for a list of nine
names, ten times over, stands for three thousand million values, and a tag can ask for any object of
Python. So the values are counted before they are made, a name as often as what it stands for, and
only plain values are made at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node

MOST = 100_000  # values of one file; ours has some thousand


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file; ValueError says in one line what is wrong and where."""
    reader = YAML(typ="safe", pure=True)
    try:
        root = reader.compose(path)
        if root is None:
            return None
        values = _count(root, {})
        if values > MOST:
            raise ValueError(f"must stand for at most {MOST} values, got {values}")
        return reader.constructor.construct_document(root)
    except MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        text = f"{line}{error.problem}"
    except RecursionError:
        text = "lists and mappings are nested too deeply"
    except (OSError, YAMLError, ValueError) as error:
        text = str(error)
    raise ValueError(" ".join(text.split()))


def _count(node: Node, known: dict[int, int]) -> int:
    """Return how many values a node stands for; `known` has those that were counted."""
    if id(node) not in known:
        known[id(node)] = MOST  # met again within itself, a value has no end
        children = node.value if isinstance(node, CollectionNode) else []
        if isinstance(node, MappingNode):
            children = [child for pair in children for child in pair]
        known[id(node)] = 1 + sum(_count(child, known) for child in children)
    return known[id(node)]
