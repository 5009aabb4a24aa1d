"""Write the hashes of each recipe's plugin files, one JSON file per recipe.

DVC cannot take a list of dependencies from a recipe. So the other stages of a recipe depend on its
file of hashes: a change of a plugin file runs only the recipes again that use it.
"""

from pipelines.io.console import Console, parser_for, run
from pipelines.io.files import write_json
from pipelines.io.places import plugins_path
from pipelines.recipes.params import load_params
from pipelines.recipes.plugins import plugin_hashes


def main() -> None:
    """Run the stage from the command line."""
    args = parser_for(__doc__, "stages.plugins").parse_args()
    with Console("plugins", quiet=args.quiet):
        for recipe in load_params().all_recipes.values():
            write_json(plugins_path(recipe), plugin_hashes(recipe))


if __name__ == "__main__":
    run(main)
