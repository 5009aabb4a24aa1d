"""No test sees the user's cache, mirror or proxies, unless it is one that needs the network."""

import pytest


@pytest.fixture(autouse=True)
def _own_surroundings(request, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("NP_DATA_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.delenv("NP_DATA_MIRROR", raising=False)
    if request.node.get_closest_marker("network") is None:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
