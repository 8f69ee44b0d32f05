"""A built site, a backend, and each of the servers in front of them, for as long as the tests run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from testkit.browser import launched
from testkit.front import FRONTS, Certificate, Front, need
from testkit.host import ROOT, Host
from tools import site as sites
from tools.compress import compress
from tools.snapshot.build import is_current

StartFront = Callable[[Path, int], Front]


class Built:
    """A built site of this checkout, and a way to build the next version into the same folder."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "out"
        self._source = folder / "source"
        self._source.mkdir()
        for name in ("app", "static", "pyscript.toml"):
            (self._source / name).symlink_to(ROOT / name)
        self.versions = [self.build("Image tasks and ability tasks, live.")]

    def build(self, description: str) -> str:
        """Build a version whose page describes itself so; returns its name."""
        text = (ROOT / "index.html").read_text("utf-8")
        old = 'content="Image tasks and ability tasks, live."'
        assert text.count(old) == 1
        (self._source / "index.html").write_text(text.replace(old, f'content="{description}"'), encoding="utf-8")
        version = sites.build(self.out, root=self._source)
        compress(sites.folder_of(self.out, version), ".css", ".js", ".mjs", ".wasm", ".bin", ".json", ".html")
        return version


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate that the browser of these tests trusts."""
    return Certificate.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def chromium(certificate: Certificate) -> Iterator[Browser]:
    """A browser that trusts one certificate more, so that service workers are there as with a real one."""
    with launched(f"--ignore-certificate-errors-spki-list={certificate.public_key_hash}") as browser:
        yield browser


@pytest.fixture(params=sorted(FRONTS))
def start_front(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, certificate: Certificate
) -> Iterator[StartFront]:
    """Start a server in front of a port, ended after the test."""
    name = str(request.param)
    need(name)
    with ExitStack() as started:

        def start(site: Path, backend_port: int) -> Front:
            folder = tmp_path_factory.mktemp(name) / "server"
            return started.enter_context(FRONTS[name](folder, site, backend_port, certificate))

        yield start


@pytest.fixture(scope="session")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The first version, built once."""
    assert is_current(), "there is no snapshot of these sources: run `make snapshot`"
    return Built(tmp_path_factory.mktemp("site"))


@pytest.fixture
def built(first_build: Built) -> Iterator[Built]:
    """A site whose later versions are taken away after the test."""
    page = (first_build.out / sites.PAGE).read_bytes()
    worker = (first_build.out / sites.WORKER).read_bytes()
    yield first_build
    (first_build.out / sites.PAGE).write_bytes(page)
    (first_build.out / sites.WORKER).write_bytes(worker)
    for folder in (first_build.out / sites.VERSIONS).iterdir():
        if folder.name not in first_build.versions:
            shutil.rmtree(folder)


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The bundled backend, in which nothing happens by itself."""
    data = tmp_path_factory.mktemp("data")
    with Host("--port", "0", "--data", str(data), "--idle", "--seed", "1", "--speed", "20") as host:
        yield host
