"""Read, verify, split, batch and augment MNIST-like data sets with nothing but NumPy."""

from np_data.dataset import Dataset, load
from np_data.entry import DatasetEntry, IdxFile
from np_data.fetch import fetch
from np_data.registry import register
from np_data.source import FetchError

__all__ = [
    "Dataset",
    "DatasetEntry",
    "FetchError",
    "IdxFile",
    "fetch",
    "load",
    "register",
]
