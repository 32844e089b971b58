"""The protection of the local hub against other users of the machine, as described in docs/threat-model.md, tested with a second
user."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator

import pytest
from other_user import NOBODY, PYTHON, as_user, needs_root, python_as
from scene import REPO, Scene
from test_run_offline import Origin, origin  # noqa: F401 (a fixture)

from adoption import ok
from local_hub import api, serving

SECRET = b"only for my eyes\n"
DIRECT = {name: "" for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")}

ASK = """
import http.client, json, sys
connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]), timeout=30)
told = []
for line in sys.argv[2:]:
    method, target = line.split()
    connection.request(method, target)
    answer = connection.getresponse()
    told.append([answer.status, answer.read().decode('latin-1'), answer.getheader('X-Error-Message')])
print(json.dumps(told))
"""


def ask_as(user: int, port: int, *requests: str) -> list:
    """Sends the requests over one connection as another user; returns [status, body, X-Error-Message] of each."""
    return json.loads(python_as(user, ASK, port, *requests))


@pytest.fixture
def scene(hub, home, hubcache) -> Scene:
    scene = Scene(hub, home)
    (scene.user / "config.json").write_bytes(SECRET)
    (scene.user / "config.json").chmod(0o600)
    ok(hubcache("adopt", REPO, scene.user))
    return scene


def questions(origin) -> list[str]:
    return [
        "GET /.hubcache",
        f"GET {api(REPO)}/contents/config.json",
        f"GET {api(REPO)}/media/config.json",
        f"POST {api(REPO)}/contents/new.txt",
        f"GET /huggingface/{REPO}/resolve/main/config.json",
        "GET /",
        f"GET {origin.url}",
        f"CONNECT {origin.url.removeprefix('http://').rstrip('/')}",
    ]


@needs_root
def test_another_user_is_refused(hubcache, scene, origin):
    """A refused user can neither read files of mode 0600 nor use the owner's proxy and its password."""
    env = {"http_proxy": origin.proxy, "https_proxy": origin.proxy, "no_proxy": "", "NO_PROXY": ""}
    with serving(hubcache, "--offline", env=env) as served:
        answers = [ask_as(NOBODY, served.port, question)[0] for question in questions(origin)]
        assert served.ask(f"{api(REPO)}/media/config.json")[2] == SECRET
    assert {status for status, _, _ in answers} == {403}
    for _, body, header in answers:
        assert (
            f"user {NOBODY}: this local hub answers only programs of its own user (uid {os.getuid()}) and of root"
            in body
        )
        assert "--allow-other-users" in body and header in body and SECRET.decode() not in body
    assert not origin.asked
    assert (hubcache.folder / "serve.log").read_text().count(
        f"refused requests of user {NOBODY}; to answer all users, add --allow-other-users"
    ) == 1


@needs_root
def test_allow_other_users(hubcache, scene, origin):
    with serving(hubcache, "--offline", "--allow-other-users", env=DIRECT) as served:
        described, media, way_out = ask_as(
            NOBODY, served.port, "GET /.hubcache", f"GET {api(REPO)}/media/config.json", f"GET {origin.url}"
        )
    assert (described[0], media[:2], way_out[0]) == (200, [200, SECRET.decode()], 200)


@needs_root
@pytest.mark.parametrize("options", [[], ["--allow-other-users"]])
def test_a_command_that_becomes_another_user(hubcache, scene, origin, options):
    """The proxy of `run --offline` too answers only the command's own user."""
    fetch = "import os, urllib.request as r; print(r.urlopen(os.environ['STUDIO_GIT_HOST'] + '/.hubcache').status)"
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", PYTHON, "-c", fetch]
    run = hubcache("run", "--offline", *options, "--", *become)
    if options:
        assert (run.returncode, run.stdout) == (0, "200\n"), run.stderr
    else:
        assert run.returncode == 1 and "HTTP Error 403" in run.stderr
        assert (
            f"hubcache: refused requests of user {NOBODY}; to answer all users, add --allow-other-users" in run.stderr
        )


class NobodysHub:
    """The command in a home of another user. Other users cannot reach pytest's own folders."""

    def __init__(self, binary: str, folder: Path, env: dict[str, str]):
        self.home = folder / "home"
        self.home.mkdir()
        os.chown(self.home, NOBODY, NOBODY)
        self.binary = str(folder / "hubcache")
        shutil.copy(binary, self.binary)
        self.env = env | {"HOME": str(self.home), "TMPDIR": str(self.home)}

    @contextlib.contextmanager
    def serving(self, *options: str) -> Iterator[int]:
        with started([self.binary, "serve", "--port", "0", *options], env=self.env, **as_user()) as line:
            yield int(line.rpartition(":")[2])

    def __call__(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.binary, *map(str, arguments)], env=self.env, text=True, capture_output=True, timeout=60, **as_user()
        )


@contextlib.contextmanager
def started(command: list[str], **more) -> Iterator[str]:
    """Runs a program until the block ends; yields the first line that it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **more)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def nobodys(hubcache) -> Iterator[NobodysHub]:
    folder = Path(tempfile.mkdtemp(prefix="hubcache-test-"))
    folder.chmod(0o755)
    yield NobodysHub(hubcache.binary, folder, hubcache.env)
    shutil.rmtree(folder)


@needs_root
def test_root_is_answered_and_a_third_user_is_not(nobodys):
    with nobodys.serving("--offline") as port:
        assert [ask_as(user, port, "GET /.hubcache")[0][0] for user in (NOBODY, 0, 65533)] == [200, 200, 403]


@needs_root
def test_unknown_user_is_refused(hubcache, scene):
    """In a user namespace that does not map this user's id, all users look the same to the hub."""
    unshare = ["unshare", "--user"]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        pytest.skip("no user namespaces here")
    with started([*unshare, hubcache.binary, "serve", "--port", "0", "--offline"], env=hubcache.env) as line:
        status, body, _ = ask_as(NOBODY, int(line.rpartition(":")[2]), f"GET {api(REPO)}/media/config.json")[0]
    assert status == 403 and "a program whose user is unknown" in body and "no number in this user namespace" in body


# --- hubcache env, and HUBCACHE_LOCAL_HUB

FALSE_HUB = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Length', '12')
        self.end_headers()
        self.wfile.write(b'{"schema":1}')
    def log_message(self, *words): pass
with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
"""


@pytest.fixture
def false_hub() -> Iterator[int]:
    """Runs a program of another user that describes itself as a local hub; yields its port."""
    with started([PYTHON, "-c", FALSE_HUB], **as_user()) as line:
        yield int(line)


@needs_root
def test_env_does_not_lead_to_another_users_program(hubcache, false_hub):
    told = hubcache("env", "--port", false_hub)
    assert (told.returncode, told.stdout) == (1, "")
    assert (
        f"the program at http://127.0.0.1:{false_hub} is not yours: it belongs to user {NOBODY}, and you are user 0"
        in told.stderr
    )


@needs_root
@pytest.mark.parametrize("options", [[], ["--allow-other-users"]])
def test_env_does_not_lead_root_to_a_users_hub(hubcache, nobodys, options):
    with nobodys.serving("--offline", *options) as port:
        told = hubcache("env", "--port", port)
        assert (told.returncode, told.stdout) == (1, "") and f"it belongs to user {NOBODY}" in told.stderr
        assert "export STUDIO_GIT_HOST=" in nobodys("env", "--port", port).stdout


@needs_root
def test_env_takes_a_hub_of_root(hubcache, scene, nobodys):
    with serving(hubcache, "--allow-other-users") as served:
        told = nobodys("env", "--port", served.port)
    assert told.returncode == 0 and f"export STUDIO_GIT_HOST='{served.url}'" in told.stdout, told.stderr


def test_env_asks_a_program_of_the_same_user_that_is_no_hub(hubcache):
    with started([PYTHON, "-c", FALSE_HUB.replace('"schema":1', '"schema":7')]) as line:
        told = hubcache("env", "--port", line)
    assert (told.returncode, told.stdout) == (1, "") and "another program uses the port" in told.stderr


@needs_root
@pytest.mark.parametrize("command", [["run", "--", "true"], ["serve", "--port", "0"]], ids=["run", "serve"])
def test_a_proxy_that_another_user_took_over(hubcache, false_hub, command):
    """The variables of `hubcache env` stay set after its hub has stopped. Requests would then go to any program that
    has the port."""
    root = f"http://127.0.0.1:{false_hub}"
    run = hubcache(*command, env={"HUBCACHE_LOCAL_HUB": root, "http_proxy": root, "https_proxy": root})
    assert run.returncode == (125 if command[0] == "run" else 1)
    assert f"the program at {root} is not yours: it belongs to user {NOBODY}" in run.stderr
    assert "hint: unset HUBCACHE_LOCAL_HUB and the proxy variables" in run.stderr


TELLING_HUB = FALSE_HUB.replace(
    "        self.send_response(200)",
    "        open(sys.argv[1], 'a').write(self.path)\n        self.send_response(200)",
)


def test_no_token_goes_to_a_program_that_has_taken_the_local_hubs_port(hubcache, scene, tmp_path):
    """The variables of an offline hub make it the proxy of plain HTTP requests, which carry the token."""
    ok(hubcache("adopt", REPO, scene.user, "--offline"))
    asked = tmp_path / "asked"
    with started([PYTHON, "-c", TELLING_HUB, str(asked)]) as port:
        root = f"http://127.0.0.1:{port}"
        env = {
            "HUBCACHE_LOCAL_HUB": root,
            "http_proxy": root,
            "STUDIO_GIT_HOST": "http://hub.invalid",
            "AISTUDIO_ACCESS_TOKEN": "secret",
        }
        for command in (["adopt", REPO, scene.user], ["verify", REPO]):
            told = hubcache(*command, env=env)
            assert told.returncode == 4 and "add --offline, or unset http_proxy" in told.stdout + told.stderr, told
    assert not asked.exists()


def test_run_goes_through_an_own_hub(hubcache, scene, origin):
    """`run` works in a shell that has the variables of `hubcache env`."""
    with serving(hubcache, "--offline", env=DIRECT) as served:
        exports = dict(re.findall(r"export (\w+)='([^']*)'", hubcache("env", "--port", served.port).stdout))
        fetch = f"import urllib.request as r; print(r.urlopen('{origin.url}').status)"
        run = hubcache("run", "--offline", "--", PYTHON, "-c", fetch, env=exports)
    assert (run.returncode, run.stdout) == (0, "200\n"), run.stderr
