"""The reproducible run: data sets and recipes become models, numbers, figures and one page."""

import sys
from importlib.util import find_spec

# This file must be valid in every Python 3, as the wrong one may read it.
if sys.version_info < (3, 11) or find_spec("numpy") is None or find_spec("pydantic") is None:
    windows = sys.platform == "win32"
    sys.exit(
        "error: {} is not the Python of this project; activate its environment first: {}".format(
            sys.executable, ".venv\\Scripts\\activate" if windows else ". .venv/bin/activate"
        )
    )

from pipelines import environment as environment
