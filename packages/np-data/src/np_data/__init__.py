"""Read, verify, split, batch and augment MNIST-like data sets with nothing but NumPy."""

from np_data.batches import Batches
from np_data.csv_read import iter_csv, read_csv
from np_data.csv_write import write_csv
from np_data.dataset import Dataset, load
from np_data.entry import DatasetEntry, IdxFile
from np_data.errors import CsvError, IdxError
from np_data.fetch import fetch
from np_data.idx import read_idx
from np_data.idx_write import write_idx
from np_data.registry import register
from np_data.registry_file import read_registry
from np_data.scaling import Scale, Standardize
from np_data.source import FetchError
from np_data.split import kfold, one_hot, shuffle, train_val_split

__all__ = [
    "Batches",
    "CsvError",
    "Dataset",
    "DatasetEntry",
    "FetchError",
    "IdxError",
    "IdxFile",
    "Scale",
    "Standardize",
    "fetch",
    "iter_csv",
    "kfold",
    "load",
    "one_hot",
    "read_csv",
    "read_idx",
    "read_registry",
    "register",
    "shuffle",
    "train_val_split",
    "write_csv",
    "write_idx",
]
