"""Registered data sets, in Python and in a TOML file."""

import re

import pytest

from np_data import DatasetEntry, IdxFile, RegistryError, fetch, load, read_registry, register
from np_data.datasets.registry import ENTRIES
from np_data.datasets.sources import LocalFolder, WebMirror

ZEROS = "00" * 32


@pytest.fixture(autouse=True)
def own_registry():
    before = dict(ENTRIES)
    yield
    ENTRIES.clear()
    ENTRIES.update(before)


def toml_of(tiny, *, name="tiny", urls=()):
    lines = [f"[{name}]", f"urls = {list(urls)!r}", 'class_names = ["o", "ki"]', f"[{name}.files]"]
    for role, file in tiny.entry.files.items():
        lines.append(
            f'{role} = {{ name = "{file.name}", sha256 = "{file.sha256}", size = {file.size} }}'
        )
    return "\n".join(lines)


def test_load_takes_entry_of_registry_file(tiny, folder_of, serve, tmp_path):
    mirror = folder_of({"train-images-idx3-ubyte": tiny.raw["train-images-idx3-ubyte"]})
    server = serve(lambda request, name: request.whole(tiny.packed[name]))
    path = tmp_path / "mine.toml"
    path.write_text(toml_of(tiny, urls=[mirror.as_uri(), server.url]))
    [entry] = read_registry(path)
    assert entry.sources == (LocalFolder(mirror.as_uri()), WebMirror(server.url))
    data = load(entry, tmp_path / "out")
    assert data.train_images.shape == (300, 20, 10)
    assert data.class_names == ("o", "ki")
    assert "train-images-idx3-ubyte" not in server.seen


def test_registered_name_is_fetched(tiny, folder_of, tmp_path):
    entry = DatasetEntry("tiny", tiny.entry.files, [LocalFolder(folder_of(tiny.raw))])
    register(entry)
    register(entry)
    fetch("tiny", tmp_path / "out")
    assert "tiny" in ENTRIES
    expected = re.escape("a data set named 'tiny' exists already; choose another name")
    with pytest.raises(ValueError, match=expected):
        register(DatasetEntry("tiny", tiny.entry.files))
    with pytest.raises(ValueError, match=re.escape("a data set named 'mnist' exists already")):
        register(DatasetEntry("mnist", tiny.entry.files))


def test_file_without_size_is_verified_by_hash(tiny, folder_of, tmp_path):
    files = {role: IdxFile(file.name, file.sha256) for role, file in tiny.entry.files.items()}
    entry = DatasetEntry("unsized", files, [LocalFolder(folder_of(tiny.packed, suffix=".gz"))])
    fetch(entry, tmp_path / "out")
    assert (tmp_path / "out" / "t10k-labels-idx1-ubyte").stat().st_size == 58


FILE = f'{{ name = "a", sha256 = "{ZEROS}" }}'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[mine", "not valid TOML: "),
        ("mine = 3", "mine: expected the keys files and perhaps class_names, urls, got 3"),
        ("[mine]", "mine: expected the keys files and perhaps class_names, urls, got {}"),
        ("[mine]\nurl = 1", "mine: expected the keys files and perhaps class_names"),
        (
            "[mine]\nfiles = []",
            "mine: expected a table of files, lists of urls and class_names",
        ),
        (
            "[mine.files]\ntrain_images = 1",
            "mine: expected the keys name, sha256 and",
        ),
        (
            "[mine.files]\ntrain_images = {name = 'a'}",
            "mine: expected the keys name, sha256 and",
        ),
        (f"[mine.files]\ntrain = {FILE}", "mine: files must have exactly the roles train_images"),
        (
            f"[mine.files]\na = {{name = '../a', sha256 = '{ZEROS}'}}",
            "mine: name must be a plain file name without folders, got '../a'",
        ),
        ("[mine.files]\na = {name = 'a', sha256 = 'md5'}", "mine: sha256 must be 64 hexadecimal"),
        ("[mine.files]\na = {name = 1, sha256 = 2}", "mine: expected string"),
        (
            f"[mine.files]\na = {{name = 'a', sha256 = '{ZEROS}', size = '1'}}",
            "mine: size must be a whole number of bytes, got '1'",
        ),
        (
            f"[mine.files]\na = {{name = 'a', sha256 = '{ZEROS}', size = -1}}",
            "mine: size must be a whole number of bytes, got -1",
        ),
    ],
)
def test_read_registry_rejects_wrong_table(text, reason, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(RegistryError, match=re.escape(f"{path}: {reason}")):
        read_registry(path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "urls = 'https://example.org/{name}'",
            "expected a table of files, lists of urls",
        ),
        ("urls = [1]", "expected str, bytes or os.PathLike object, not int"),
        ("class_names = 'abc'", "expected a table of files, lists of urls"),
        ("urls = ['https://example.org/']", "url must be http(s) with {name} for the file's name"),
    ],
)
def test_read_registry_rejects_wrong_list(tiny, line, reason, tmp_path):
    key = line.split()[0]
    lines = toml_of(tiny).split("\n")
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(line if text.startswith(key) else text for text in lines))
    with pytest.raises(RegistryError, match=re.escape(f"{path}: tiny: {reason}")):
        read_registry(path)


def test_entry_rejects_names_with_folders(tiny):
    for name in ("../mine", "a/b", "", ".hidden", "a b"):
        with pytest.raises(ValueError, match=re.escape(f"got {name!r}")):
            DatasetEntry(name, tiny.entry.files)
    same = dict.fromkeys(tiny.entry.files, tiny.entry.files["train_images"])
    with pytest.raises(ValueError, match=re.escape("files must have four different names")):
        DatasetEntry("same", same)
