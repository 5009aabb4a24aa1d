"""A clone without data or models takes them from an S3-compatible remote, as the docs show."""

import configparser
import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from .conftest import ROOT, Workshop

BUCKET = "np-results"
KEYS = {"AWS_ACCESS_KEY_ID": "someone", "AWS_SECRET_ACCESS_KEY": "something"}


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def shown() -> list[str]:
    """Return what the section of the docs gives to dvc, line by line."""
    text = (ROOT / "docs" / "pipeline.md").read_text(encoding="utf-8")
    section = text.split("## Keep data and models in a bucket")[1].split("\n## ")[0]
    return re.findall(r"^dvc (.*)$", section, flags=re.MULTILINE)


def dvc(workshop: Workshop, *words: str) -> str:
    done = workshop.run("dvc", *words, **KEYS, AWS_DEFAULT_REGION="us-east-1", no_proxy="*")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_clone_pulls_what_was_pushed(workshop: Workshop, endpoint: str, tmp_path: Path) -> None:
    keys = {name.lower(): value for name, value in KEYS.items()}
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)
    client.create_bucket(Bucket=BUCKET)
    *settings, push = shown()
    for line in settings:
        own = line.replace("s3://my-bucket", f"s3://{BUCKET}")
        dvc(workshop, *own.replace("https://s3.example.org", endpoint).split())
    assert "files pushed" in dvc(workshop, push)
    assert dvc(workshop, "push") == "Everything is up to date.\n"

    clone = workshop.elsewhere(tmp_path / "clone")
    left_out = shutil.ignore_patterns(
        "cache", "tmp", ".ckpt", "__pycache__", "figures", "layers.csv", "mistakes.json"
    )
    shutil.copytree(workshop.folder, clone.folder, ignore=left_out)
    shutil.rmtree(clone.folder / "data")
    shutil.rmtree(clone.folder / "models")
    dvc(clone, "pull")
    assert clone.results() == workshop.results()
    assert "Running stage" not in dvc(clone, "repro")


def test_dvc_sends_no_analytics() -> None:
    settings = configparser.ConfigParser()
    settings.read_string(textwrap.dedent((ROOT / ".dvc" / "config").read_text(encoding="utf-8")))
    assert settings["core"]["analytics"] == settings["core"]["check_update"] == "false"
