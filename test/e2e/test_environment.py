"""hubcache follows the SDK's rules for repo names and environment variables; its own variables have their documented
effect."""

import json
import os
import pwd
import re
import socket
from pathlib import Path
from typing import Iterator, Mapping

import pytest
from egress import Egress
from hf_scene import REPO as HF_REPO
from hf_scene import HfScene
from listener import Listener, read_head
from scene import REPO, Scene, write

from adoption import ok, tree
from local_hub import serving

DOTTED = "ctbots/model-1.5"


@pytest.fixture
def scene(hub, home) -> Scene:
    return Scene(hub, home)


def without(environment: Mapping[str, str], names: list[str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


def place_of_the_sdk(sdk, repo_id: str, env: dict[str, str], repo_type: str) -> str:
    """Returns the SDK's place, computed by its own functions without creating a folder."""
    got = sdk.script(
        f"""
import os
from aistudio_sdk import file_download
root = file_download.get_model_cache_root() if {repo_type!r} == "model" else file_download.get_dataset_cache_root()
owner, name = file_download.model_id_to_group_owner_name({repo_id!r})
result = os.path.realpath(os.path.join(root, owner, name.replace(".", "___")))
""",
        env=env,
    )
    assert got.error is None, got.error_text
    return got.value


def place_of_hubcache(hubcache, repo_id: str, env: dict[str, str], repo_type: str) -> str:
    told = ok(
        hubcache("adopt", repo_id, "my-model", "--dry-run", "--json", "--offline", "--repo-type", repo_type, env=env)
    )
    return os.path.realpath(told["place"])


# --- where the cache is


def values_of_cache_home(home) -> dict[str, str]:
    user = pwd.getpwuid(os.getuid()).pw_name
    return {
        "absolute": str(home.path / "cache"),
        "empty": "",
        "~": "~",
        "~/x": "~/x",
        "~//x": "~//x",
        "~user": f"~{user}/hubcache-test-nowhere",
        "~nobody-of-this-name": "~nobody-of-this-name/x",
        "relative": "cache",
        "./relative": "./cache/./x",
        "..": "..",
        "../x": "../x",
        "x/..": "sub/../cache",
        "through a link": str(home.path / "link/../cache"),
        "relative, through a link": "link/../cache",
        "trailing slash": str(home.path / "cache") + "/",
        "//": "//" + str(home.path / "cache").lstrip("/"),
        "a variable": "$HOME/x",
        "with a space": str(home.path / "a b"),
        "dots": str(home.path / "v1.5"),
    }


NAMES_OF_CACHE_HOME = [
    "absolute",
    "empty",
    "~",
    "~/x",
    "~//x",
    "~user",
    "~nobody-of-this-name",
    "relative",
    "./relative",
    "..",
    "../x",
    "x/..",
    "through a link",
    "relative, through a link",
    "trailing slash",
    "//",
    "a variable",
    "with a space",
    "dots",
]


@pytest.fixture
def linked(home) -> None:
    """Creates a symlink to a folder whose parent is not that of the link, so that `..` after the link leads
    elsewhere."""
    (home.path / "elsewhere/deep").mkdir(parents=True)
    (home.path / "link").symlink_to("elsewhere/deep")


@pytest.mark.parametrize("name", NAMES_OF_CACHE_HOME)
def test_cache_home(sdk, hubcache, scene, home, linked, name):
    env = {"AISTUDIO_CACHE_HOME": values_of_cache_home(home)[name]}
    for repo_id in (REPO, DOTTED):
        for repo_type in ("model", "dataset"):
            assert place_of_hubcache(hubcache, repo_id, env, repo_type) == place_of_the_sdk(
                sdk, repo_id, env, repo_type
            )


HOMES = {"another": "other", "a trailing slash": "other/", "relative": "relative", "with a link": "link/../other"}


@pytest.mark.parametrize("name", [*HOMES, "empty", "the root"])
def test_home(sdk, hubcache, scene, home, linked, name):
    """HOME decides if it is set; the password database is used only if HOME is not set."""
    value = {"empty": "", "the root": "/"}.get(name)
    if value is None:
        value = HOMES[name] if name == "relative" else str(home.path / HOMES[name])
    env = {"HOME": value}
    assert place_of_hubcache(hubcache, DOTTED, env, "model") == place_of_the_sdk(sdk, DOTTED, env, "model")
    env |= {"AISTUDIO_CACHE_HOME": "~/x"}
    assert place_of_hubcache(hubcache, DOTTED, env, "model") == place_of_the_sdk(sdk, DOTTED, env, "model")


def test_no_home(sdk, hubcache, scene):
    """Without HOME, the home folder comes from the password database."""
    sdk.env, hubcache.env = without(sdk.env, ["HOME"]), without(hubcache.env, ["HOME"])
    place = place_of_hubcache(hubcache, REPO, {}, "model")
    assert place == place_of_the_sdk(sdk, REPO, {}, "model") and place.startswith(
        os.path.realpath(pwd.getpwuid(os.getuid()).pw_dir)
    )


@pytest.mark.parametrize("name", ["absolute", "empty", "~/x", "relative", "through a link"])
def test_the_sdk_takes_what_was_adopted_there(sdk, hubcache, scene, home, linked, name):
    """Adoption and snapshot_download agree on the place for each value of the variable."""
    env = {"AISTUDIO_CACHE_HOME": values_of_cache_home(home)[name]}
    told = ok(hubcache("adopt", REPO, scene.user, "--json", env=env))
    got = sdk.snapshot_download(REPO, env=env)
    assert (got.error, got.downloads) == (None, set())
    assert os.path.realpath(home.path / got.value) == os.path.realpath(told["place"])
    assert scene.lost(home.path / got.value) == set()
    assert sdk.file_download(REPO, "README.md", env=env).downloads == set()
    assert ok(hubcache("status", "--json", env=env))["repos"][0]["state"] == "adopted"
    ok(hubcache("release", REPO, env=env))


@pytest.mark.parametrize("value", [None, "other", "", "~/x", "relative", "link/../other"])
def test_the_link_of_a_dotted_name(sdk, hubcache, hub, home, linked, value):
    """AISTUDIO_CACHE, not AISTUDIO_CACHE_HOME, says where the link goes. For data sets the SDK writes "dataset" without
    s. The SDK leaves the same link with and without an earlier adoption."""
    env = (
        {}
        if value is None
        else {"AISTUDIO_CACHE": str(home.path / value) if value.startswith(("other", "link")) else value}
    )
    scene = Scene(hub, home, DOTTED)
    for kind in ("model",) if sdk.version == "0.3.5" else ("model", "dataset"):
        for folder in (
            ".cache/aistudio/hub",
            "other",
            "x",
            "relative",
            ".",
            "elsewhere/other",
        ):  # the SDK does not create these folders
            (home.path / folder / ("models" if kind == "model" else "dataset") / "ctbots").mkdir(
                parents=True, exist_ok=True
            )
        ok(hubcache("adopt", DOTTED, scene.user, "--repo-type", kind, env=env))
        ours = links_beneath(home.path)
        assert sdk.snapshot_download(DOTTED, repo_type=kind, env=env).downloads == set()
        assert links_beneath(home.path) == ours
        ok(hubcache("release", DOTTED, "--repo-type", kind, env=env))
        assert links_beneath(home.path) == {}
        assert sdk.snapshot_download(DOTTED, repo_type=kind, env=env).error is None
        assert links_beneath(home.path) == ours and len(ours) == 1
        for link in ours:
            (home.path / link).unlink()


def links_beneath(folder: Path) -> dict[str, str]:
    return {name: what[1] for name, what in tree(folder).items() if what[0] == "link" and name.endswith("model-1.5")}


# --- which hub


@pytest.mark.parametrize("suffix,works", [("", True), ("/", False), ("//", False), ("/prefix", False)])
def test_git_host(sdk, hubcache, scene, hub, suffix, works):
    """The host is put before the path unchanged: with a trailing slash the request goes to "//api/v1", which is another
    address in Gitea."""
    env = {"STUDIO_GIT_HOST": hub.url + suffix}
    mark = hub.mark()
    run = hubcache("adopt", REPO, scene.user, env=env)
    asked = hub.log.since(mark)
    assert run.returncode == (0 if works else 4)
    got = sdk.snapshot_download(REPO, env=env)
    assert (got.error is None) == works
    assert tree_questions(asked) == tree_questions(got.requests)


def tree_questions(requests: list) -> list[str]:
    """Returns the paths of the tree requests, without the page size, in which the two SDKs differ."""
    return [request.path.partition("?")[0] for request in requests if "git/trees" in request.path]


@pytest.mark.parametrize(
    "env,host",
    [
        ({}, "CONNECT git.aistudio.baidu.com:443"),
        ({"CURRENT_ENV": ""}, "CONNECT git.aistudio.baidu.com:443"),
        ({"CURRENT_ENV": "online"}, "CONNECT git.aistudio.baidu.com:443"),
        ({"CURRENT_ENV": "sandbox"}, "GET http://sandbox-git.aistudio.baidu.com/"),
    ],
)
def test_default_hosts(sdk, hubcache, scene, egress, env, host):
    """hubcache and the SDK contact the same host, as the refusing proxy sees. aistudio-sdk 0.3.5 sends its token
    without TLS."""
    sdk.env, hubcache.env = without(sdk.env, ["STUDIO_GIT_HOST"]), without(hubcache.env, ["STUDIO_GIT_HOST"])
    run = hubcache("adopt", REPO, scene.user, env=env)
    assert run.returncode == 4
    assert egress.asked and all(asked.startswith(host) for asked in egress.asked)
    egress.asked.clear()
    sdk.snapshot_download(REPO, env=env)
    if sdk.version == "0.3.5":
        host = host.replace("CONNECT git.aistudio.baidu.com:443", "GET http://git.aistudio.baidu.com/")
    assert any(asked.startswith(host) for asked in egress.asked), egress.asked


@pytest.mark.parametrize("env", [{"CURRENT_ENV": "test"}, {"CURRENT_ENV": "Online"}, {"STUDIO_GIT_HOST": ""}])
def test_values_on_which_the_sdk_fails(sdk, hubcache, scene, home, env):
    run = hubcache("adopt", REPO, scene.user, env=env)
    assert run.returncode == 2 and next(iter(env)) in run.stderr and f"hint: unset {next(iter(env))}, or" in run.stderr
    assert sdk.snapshot_download(REPO, env=env).error is not None
    ok(hubcache("adopt", REPO, scene.user, "--offline", env=env))
    # status works with this value; only its comparison with the hub fails
    assert hubcache("status", "--check", env=env).returncode == 4


# --- as whom


@pytest.fixture
def private(hub, scene) -> Scene:
    hub.user("ctbots", "right-token")
    hub.user("stranger", "strangers-token")
    hub.repo(REPO).private = True
    return scene


def token_file(folder: Path, content: bytes) -> None:
    write(folder / ".cache/aistudio/.auth/token", content)


def both(sdk, hubcache, scene: Scene, env: dict[str, str], hub) -> tuple[set, set]:
    """Returns the authorization headers that hubcache and the SDK send."""
    mark = hub.mark()
    hubcache("adopt", REPO, scene.user, env=env)
    ours = {request.authorization for request in hub.log.since(mark)}
    return ours, {request.authorization for request in sdk.snapshot_download(REPO, env=env).requests}


@pytest.mark.parametrize("content", [b"right-token", b" right-token\n", b"\nright-token\r\n\t"])
def test_token_files(sdk, hubcache, private, home, hub, content):
    token_file(home.path, content)
    assert both(sdk, hubcache, private, {}, hub) == ({"token right-token"}, {"token right-token"})
    assert private.place.exists()


def test_which_token(sdk, hubcache, private, home, hub):
    """A non-empty variable takes precedence over the token file. The file is below AISTUDIO_CACHE_HOME, whose value is
    not expanded."""
    token_file(home.path, b"strangers-token")
    right = ({"token right-token"}, {"token right-token"})
    stranger = ({"token strangers-token"}, {"token strangers-token"})
    assert both(sdk, hubcache, private, {"AISTUDIO_ACCESS_TOKEN": "right-token"}, hub) == right
    assert both(sdk, hubcache, private, {"AISTUDIO_ACCESS_TOKEN": ""}, hub) == stranger
    other = home.path / "other"
    token_file(other, b"right-token")
    assert both(sdk, hubcache, private, {"AISTUDIO_CACHE_HOME": str(other)}, hub) == right
    assert both(sdk, hubcache, private, {"AISTUDIO_CACHE_HOME": "other"}, hub) == right
    assert both(sdk, hubcache, private, {"HOME": str(other)}, hub) == right
    # The path of the token file is not expanded, unlike that of the cache.
    ours, theirs = both(sdk, hubcache, private, {"AISTUDIO_CACHE_HOME": "~/other"}, hub)
    assert ours == {None} and theirs <= {None, "token", "token "}
    token_file(home.path, b"")
    ours, theirs = both(sdk, hubcache, private, {}, hub)
    assert ours == {None} and theirs <= {None, "token", "token "}


# --- our own


def test_state_folder(hubcache, scene, home):
    """The state folder holds only the index of places; the adoption's record lies with the place."""
    for env, folder in (
        ({}, ".local/state/hubcache"),
        ({"XDG_STATE_HOME": str(home.path / "xdg")}, "xdg/hubcache"),
        ({"HUBCACHE_STATE": str(home.path / "mine")}, "mine"),
        ({"HUBCACHE_STATE": "relative"}, "relative"),
        ({"XDG_STATE_HOME": "not/absolute"}, ".local/state/hubcache"),
        ({"HUBCACHE_STATE": ""}, ".local/state/hubcache"),
    ):
        before = tree(home.path)
        ok(hubcache("adopt", REPO, scene.user, env=env))
        new = {
            name
            for name in set(tree(home.path)) - set(before)
            if not name.startswith(".cache") and tree(home.path)[name][0] == "file"
        }
        assert len(new) == 1 and new.pop().startswith(folder + "/places/")
        ok(hubcache("release", REPO, env=env))
        assert not list((home.path / folder / "places").iterdir())


def test_a_state_folder_that_cannot_be_written_costs_a_warning(hubcache, scene, home):
    write(home.path / "file", b"x")
    env = {"HUBCACHE_STATE": str(home.path / "file")}
    run = hubcache("adopt", REPO, scene.user, env=env)
    assert run.returncode == 0 and "hubcache status still finds the adoption" in run.stdout
    assert ok(hubcache("status", "--json", env=env))["repos"][0]["state"] == "adopted"


def test_log(hubcache, scene):
    """The log is off by default, and goes to stderr, never to stdout."""
    assert hubcache("adopt", REPO, scene.user).stderr == ""
    for level in ("trace", "debug"):
        run = hubcache("adopt", REPO, scene.user, "--json", env={"HUBCACHE_LOG": level})
        assert "/git/trees/master" in run.stderr and json.loads(run.stdout)
    for level in ("off", "error", "warn", "nonsense", ""):
        assert hubcache("adopt", REPO, scene.user, env={"HUBCACHE_LOG": level}).stderr == ""


def on_a_terminal(hubcache, *arguments, env: Mapping[str, str]) -> str:
    """Returns the text that the command writes to stderr if stderr is a terminal."""
    import pty
    import subprocess

    master, slave = pty.openpty()
    subprocess.run(
        [hubcache.binary, *map(str, arguments)], env=hubcache.env | env, stdout=subprocess.DEVNULL, stderr=slave
    )
    os.close(slave)
    said = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:  # Linux reports the closed other end by this error
            break
        if not part:
            break
        said += part
    os.close(master)
    return said.decode()


@pytest.mark.parametrize(
    "env,coloured", [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)]
)
def test_no_color(hubcache, env, coloured):
    said = on_a_terminal(hubcache, "release", REPO, env={"TERM": "xterm"} | env)
    assert ("\x1b[" in said) == coloured and "is not adopted" in said
    assert "\x1b" not in hubcache("release", REPO, env=env).stderr


def test_there_is_no_configuration_file(hubcache, scene, home):
    for name in (".hubcache", ".hubcacherc", ".config/hubcache/config", "hubcache.toml", "hubcache.ini", "config.ini"):
        write(home.path / name, b"link = copy\n[adopt]\nlink=copy\n")
    assert ok(hubcache("adopt", REPO, scene.user, "--json"))["link"] == "symlink"


# --- proxies


class Proxy(Listener):
    """A proxy that forwards requests for any http address to the hub."""

    def __init__(self, port: int):
        self.port, self.asked = port, []
        super().__init__(self._forward)

    def _forward(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        first, _, rest = read_head(connection).partition(b"\r\n")
        method, address, version = first.split()
        self.asked.append(address.decode())
        path = re.sub(rb"^http://[^/]*", b"", address)
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as onward:
            headers = re.sub(rb"(?i)^(proxy-)?connection:.*\r\n", b"", rest, flags=re.M)
            onward.sendall(b" ".join([method, path, version]) + b"\r\nConnection: close\r\n" + headers)
            while part := onward.recv(65536):
                connection.sendall(part)


@pytest.fixture
def proxy(hub) -> Iterator[Proxy]:
    with Proxy(int(hub.url.rpartition(":")[2])) as running:
        yield running


PROXIES = [name for lower in ("http_proxy", "https_proxy", "all_proxy", "no_proxy") for name in (lower, lower.upper())]


@pytest.fixture
def no_proxies(sdk, hubcache) -> None:
    """Unsets all proxy variables; an unset variable differs from an empty one."""
    sdk.env, hubcache.env = without(sdk.env, PROXIES), without(hubcache.env, PROXIES)


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_a_proxy_is_used(sdk, hubcache, scene, proxy, no_proxies, variable):
    """hubcache and the SDK both use the proxy for a host that only the proxy knows."""
    env = {variable: proxy.url, "STUDIO_GIT_HOST": "http://hub.invalid"}
    ok(hubcache("adopt", REPO, scene.user, env=env))
    ours = {address for address in proxy.asked if "git/trees" in address}
    assert len(ours) == 1 and all(address.startswith("http://hub.invalid/api/v1/") for address in proxy.asked)
    got = sdk.snapshot_download(REPO, env=env)
    assert (got.error, got.downloads) == (None, set()) and ours <= set(proxy.asked)


@pytest.mark.parametrize("hf", ["1.33.0", "2.4.0"], indirect=True)
def test_no_proxy_by_httpx(hf, hubcache, hub, hf_hub, home, egress):
    """With a port in no_proxy, huggingface_hub bypasses the proxy, and so does hubcache for hf: repos. AI Studio's SDK
    does not, nor does hubcache for its repos."""
    scene = HfScene(hf_hub, home)
    env = {
        "http_proxy": egress.url,
        "HF_ENDPOINT": hf_hub.url,
        "no_proxy": ",".join(url.removeprefix("http://") for url in (hf_hub.url, hf_hub.cdn_url, hub.url)),
    }
    assert hf.snapshot_download(HF_REPO, env=env).error is None
    ok(hubcache("adopt", f"hf:{HF_REPO}", scene.user, env=env))
    run = hubcache("adopt", REPO, Scene(hub, home).user, env=env)
    assert run.returncode == 4 and hub.url in run.stderr


@pytest.mark.parametrize("hf", ["1.33.0", "2.4.0"], indirect=True)
def test_no_proxy_by_httpx_under_run(hf, hubcache, hf_hub, home, egress):
    """The local hub follows the proxy rules of the hub's own client: here it bypasses the proxy, which refuses every
    request."""
    HfScene(hf_hub, home)
    env = {
        "http_proxy": egress.url,
        "HF_ENDPOINT": hf_hub.url,
        "no_proxy": ",".join(url.removeprefix("http://") for url in (hf_hub.url, hf_hub.cdn_url)),
    }
    with serving(hubcache, env=env) as served:
        own = env | {"HF_ENDPOINT": f"{served.url}/huggingface", "no_proxy": f"127.0.0.1,{env['no_proxy']}"}
        assert hf.snapshot_download(HF_REPO, env=own).error is None


@pytest.fixture
def login_wanted() -> Iterator[str]:
    """Provides a proxy that requires a login."""
    with Egress(b"407 Proxy Authentication Required") as proxy:
        yield proxy.url


@pytest.mark.parametrize(
    "hub_at,variable",
    [
        ("http://hub.invalid", "http_proxy"),
        ("https://hub.invalid", "HTTPS_PROXY"),
        ("https://hub.invalid", "all_proxy"),
    ],
)
def test_a_proxy_that_wants_a_login_is_named(hubcache, scene, login_wanted, no_proxies, hub_at, variable):
    """The message names the proxy and its variable, not the hub, and does not show the password."""
    where = login_wanted.removeprefix("http://")
    run = hubcache("adopt", REPO, scene.user, env={variable: f"http://me:pa55word@{where}", "STUDIO_GIT_HOST": hub_at})
    assert (
        run.returncode == 4
        and f"the proxy http://{where}, which {variable} names, requires a login (407)" in run.stderr
    )
    assert "the hub gives" not in run.stderr and "pa55word" not in run.stderr


def test_a_proxy_that_cannot_be_parsed_gives_no_password_away(hubcache, scene, no_proxies):
    for address in (
        "http://me:pa55/word@127.0.0.1:1",
        "http://me:pa55?word@127.0.0.1:1",
        "odd://me:pa55word@127.0.0.1:1",
    ):
        run = hubcache("adopt", REPO, scene.user, env={"http_proxy": address, "STUDIO_GIT_HOST": "http://hub.invalid"})
        assert run.returncode == 4 and "http_proxy" in run.stderr and "pa55" not in run.stderr, run.stderr


def test_a_dead_proxy_is_honoured(sdk, hubcache, scene, home, hub, no_proxies):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        env = {"http_proxy": f"http://me:pa55word@127.0.0.1:{closed.getsockname()[1]}"}
        before, mark = tree(home.path), hub.mark()
        run = hubcache("adopt", REPO, scene.user, env=env)
        assert run.returncode == 4 and "http_proxy" in run.stderr and "pa55word" not in run.stderr
        assert tree(home.path) == before
        assert sdk.snapshot_download(REPO, env=env).error == "ProxyError"
        assert hub.log.since(mark) == []


@pytest.mark.parametrize(
    "value,direct",
    [
        ("127.0.0.1", True),
        ("localhost,127.0.0.0/8", True),
        ("*", True),
        (" 127.0.0.1 , x", True),
        ("127.0.0.2", False),
        ("example.com", False),
        ("", False),
        ("0.0.1", True),
        ("127.0.0.1:PORT", False),
    ],
)
@pytest.mark.parametrize("variable", ["no_proxy", "NO_PROXY"])
def test_no_proxy(sdk, hubcache, scene, hub, egress, no_proxies, variable, value, direct):
    """The proxy refuses every request, so a request that succeeds has bypassed it. hubcache follows requests' rules for
    no_proxy, also if they are odd."""
    env = {"http_proxy": egress.url, variable: value.replace("PORT", hub.url.rpartition(":")[2])}
    run = hubcache("adopt", REPO, scene.user, env=env)
    got = sdk.snapshot_download(REPO, env=env)
    assert (run.returncode == 0, got.error is None) == (direct, direct)
