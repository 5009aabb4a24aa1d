"""Read, verify, split, batch and augment MNIST-like data sets with NumPy only."""

from np_data.augment.affine import random_affine
from np_data.augment.compose import compose
from np_data.augment.elastic import elastic
from np_data.augment.erase import random_erase
from np_data.augment.flip import random_flip
from np_data.augment.registry import AUGMENTATIONS, register_augmentation
from np_data.augment.shift import random_shift
from np_data.batches import Batches
from np_data.csv.reader import iter_csv, read_csv
from np_data.csv.writer import write_csv
from np_data.datasets.dataset import Dataset, load
from np_data.datasets.entry import DatasetEntry
from np_data.datasets.fetch import fetch
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.registry import register
from np_data.datasets.registry_file import RegistryError, read_registry
from np_data.datasets.source import FetchError
from np_data.errors import CsvError, IdxError
from np_data.idx import read_idx, write_idx
from np_data.labels import one_hot
from np_data.scaling import Scale, Standardize
from np_data.split import kfold, shuffle, train_val_split
from np_data.transforms import TRANSFORMS, Transform, register_transform, transform_from_dict

__version__ = "0.2.0"

__all__ = [
    "AUGMENTATIONS",
    "TRANSFORMS",
    "Batches",
    "CsvError",
    "Dataset",
    "DatasetEntry",
    "FetchError",
    "IdxError",
    "IdxFile",
    "RegistryError",
    "Scale",
    "Standardize",
    "Transform",
    "compose",
    "elastic",
    "fetch",
    "iter_csv",
    "kfold",
    "load",
    "one_hot",
    "random_affine",
    "random_erase",
    "random_flip",
    "random_shift",
    "read_csv",
    "read_idx",
    "read_registry",
    "register",
    "register_augmentation",
    "register_transform",
    "shuffle",
    "train_val_split",
    "transform_from_dict",
    "write_csv",
    "write_idx",
]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
