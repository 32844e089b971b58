"""Fixtures of the end-to-end tests: the hub double, a home folder, the real SDKs, the hubcache command."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator, Mapping

import pytest
from csg import CSG_VERSIONS, CsgClient
from egress import Egress
from hf import HUB_VERSIONS, HfClient
from hfdouble import HfHub
from home import Home
from hubdouble import CsgHub, Hub, ModelScopeHub
from json_output import checked
from ms import HOSTS, MS_VERSIONS, MsClient
from sdk import Sdk, venv_of
from stores import Bucket, Folder, running
from tls_front import TlsFront, make_certificate

SDK_VERSIONS = ("0.3.9", "0.3.5")

# A shell without job control starts a program in the background with SIGINT ignored, and all its children inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def json_follows_its_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks the JSON of every hubcache command, also if a test runs it as another user, in a mount namespace or under
    strace."""
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *words, **more: checked(run(*words, **more)))


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Provides an empty hub, which reports the content size of LFS files; with the pointer size, the SDK would truncate
    the files."""
    with Hub(lfs_size="content") as running:
        yield running


@pytest.fixture
def egress() -> Iterator[Egress]:
    with Egress() as proxy:
        yield proxy


@pytest.fixture
def home(tmp_path: Path, egress: Egress) -> Home:
    return Home(tmp_path / "home", egress.url)


@pytest.fixture(params=SDK_VERSIONS)
def sdk(request: pytest.FixtureRequest, home: Home, hub: Hub) -> Sdk:
    return Sdk(request.param, venv_of(f"aistudio-{request.param}"), home, hub)


@pytest.fixture
def hf_hub() -> Iterator[HfHub]:
    """Provides an empty double of Hugging Face's hub."""
    with HfHub() as running:
        yield running


@pytest.fixture(params=HUB_VERSIONS)
def hf(request: pytest.FixtureRequest, home: Home, hf_hub: HfHub) -> HfClient:
    return HfClient("huggingface-hub", request.param, home, hf_hub)


@pytest.fixture
def ms_hub() -> Iterator[ModelScopeHub]:
    """Provides an empty double of ModelScope's hub."""
    with ModelScopeHub() as running:
        yield running


@pytest.fixture(scope="session")
def ms_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"), HOSTS)


@pytest.fixture
def ms_front(ms_hub: ModelScopeHub, ms_certificate: Path) -> Iterator[TlsFront]:
    """Provides the https address of the double of ModelScope's hub."""
    with TlsFront(ms_hub, HOSTS, ms_certificate) as front:
        yield front


@pytest.fixture(params=MS_VERSIONS)
def ms(request: pytest.FixtureRequest, home: Home, ms_hub: ModelScopeHub, ms_front: TlsFront) -> MsClient:
    return MsClient(request.param, home, ms_hub, ms_front)


@pytest.fixture
def csg_hub() -> Iterator[CsgHub]:
    """Provides an empty double of CSGHub."""
    with CsgHub() as running:
        yield running


@pytest.fixture(params=CSG_VERSIONS)
def csg(request: pytest.FixtureRequest, home: Home, csg_hub: CsgHub) -> CsgClient:
    return CsgClient(request.param, home, csg_hub)


@pytest.fixture(params=[Folder, Bucket], ids=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Folder | Bucket]:
    """Provides an empty store for published repos, of each kind."""
    with running(request.param, tmp_path) as one:
        yield one


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Bucket]:
    """Provides an empty store in a bucket of a real S3 service."""
    with running(Bucket, tmp_path) as one:
        yield one


class Command:
    """The hubcache command, with the same home and hub as the SDK."""

    def __init__(self, binary: str, env: Mapping[str, str], folder: Path):
        self.binary, self.env, self.folder = binary, dict(env), folder

    def __call__(
        self, *arguments: object, env: Mapping[str, str] = {}, stdin: str = "", timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.binary, *map(str, arguments)],
            env=self.env | env,
            cwd=self.folder,
            input=stdin,
            text=True,
            capture_output=True,
            timeout=timeout,
        )


@pytest.fixture
def hubcache(home: Home, hub: Hub) -> Command:
    binary = os.environ.get("HUBCACHE_BIN")
    if not binary:
        pytest.fail("HUBCACHE_BIN is not set: it names the hubcache command to test")
    return Command(binary, home.env | {"STUDIO_GIT_HOST": hub.url}, home.path)


@pytest.fixture
def scene_folder(tmp_path: Path) -> Iterator[Path]:
    """Provides a folder for a scene that runs many times. The folder is in memory, which is fast; with
    HUBCACHE_CRASH_ALL=1 it is on the disk, where inode numbers are reused."""
    memory = Path("/dev/shm")
    if os.environ.get("HUBCACHE_CRASH_ALL") == "1" or not os.access(memory, os.W_OK):
        yield tmp_path / "home"
        return
    folder = Path(tempfile.mkdtemp(prefix="hubcache-test-", dir=memory))
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def other_device(tmp_path: Path) -> Iterator[Path]:
    """Provides a folder on another file system than the test's home."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system: /dev/shm is missing, not writable, or holds the test's own folder")
    folder = Path(tempfile.mkdtemp(prefix="hubcache-test-", dir=memory))
    yield folder
    shutil.rmtree(folder)
