"""Run the command line with ``python -m np_lab``."""

import sys

from np_lab.cli import main

sys.exit(main())
