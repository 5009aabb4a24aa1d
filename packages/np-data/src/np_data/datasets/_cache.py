"""The folder in which fetched data sets are kept for the next time."""

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Return ``$NP_DATA_CACHE``, or the folder that the platform has for caches."""
    if chosen := os.environ.get("NP_DATA_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or "~/AppData/Local").expanduser() / "np-data"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/np-data").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "np-data"
