"""`hubcache doctor`: each thing that can be wrong, made wrong for real; what it says of a client is what the client does."""

import getpass
import json
import shutil
import subprocess
import tempfile
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Iterator

import pytest
from egress import Egress
from file_systems import WITHOUT_LINKS, mount
from hf import HfClient
from listener import Listener, read_head
from mounts import CommandInside, mounts  # noqa: F401 (a fixture)
from ms import HOSTS, MsClient
from ms_scene import REPO as MS_REPO
from scene import REPO, Scene, write
from sdk import Sdk, venv_of
from tls_front import TlsFront, make_certificate

from adoption import tree

SECRET = "s3cr3t-0123456789abcdef"
CLOSED = "http://127.0.0.1:1"  # no server


@pytest.fixture
def doctor(hubcache, hf_hub, ms_hub, csg_hub):
    """Runs the command in an environment in which nothing is wrong: each variable leads to a hub double."""
    hubcache.env |= {"HF_ENDPOINT": hf_hub.url, "MODELSCOPE_ENDPOINT": ms_hub.endpoint, "CSGHUB_DOMAIN": csg_hub.url}
    hubcache.env |= {"VIRTUAL_ENV": str(venv_of("aistudio-0.3.9")), "CSGHUB_TOKEN_PATH": "no-token"}
    return Doctor(hubcache)


class Doctor:
    def __init__(self, command):
        self.command, self.env = command, command.env

    def __call__(self, *options: str, env={}) -> dict:
        run = self.command("doctor", "--json", *options, env=env)
        assert SECRET not in run.stdout + run.stderr and not run.stderr
        report = json.loads(run.stdout.replace("<user>", getpass.getuser()))  # pytest's folders have the user's name
        assert run.returncode == (3 if report["wrong"] else 0)
        assert report["wrong"] == len(of(report, "wrong")) and report["notes"] == len(of(report, "note"))
        return report

    def text(self, *options: str, env={}) -> str:
        run = self.command("doctor", *options, env=env)
        assert SECRET not in run.stdout + run.stderr
        return run.stdout

    def wrong(self, *options: str, env={}) -> dict:
        """Returns the only wrong finding."""
        [finding] = of(self(*options, env=env), "wrong")
        return finding

    def hub(self, name: str, *options: str, env={}) -> dict:
        return next(hub for hub in self(*options, env=env)["hubs"] if hub["name"] == name)

    def mend(self, command: str) -> None:
        """Runs the command of a finding in a shell, as a user would who is at home."""
        binary = str(Path(self.command.binary).parent)
        env = self.env | {"PATH": f"{binary}:{self.env['PATH']}"}
        done = subprocess.run(["sh", "-c", command], env=env, cwd=self.command.folder, text=True, capture_output=True)
        assert done.returncode == 0, done.stderr


def of(report: dict, severity: str, check: str = "") -> list[dict]:
    return [one for one in report["findings"] if one["severity"] == severity and check in one["check"]]


# --- a machine without problems


def test_nothing_is_wrong(doctor, home):
    before = tree(home.path)
    report = doctor()
    assert (report["wrong"], of(report, "note")) == (0, [])
    assert {(hub["reach"], hub["used"]) for hub in report["hubs"]} == {("answers", True)}
    assert all(abs(hub["clock_ahead"]) < 60 and hub["milliseconds"] >= 0 for hub in report["hubs"])
    text = doctor.text()
    assert text.endswith("Nothing is wrong.\n") and "wrong " not in text
    after = {name: what for name, what in tree(home.path).items() if not name.startswith((".local", ".cache"))}
    assert after == before  # the trials of links have left nothing


@pytest.mark.parametrize("by", ["VIRTUAL_ENV", "PATH"])
@pytest.mark.parametrize(
    "name,package",
    [
        ("aistudio-0.3.5", "aistudio-sdk"),
        ("huggingface-hub-2.4.0", "huggingface_hub"),
        ("modelscope-1.40.2", "modelscope"),
    ],
)
def test_versions_are_those_that_python_itself_finds(doctor, name, package, by):
    venv = venv_of(name)
    script = f"import importlib.metadata as m; d = m.distribution({package!r}); print(d.version, d.locate_file(''))"
    version, folder = subprocess.check_output([venv / "bin/python", "-I", "-c", script], text=True).split()
    env = (
        {"VIRTUAL_ENV": str(venv)} if by == "VIRTUAL_ENV" else {"VIRTUAL_ENV": "", "PATH": f"{venv}/bin:/usr/bin:/bin"}
    )
    report = doctor("--offline", env=env)
    found = {(one["name"], one["version"], one["folder"]) for target in report["targets"] for one in target["packages"]}
    assert (package.replace("_", "-"), version, str(Path(folder))) in {
        (name.replace("_", "-"), version, folder) for name, version, folder in found
    }


# --- variables


def test_aistudio_cache(doctor, hub, home, tmp_path):
    """aistudio-sdk keeps its cache elsewhere; with the command of the finding it keeps it there."""
    scene, elsewhere = Scene(hub, home), tmp_path / "elsewhere"
    sdk = Sdk("0.3.9", venv_of("aistudio-0.3.9"), home, hub)
    finding = doctor.wrong(env={"AISTUDIO_CACHE": str(elsewhere)})
    assert sdk.snapshot_download(REPO, env={"AISTUDIO_CACHE": str(elsewhere)}).value == str(scene.place)
    assert "clients use '~/.cache/aistudio/hub': " in finding["what"] and finding["where"] == "AISTUDIO_CACHE"
    name, value = finding["command"].removeprefix("export ").split("=")
    env = {"AISTUDIO_CACHE": str(elsewhere), name: value}
    assert doctor(env=env)["wrong"] == 0
    assert sdk.snapshot_download(REPO, env=env).value == str(elsewhere / "models" / REPO)
    both = env | {"AISTUDIO_CACHE_HOME": str(tmp_path / "third")}
    assert doctor.wrong(env=both)["command"] == "unset AISTUDIO_CACHE"
    assert sdk.snapshot_download(REPO, env=both).value == str(tmp_path / "third" / "models" / REPO)


@pytest.mark.parametrize(
    "ignored,used",
    [("HF_HOME", "HF_HUB_CACHE"), ("HF_HOME", "HUGGINGFACE_HUB_CACHE"), ("HUGGINGFACE_HUB_CACHE", "HF_HUB_CACHE")],
)
def test_huggingface_caches(doctor, hf_hub, home, tmp_path, ignored, used):
    """The client uses the folder that the finding names. The other one does harm if it has files."""
    values = {ignored: str(tmp_path / "ignored"), used: str(tmp_path / "used")}
    client = HfClient("huggingface-hub", "2.4.0", home, hf_hub)
    there = client.script("from huggingface_hub import constants\nresult = constants.HF_HUB_CACHE", env=values).value
    report = doctor(env=values)
    [note] = of(report, "note", "variable")
    assert report["wrong"] == 0 and there == str(tmp_path / "used") and f"{used} names '{there}'" in note["what"]
    write(tmp_path / "ignored" / ("hub" if ignored == "HF_HOME" else "") / "models--me--tuned" / "refs" / "main", b"x")
    finding = doctor.wrong(env=values)
    assert finding["where"] == ignored and finding["command"].startswith("unset ")
    name = finding["command"].removeprefix("unset ")
    assert doctor(env={key: value for key, value in values.items() if key != name})["wrong"] == 0


def test_empty_modelscope_cache(doctor, ms_hub, ms_front, home):
    """Before 1.38 the client uses the working folder, later its default."""
    ms_hub.repo(MS_REPO).push({"a": b"a"})
    old, new = (MsClient(version, home, ms_hub, ms_front) for version in ("1.37.1", "1.40.2"))
    env = {"MODELSCOPE_CACHE": ""}
    finding = doctor.wrong(env=env)
    assert finding["command"] == "unset MODELSCOPE_CACHE"
    assert (home.path / old.snapshot_download(MS_REPO, env=env).value).is_relative_to(home.path / "models")
    assert Path(new.snapshot_download(MS_REPO, env=env).value).is_relative_to(home.path / ".cache/modelscope/models")


def test_modelscope_domain_and_endpoint(doctor, home, ms_hub, ms_front):
    env = {"MODELSCOPE_DOMAIN": "hub.example"}
    finding = doctor.wrong(env=env)
    assert finding["where"] == "MODELSCOPE_DOMAIN" and finding["command"] == "unset MODELSCOPE_DOMAIN"
    old, new = (MsClient(version, home, ms_hub, ms_front) for version in ("1.37.1", "1.40.2"))
    asked = old.script("from modelscope.hub.utils.utils import get_endpoint\nresult = get_endpoint()", env=env)
    assert asked.value == "https://hub.example"
    asked = new.script("from modelscope_hub import HubConfig\nresult = HubConfig().endpoint", env=env)
    assert asked.value == ms_hub.endpoint


def test_two_layouts_of_modelscope(doctor, ms_hub, ms_front, home):
    """The newer client uses the older folder; after the command of the finding nothing is wrong, and it still does."""
    client = MsClient("1.40.2", home, ms_hub, ms_front)
    root = home.path / ".cache/modelscope/hub/models"
    env = {"MODELSCOPE_CACHE": str(root.parent)}
    used, other = root / MS_REPO, root / MS_REPO.replace("/", "--") / "snapshots/master"
    for folder in (used, other):
        write(folder / "README.md", str(folder).encode())
    doctor.env |= env
    finding = doctor.wrong()
    assert (
        finding["what"].startswith(f"ms:{MS_REPO} is cached twice, and no client uses")
        and finding["where"] == f"~/{used.relative_to(home.path)}"
    )
    assert client.snapshot_download(MS_REPO, local_files_only=True, env=env).value == str(used)
    doctor.mend(finding["command"])
    assert doctor()["wrong"] == 0 and not other.exists()
    assert client.snapshot_download(MS_REPO, local_files_only=True, env=env).value == str(used)


@pytest.mark.parametrize(
    "variable", ["AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION", "MODELSCOPE_ENABLE_DEFAULT_HASH_VALIDATION"]
)
def test_hash_validation(doctor, variable):
    finding = doctor.wrong(env={variable: "true"})
    assert (finding["where"], finding["command"]) == (variable, f"unset {variable}")
    assert doctor(env={variable: "false"})["wrong"] == 0


# --- hubs


@pytest.fixture
def mute() -> Iterator[Listener]:
    """Provides a server that takes requests and never answers."""
    with Listener(lambda connection: connection.recv(1 << 20) and connection.recv(1)) as listener:
        yield listener


def test_a_hub_that_never_answers(doctor, mute):
    report = doctor(env={"STUDIO_GIT_HOST": mute.url})
    [finding] = of(report, "wrong")
    assert finding["what"].startswith("AI Studio cannot be reached: ") and finding["where"] == mute.url
    assert [hub["reach"] for hub in report["hubs"]] == ["unreachable", "answers", "answers", "answers"]


def test_a_hub_with_an_error_of_its_own(doctor, hub):
    hub.fault("/api/v1/version", status=503)
    finding = doctor.wrong()
    assert finding["what"] == "AI Studio fails (503)"
    assert len([request for request in hub.log.since(0) if "/version" in request.path]) == 1  # it is not tried again


def test_no_network(doctor):
    env = dict.fromkeys(("STUDIO_GIT_HOST", "HF_ENDPOINT", "MODELSCOPE_ENDPOINT", "CSGHUB_DOMAIN"), CLOSED)
    finding = doctor.wrong(env=env)
    assert "no hub can be reached" in finding["what"] and "hubcache run --offline" in finding["command"]
    report = doctor("--offline", env=env)
    assert report["wrong"] == 0 and {hub["reach"] for hub in report["hubs"]} == {"not_asked"}


def test_a_hub_that_nobody_uses_may_be_out_of_reach(doctor):
    del doctor.env["HF_ENDPOINT"]  # so the hub is the real one, to which no proxy of the tests leads
    report = doctor()
    assert report["wrong"] == 0 and "Hugging Face cannot be reached" in of(report, "note", "hub")[0]["what"]
    assert "Hugging Face" in doctor.wrong(env={"HF_TOKEN": SECRET})["what"]


def test_an_invalid_address(doctor):
    finding = doctor.wrong(env={"HF_ENDPOINT": f"huggingface.co?{SECRET}"})
    assert finding["where"] == "HF_ENDPOINT" and finding["command"] == "unset HF_ENDPOINT"


def test_offline_variables(doctor):
    report = doctor(env={"HF_HUB_OFFLINE": "1"})
    assert report["wrong"] == 0 and of(report, "note")[0]["command"] == "unset HF_HUB_OFFLINE"


def test_certificates(doctor, hub, tmp_path):
    certificate = make_certificate(tmp_path, HOSTS)
    with TlsFront(hub, [], certificate) as front:
        env = {"STUDIO_GIT_HOST": front.url.replace("http:", "https:")}
        finding = doctor.wrong(env=env)
        assert "has a certificate that is not trusted" in finding["what"] and finding["command"].startswith(
            "export REQUESTS_CA_BUNDLE="
        )
        examined = doctor.hub("aistudio", env=env | {"REQUESTS_CA_BUNDLE": str(certificate)})
        assert (examined["reach"], examined["certificates"], examined["certificates_variable"]) == (
            "answers",
            str(certificate),
            "REQUESTS_CA_BUNDLE",
        )
        missing = env | {"SSL_CERT_FILE": str(tmp_path / "missing.pem")}
        assert doctor.wrong(env=missing)["command"] == "unset SSL_CERT_FILE"


def test_proxies(doctor, hub):
    """A proxy is named without its password. The doubles are asked through it: they are on a loopback address of http."""
    for answer, reach in ((b"200 OK", "answers"), (b"403 Forbidden", "answers"), (b"407 Login", "unreachable")):
        with Egress(answer) as proxy:
            address = proxy.url.replace("http://", f"http://me:{SECRET}@")
            env = {"http_proxy": address, "HTTP_PROXY": address, "no_proxy": "", "NO_PROXY": ""}
            examined = doctor.hub("aistudio", env=env)
            assert (examined["reach"], examined["proxy"], examined["proxy_variable"]) == (
                reach,
                proxy.url,
                "http_proxy",
            )
            assert any(asked.startswith(f"GET {hub.url}/") for asked in proxy.asked)
            way = f", by the proxy {proxy.url} (http_proxy)" if reach == "answers" else f"the proxy {proxy.url}, which"
            assert way in doctor.text(env=env)


@pytest.mark.parametrize("hours,word", [(2, "slow"), (-2, "fast")])
def test_clock(doctor, hours, word):
    date = format_datetime(datetime.now(timezone.utc) + timedelta(hours=hours), usegmt=True).encode()

    def serve(connection) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % date)

    with Listener(serve) as off:
        env = {"STUDIO_GIT_HOST": off.url}
        [note] = of(doctor(env=env), "note")
        assert note["check"] == "clock" and "the clock of AI Studio is" in note["what"]  # the other hubs agree
        assert abs(doctor.hub("aistudio", env=env)["clock_ahead"] - hours * 3600) < 120
        others = dict.fromkeys(("HF_ENDPOINT", "MODELSCOPE_ENDPOINT", "CSGHUB_DOMAIN"), off.url)
        found = of(doctor(env=env | others), "wrong")
        assert len(found) == 4 and {(one["check"], one["command"]) for one in found} == {
            ("clock", "timedatectl set-ntp true")
        }
        assert f" {word}, compared with that of AI Studio" in found[0]["what"]


def test_a_dead_local_hub(doctor):
    env = {"HUBCACHE_LOCAL_HUB": CLOSED, "STUDIO_GIT_HOST": CLOSED}
    assert "does not run, so they fail" in [one["what"] for one in of(doctor("--offline", env=env), "wrong")][0]


# --- tokens


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Provides a folder that all users may enter; pytest's own are closed."""
    folder = Path(tempfile.mkdtemp(prefix="hubcache-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_token_file_that_others_can_read(doctor, hf_hub, open_folder):
    hf_hub.user("me", SECRET)
    file = open_folder / "token"
    file.write_text(SECRET)
    file.chmod(0o644)
    env = {"HF_TOKEN_PATH": str(file)}
    finding = doctor.wrong(env=env)
    assert (finding["check"], finding["where"]) == ("token", str(file)) and "0644" in finding["what"]
    doctor.mend(finding["command"])
    assert doctor(env=env)["wrong"] == 0 and file.stat().st_mode & 0o777 == 0o600
    token = doctor.hub("huggingface", env=env)["token"]
    assert (token["set"], token["from"], token["mode"]) == (True, str(file), 0o600)
    file.chmod(0o644)
    open_folder.chmod(0o700)
    assert doctor(env=env)["wrong"] == 0 and of(doctor(env=env), "note")[0]["check"] == "token"


@pytest.mark.parametrize("variable", ["AISTUDIO_ACCESS_TOKEN", "HF_TOKEN"])
def test_a_rejected_token_of_a_variable(doctor, variable):
    finding = doctor.wrong(env={variable: SECRET})
    assert "rejects the access token" in finding["what"] and finding["command"] == f"unset {variable}"
    assert "(401)" in doctor.text(env={variable: SECRET})


def test_a_rejected_token_of_a_file(doctor, home):
    write(home.path / ".cache/aistudio/.auth/token", SECRET.encode())
    (home.path / ".cache/aistudio/.auth/token").chmod(0o600)
    finding = doctor.wrong()
    assert finding["command"] == "aistudio config --token TOKEN" and "~/.cache/aistudio/.auth/token" in finding["what"]


def test_a_token_that_cannot_be_read(doctor, home):
    write(home.path / ".modelscope/credentials/cookies", b"no pickle " + SECRET.encode())
    (home.path / ".modelscope/credentials/cookies").chmod(0o600)
    finding = doctor.wrong()
    assert finding["check"] == "token" and finding["command"].startswith("modelscope login")


# --- cache folders


def test_a_damaged_index(doctor, hub, home):
    """The client fails because of it, until the command of the finding has run."""
    scene = Scene(hub, home)
    sdk = Sdk("0.3.9", venv_of("aistudio-0.3.9"), home, hub)
    assert doctor.command("adopt", REPO, scene.user).returncode == 0
    write(scene.place / ".msc", b"not a pickle")
    assert sdk.snapshot_download(REPO).error == "UnpicklingError"
    finding = doctor.wrong("--offline")
    assert finding["check"] == "cache" and finding["where"] == f"~/{scene.place.relative_to(home.path)}/.msc"
    doctor.mend(finding["command"])
    assert doctor("--offline")["wrong"] == 0 and sdk.snapshot_download(REPO).downloads == set()
    assert scene.lost(scene.user) == set()


def test_a_damaged_index_of_the_client_itself(doctor, hub, home):
    scene = Scene(hub, home)
    sdk = Sdk("0.3.9", venv_of("aistudio-0.3.9"), home, hub)
    sdk.snapshot_download(REPO)
    write(scene.place / ".msc", b"not a pickle")
    doctor.mend(doctor.wrong("--offline")["command"])
    assert doctor("--offline")["wrong"] == 0 and sdk.snapshot_download(REPO).error is None


def test_a_damaged_record(doctor, hub, home):
    scene = Scene(hub, home)
    assert doctor.command("adopt", REPO, scene.user).returncode == 0
    record = home.cache / "models/._hubcache" / REPO / "record.jsonl"
    record.write_bytes(record.read_bytes()[:-10])
    finding = doctor.wrong("--offline")
    assert (
        finding["where"] == f"~/{record.relative_to(home.path)}"
        and "cannot read the adoption record" in finding["what"]
    )
    doctor.mend(finding["command"])
    assert doctor.command("adopt", REPO, scene.user).returncode == 0
    assert doctor("--offline")["wrong"] == 0 and scene.lost(scene.place) == set()


def test_a_missing_folder(doctor, hub, home):
    scene = Scene(hub, home)
    assert doctor.command("adopt", REPO, scene.user).returncode == 0
    scene.user.rename(home.path / "moved")
    finding = doctor.wrong("--offline")
    assert finding["what"].endswith("the adopted folder does not exist") and finding["where"] == "~/my-model"
    doctor.mend(finding["command"].replace("DIR", "moved"))
    assert doctor("--offline")["wrong"] == 0


@pytest.mark.parametrize("kind", list(WITHOUT_LINKS))
def test_a_file_system_without_hard_links(doctor, mounts, tmp_path, kind):  # noqa: F811
    mounted = tmp_path / "mounted"
    mount(mounts, kind, mounted, tmp_path / "image")
    doctor.command = CommandInside(mounts, doctor.command)
    doctor.env |= {"AISTUDIO_CACHE_HOME": str(mounted)}
    report = doctor("--offline")
    [note] = [
        one for one in of(report, "note", "file_system") if one["what"].startswith("no hard links and no reflinks")
    ]
    assert note["where"] == str(mounted)
    one = next(one for one in report["file_systems"] if one["folder"] == str(mounted))
    assert (one["hard_links"], one["reflinks"], one["network"]) == (False, False, False)
    assert one["type"] == kind or one["type"].startswith("fuse")
    assert 0 < one["free_bytes"] <= 512 * 2**20 and "aistudio" in one["targets"]
    assert next(one for one in report["file_systems"] if one["folder"] != str(mounted))["hard_links"] is True
    assert mounts.run("ls", "-A", mounted).stdout == ""


def test_too_little_space(doctor, hub, home, mounts, tmp_path):  # noqa: F811
    """The cache is on a file system of 1 MiB, and a file of 8 MiB of an adopted folder would be copied to it."""
    scene, mounted = Scene(hub, home), tmp_path / "mounted"
    mounted.mkdir()
    done = mounts.run("mount", "-t", "tmpfs", "-o", "mode=755,size=1m", "hubcache-test", mounted)
    if done.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {done.stderr.strip()}")
    doctor.command = CommandInside(mounts, doctor.command)
    doctor.env |= {"AISTUDIO_CACHE_HOME": str(mounted)}
    assert doctor.command("adopt", REPO, scene.user, "--offline", "--link", "copy").returncode == 0
    assert of(doctor("--offline"), "note", "file_system")[0]["what"].startswith("little space")
    write(scene.user / "more.bin", b"x" * (8 << 20))
    finding = doctor.wrong("--offline")
    assert finding["check"] == "file_system" and "would write 8.0 MiB" in finding["what"]


# --- reports for strangers


def test_the_json_does_not_tell_who_the_user_is(doctor, hub, home, tmp_path):
    scene = Scene(hub, home)
    assert doctor.command("adopt", REPO, scene.user).returncode == 0
    write(scene.place / ".msc", b"not a pickle")
    user = "mei-lin"
    env = {
        "USER": user,
        "HF_HOME": f"/data/{user}/hf",
        "HF_HUB_CACHE": f"/home/{user}/hf",
        "AISTUDIO_CACHE": f"/home/bo/{user}",
    }
    run = doctor.command("doctor", "--json", "--offline", env=env)
    assert str(home.path) not in run.stdout and user not in run.stdout and "/home/bo" not in run.stdout
    assert getpass.getuser() == "root" or getpass.getuser() not in run.stdout
    assert "/data/<user>/hf" in run.stdout and "~/.cache/aistudio" in run.stdout
    assert str(home.path) in doctor.text("--offline", env=env)  # the text is for the user
