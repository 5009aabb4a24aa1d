"""Run the command line: ``python -m np_data``."""

import sys

from np_data.cli import main

if __name__ == "__main__":
    sys.exit(main())
