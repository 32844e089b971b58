"""Tests of the page, metrics, readiness, access log and end of `hubcache serve`."""

import base64
import contextlib
import hashlib
import html.parser
import http.client
import json
import os
import re
import resource
import shlex
import shutil
import signal
import socket
import subprocess
import threading
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from many_files import add_repo
from mounts import Mounts, mounts  # noqa: F401 (a fixture)
from prometheus_client.parser import text_string_to_metric_families
from scene import write
from sdk import venv_of
from shared_hub import NAME, PREFIXES, until
from stores import KEY_ID, SECRET, Folder, Proxy, running

from adoption import ok
from local_hub import DIRECT, Served, serving

FILES = {
    "config.json": b'{"model_type": "bert"}',
    "<script>alert(1)</script>.txt": b"odd & name",
    "sub/\"quotes' & <b>.bin": b"1",
    "model.bin": bytes(range(256)) * 45_000,  # 11.5 MB
}
TOKEN = "secret-token-1"


def publish(hubcache, store, folder: Path, hub: str = "huggingface", files=FILES) -> dict:
    for name, content in files.items():
        write(folder / name, content)
    return ok(hubcache("publish", PREFIXES[hub] + NAME, folder, store.name, "--json", env=store.env))


@pytest.fixture
def tokens(tmp_path):
    file = tmp_path / "tokens"
    file.write_text(TOKEN + "\n")
    file.chmod(0o600)
    return file


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()}


def figures(served: Served, headers={}) -> dict[tuple, float]:
    """Returns the metrics by name and labels. The parser is that of Prometheus' client library."""
    status, sent, body = served.ask("/metrics", headers=headers)
    assert status == 200 and sent["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(body.decode())
    return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}


def resolve(name: str, prefix: str = "huggingface") -> str:
    return f"/{prefix}/{NAME}/resolve/main/{name}"


class Page(html.parser.HTMLParser):
    """The texts of a page, its tags with their attributes, and the lines that users copy."""

    def __init__(self, served: Served, path: str = "/", headers={}):
        super().__init__()
        self.tags, self.texts, self.lines, self.is_code = [], [], [], False
        self.status, self.headers, body = served.ask(path, headers=headers)
        self.code = body.decode()
        self.feed(self.code)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.is_code = tag == "code" and self.tags[-2][0] == "pre"

    def handle_endtag(self, tag):
        self.is_code = self.is_code and tag != "code"

    def handle_data(self, data):
        self.texts.append(data)
        if self.is_code:
            self.lines += data.splitlines()

    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]


# --- metrics and logs


def test_metrics(hubcache, store, home, tmp_path):
    publish(hubcache, store, home.path / "model")
    with serving(hubcache, "--from", store.name, "--redirect", "never", "--offline", env=store.env) as served:
        before = figures(served)
        assert served.ask(resolve("model.bin"))[2] == FILES["model.bin"]
        for _ in range(3):
            assert served.ask(resolve("no-such-file"))[0] == 404
        assert served.ask("/huggingface/api/models/some/other")[0] == 404
        after = figures(served)
        text = served.ask("/metrics")[2]
    grown = {key: after[key] - before.get(key, 0) for key in after}
    assert grown["hubcache_requests_total", "404"] == 4
    assert grown["hubcache_repo_requests_total", "hf:" + NAME, "model"] == 4
    assert len(FILES["model.bin"]) < grown["hubcache_sent_bytes_total",] < len(FILES["model.bin"]) + 20_000
    assert grown["hubcache_repo_sent_bytes_total", "hf:" + NAME, "model"] > len(FILES["model.bin"])
    assert grown["hubcache_request_duration_seconds_count",] == 6  # the first question for the metrics, too
    assert after["hubcache_store_up", store.name] == 1 and after["hubcache_clients",] == 1
    assert after["process_resident_memory_bytes",] > 1 << 20
    if shutil.which("promtool"):
        run = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
        assert run.returncode == 0, run.stderr.decode() + run.stdout.decode()


def log_lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_access_log(hubcache, home, tmp_path):
    """Log rotation by renaming and SIGHUP, and by a copy and truncation."""
    log = tmp_path / "access.log"
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model")
        with serving(hubcache, "--from", store.name, "--access-log", log, "--offline") as served:
            served.ask(resolve("config.json") + "?download=true#x")
            until(lambda: log_lines(log))
            [line] = log_lines(log)
            assert (line["method"], line["path"], line["status"]) == ("GET", resolve("config.json"), 200)
            assert (line["repo"], line["type"], line["client"]) == ("hf:" + NAME, "model", "127.0.0.1")
            assert line["complete"] and line["bytes"] > len(FILES["config.json"]) and line["seconds"] < 60
            assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
            assert log.stat().st_mode & 0o777 == 0o640 & ~os.umask(os.umask(0))
            log.rename(tmp_path / "access.log.1")
            served.process.send_signal(signal.SIGHUP)
            until(log.exists)
            served.ask("/healthz")
            until(lambda: log_lines(log))
            shutil.copy(log, tmp_path / "access.log.2")
            os.truncate(log, 0)
            served.ask(resolve("x" * 3000))
            until(lambda: log_lines(log))
            assert log_lines(log)[0]["path"].endswith("xxx")
    assert len(log_lines(tmp_path / "access.log.1")) == 1


def test_access_log_on_stdout(hubcache):
    with serving(hubcache, "--access-log", "-", "--offline") as served:
        served.ask("/healthz?secret")
        assert json.loads(served.process.stdout.readline())["path"] == "/healthz"


def test_a_log_that_nobody_reads_delays_no_answer(hubcache):
    with serving(hubcache, "--access-log", "-", "--offline") as served:
        path = "/" + "x" * 20_000
        for _ in range(100):  # two mebibytes; a pipe holds 64 KiB
            assert served.ask(path)[0] == 404
        assert figures(served)["hubcache_access_log_lost_lines_total",] > 0
    assert (hubcache.folder / "serve.log").read_text().count("the access log loses lines") == 1


def in_namespace(hubcache, mounts: Mounts, tmp_path: Path) -> SimpleNamespace:
    """Returns what serving() needs to run the hub in the namespace of the mounts."""
    script = tmp_path / "hubcache"
    script.write_text(f'#!/bin/sh\nexec {shlex.join(mounts.enter)} {hubcache.binary} "$@"\n')
    script.chmod(0o755)
    return SimpleNamespace(binary=script, env=hubcache.env, folder=hubcache.folder)


def test_lines_are_whole_after_a_full_disk(hubcache, mounts, tmp_path):
    disk = mounts.volume(tmp_path / "disk", {"other": bytes(64 << 10)}, size="80k")
    log = mounts.inside(disk) / "access.log"
    with serving(in_namespace(hubcache, mounts, tmp_path), "--access-log", disk / "access.log", "--offline") as served:

        def is_full() -> bool:
            served.ask("/" + "x" * 3000)
            return figures(served)["hubcache_access_log_lost_lines_total",] > 0

        until(is_full)
        assert not log.read_bytes().endswith(b"\n")
        (log.parent / "other").unlink()
        served.ask("/afterwards")
        until(lambda: b'"/afterwards"' in log.read_bytes())
        cut = [line for line in log.read_text().splitlines() if not line.endswith("}")]
        assert len(cut) == 1 and cut[0].count('"time"') == 1, cut
        assert json.loads(log.read_text().splitlines()[-1])["path"] == "/afterwards"


def test_a_full_folder_for_temporary_files(hubcache, mounts, tmp_path):
    """The list of a repo's files, 300 kB, then stays in memory."""
    disk = mounts.volume(tmp_path / "disk", size="80k")
    add_repo(tmp_path / "store", "huggingface", NAME, 3000, "main")
    hub = in_namespace(hubcache, mounts, tmp_path)
    with serving(hub, "--from", tmp_path / "store", "--offline", env={"TMPDIR": str(disk)}) as served:
        tree = served.json(f"/huggingface/api/models/{NAME}/revision/main")
        assert len(tree["siblings"]) == 3000
        assert "/memfd:hubcache" in Path(f"/proc/{served.process.pid}/maps").read_text()


def test_a_fifo_without_a_reader_is_no_log(hubcache, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    run = hubcache("serve", "--port", "0", "--access-log", tmp_path / "fifo")
    assert run.returncode == 1 and "cannot open the access log" in run.stderr


def test_the_log_has_no_targets_of_a_proxy(hubcache, tmp_path):
    log = tmp_path / "log"
    targets = [
        "//user:password1@127.0.0.1/x",
        "http://user:password2@127.0.0.1/x",
        "http:///user:password3@127.0.0.1/x",
        "/http://user:password4@127.0.0.1/x",
        "user:password5@127.0.0.1",
    ]
    with serving(hubcache, "--access-log", log, "--offline") as served:
        for target in targets:
            with socket.create_connection(("127.0.0.1", served.port)) as client:
                client.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                while client.recv(4096):
                    pass
        assert served.ask("/healthz")[0] == 200
        until(lambda: log.exists() and '"path":"/healthz"' in log.read_text())
    assert "password" not in log.read_text()


def test_a_public_address_has_no_password(hubcache, tmp_path):
    run = hubcache("serve", "--from", tmp_path, "--public-url", "http://user:password@hub.example", "--offline")
    assert run.returncode == 2 and "--public-url" in run.stderr and "password@" not in run.stderr


def test_a_log_that_cannot_be_opened(hubcache, tmp_path):
    run = hubcache("serve", "--port", "0", "--access-log", tmp_path / "no-folder/log")
    assert run.returncode == 1 and "--access-log" in run.stderr


def test_no_secret_is_shown(hubcache, bucket, home, tokens, tmp_path):
    """No output shows the clients' tokens, the store's key, or the signatures of redirects."""
    publish(hubcache, bucket, home.path / "model")
    log = tmp_path / "access.log"
    words = ["--from", bucket.name, "--token-file", tokens, "--access-log", log, "--offline"]
    with serving(hubcache, *words, env=bucket.env) as served:
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        location = served.ask(resolve("model.bin"), headers=bearer)[1]["location"]
        signature = re.search("X-Amz-Signature=([0-9a-f]+)", location)[1]
        served.ask(resolve("model.bin") + f"?token={TOKEN}", headers=bearer)
        served.ask(f"/?token={TOKEN}", headers=basic(TOKEN))
        served.ask("/metrics", headers={"Cookie": f"m_session_id={TOKEN}"})
        page = Page(served, headers=basic(TOKEN))
        shown = page.code + Page(served, page.links()[0], headers=bearer).code
        shown += served.ask("/metrics", headers=bearer)[2].decode() + served.ask("/readyz")[2].decode()
        served.ask("/huggingface/api/models/some/other", headers=bearer)
        until(lambda: len(log_lines(log)) >= 7)
    shown += log.read_text() + (hubcache.folder / "serve.log").read_text()
    assert NAME in shown
    for secret in (TOKEN, KEY_ID, SECRET, signature, "X-Amz-", basic(TOKEN)["Authorization"].split()[1]):
        assert secret not in shown, secret


# --- the page


def test_the_page_lists_repos_and_files(hubcache, store, home):
    commit = publish(hubcache, store, home.path / "model")["commit"]
    write(home.path / "mine/config.json", b"mine")
    ok(hubcache("adopt", "ctbots/adopted", home.path / "mine", "--offline", "--json"))
    words = ["--from", "adopted", "--from", store.name, "--offline"]
    with serving(hubcache, *words, env=store.env) as served:
        served.ask(resolve("config.json"))
        page = Page(served)
        assert page.status == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
        assert "script" not in page.headers["content-security-policy"]
        for text in ("hf:" + NAME, commit[:10], "4", "ready", store.name, "ctbots/adopted", "adopted on this machine"):
            assert text in page.texts, text
        assert any(re.fullmatch(r".+@" + re.escape(socket.gethostname()), text) for text in page.texts)
        assert len([tag for tag, _ in page.tags if tag == "svg"]) == 2
        [link] = [link for link in page.links() if "tuned" in link]
        repo = Page(served, "/" + link)
        for name, content in FILES.items():
            assert name in repo.texts and hashlib.sha256(content).hexdigest() in repo.texts, name
        assert "<script>alert" not in repo.code and not [tag for tag, _ in repo.tags if tag in ("script", "b", "img")]
        assert Page(served, "/?repo=hf:no/such").status == 404
        assert Page(served, "/?repo=%3Cscript%3E").status == 404
        assert served.ask("/", "POST")[0] == 405 and served.ask("/metrics", "DELETE")[1]["allow"] == "GET, HEAD"


def test_many_files_have_several_pages(hubcache, home, tmp_path):
    files = {f"{number:04}.bin": b"x" for number in range(1500)}
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model", files=files)
        with serving(hubcache, "--from", store.name, "--offline") as served:
            first = Page(served, f"/?repo=hf:{NAME}")
            assert "0999.bin" in first.texts and "1000.bin" not in first.texts
            second = Page(served, "/" + first.links()[-1])
            assert "1000.bin" in second.texts and "1499.bin" in second.texts and "0999.bin" not in second.texts


@pytest.mark.parametrize(
    "of_hub, client",
    [
        ("aistudio", "aistudio-0.3.9"),
        ("huggingface", "huggingface-hub-2.4.0"),
        ("modelscope", "modelscope-1.40.2"),
        ("csghub", "csghub-0.9.3"),
    ],
)
def test_the_lines_of_the_page_get_the_repo(hubcache, home, tokens, tmp_path, of_hub, client):
    """A user copies the lines of the page into a shell."""
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model", of_hub)
        with serving(hubcache, "--from", store.name, "--token-file", tokens, "--offline") as served:
            front = Page(served, headers=basic(TOKEN))
            repo = Page(served, "/" + front.links()[0], headers=basic(TOKEN))
            assert len(repo.lines) == 2 and repo.lines[0] == front.lines[0]
            commands = home.path / "bin"
            commands.mkdir()
            (commands / "hubcache").symlink_to(hubcache.binary)
            shutil.copy(tokens, home.path / "tokens")
            path = f"{commands}:{venv_of(client) / 'bin'}:{os.environ['PATH']}"
            run = subprocess.run(
                ["bash", "-e", "-c", "\n".join(repo.lines)],
                env=home.env | DIRECT | {"PATH": path},
                cwd=home.path,
                text=True,
                capture_output=True,
            )
            assert run.returncode == 0, run.stderr[-2000:]
            folder = Path(run.stdout.splitlines()[-1])
            assert all((folder / name).read_bytes() == content for name, content in FILES.items())


def test_the_page_asks_for_the_token(hubcache, home, tokens, tmp_path):
    """A browser asks its user for a name and a password. The password is for the page and the metrics only: a browser
    sends it also with requests that pages of other sites cause."""
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model")
        with serving(hubcache, "--from", store.name, "--token-file", tokens, "--offline") as served:
            for path in ("/", "/?repo=hf:" + NAME, "/metrics"):
                for headers in (
                    {},
                    basic("wrong"),
                    basic(""),
                    {"Authorization": "Basic !"},
                    {"Authorization": "Basic ===="},
                ):
                    status, sent, body = served.ask(path, headers=headers)
                    assert status == 401 and sent["www-authenticate"].startswith("Basic realm="), (path, headers)
                    assert NAME.encode() not in body
                assert served.ask(path, headers=basic(TOKEN))[0] == 200
                assert served.ask(path, headers={"Authorization": f"Bearer {TOKEN}"})[0] == 200
            status, sent, _ = served.ask(resolve("config.json"), headers=basic(TOKEN))
            assert (status, sent["www-authenticate"]) == (401, "Bearer")
            assert served.ask("/healthz")[0] == served.ask("/readyz")[0] == 200


def test_an_old_ref_without_publisher(hubcache, home, tmp_path):
    """Stores have refs of earlier versions, and a later version may add fields."""
    with running(Folder, tmp_path) as store:
        commit = publish(hubcache, store, home.path / "model")["commit"]
        [ref] = store.root.glob("repos/*/*/*/*/refs/*")
        assert json.loads(ref.read_text())["files"] == len(FILES)
        for text in (
            {"commit": commit, "time": 1},
            {"commit": commit, "published_by": ["x" * 999], "files": -1, "new": 1},
        ):
            ref.write_text(json.dumps(text))
            with serving(hubcache, "--from", store.name, "--offline") as served:
                page = Page(served)
                assert commit[:10] in page.texts and "–" in page.texts and served.ask(resolve("config.json"))[0] == 200


# --- readiness and the end


def test_readiness_follows_the_store(hubcache, bucket, home):
    publish(hubcache, bucket, home.path / "model")
    fails = False
    with Proxy(bucket.port, lambda method, path: 403 if fails else None) as proxy:
        with serving(hubcache, "--from", bucket.name, "--offline", env=proxy.env) as served:
            until(lambda: served.ask("/readyz")[::2] == (200, b"ok\n"))
            fails = True
            until(lambda: served.ask("/readyz")[0] == 503)
            status, _, body = served.ask("/readyz")
            assert body == b"a store does not answer\n" and served.ask("/healthz")[0] == 200
            page = Page(served)
            assert page.status == 200 and figures(served)["hubcache_store_up", bucket.name] == 0
            fails = False
            until(lambda: served.ask("/readyz")[0] == 200)


def test_a_store_that_hangs(hubcache, bucket, home):
    """It accepts questions and does not answer them. The hub is then not ready, and yet ends."""
    publish(hubcache, bucket, home.path / "model")
    hangs, is_over = threading.Event(), threading.Event()

    def wait(method: str, path: str):
        if hangs.is_set():
            is_over.wait(120)

    with Proxy(bucket.port, wait) as proxy:
        try:
            with serving(hubcache, "--from", bucket.name, "--offline", env=proxy.env) as served:
                until(lambda: served.ask("/readyz")[0] == 200)
                hangs.set()
                until(lambda: served.ask("/readyz")[0] == 503)
                served.process.send_signal(signal.SIGTERM)
                assert served.process.wait(30) == 0
        finally:
            is_over.set()


def test_a_bad_object_does_not_make_the_hub_unready(hubcache, home, tmp_path):
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model")
        bad = Path(store.name) / "repos/huggingface/models/evil/bad/refs/main"
        bad.parent.mkdir(parents=True)
        bad.write_bytes(bytes(5000))
        with serving(hubcache, "--from", store.name, "--offline") as served:
            until(lambda: served.ask("/readyz")[0] == 200)
            assert served.ask("/huggingface/evil/bad/resolve/main/config.json")[0] == 503
            assert served.ask("/readyz")[0] == 200 and figures(served)["hubcache_store_up", store.name] == 1
            assert served.ask(resolve("config.json"))[0] == 200


def test_a_folder_that_is_not_mounted_any_more(hubcache, home, tmp_path):
    """The empty mount point is no empty store: clients would get the hub's own model."""
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model")
        with serving(hubcache, "--from", store.name, "--offline") as served:
            until(lambda: served.ask("/readyz")[0] == 200)
            Path(store.name).rename(tmp_path / "elsewhere")
            Path(store.name).mkdir()
            assert served.ask(resolve("config.json"))[0] == 503
            until(lambda: served.ask("/readyz")[0] == 503)


def test_a_folder_without_repos_may_not_be_mounted(hubcache, tmp_path):
    with running(Folder, tmp_path) as store:
        Path(store.name).mkdir(exist_ok=True)
        with serving(hubcache, "--from", store.name, "--offline"):
            said = (hubcache.folder / "serve.log").read_text()
            assert f"no repo is published in '{store.name}' yet" in said and "mounted" in said


def test_a_manifest_that_would_fill_the_memory(hubcache, home, tmp_path):
    with running(Folder, tmp_path) as store:
        report = publish(hubcache, store, home.path / "model")
        [manifest] = (Path(store.name) / "repos").rglob(report["commit"] + "*")
        manifest.chmod(0o600)
        manifest.write_bytes(zlib.compress(b'{"format":1,"files":[' + b"0," * (100 << 20)))
        with serving(hubcache, "--from", store.name, "--offline") as served:
            status, _, body = served.ask(resolve("config.json"))
            assert status == 503 and b"invalid fields" in body
            manifest.write_bytes(zlib.compress(b'{"format":1,"x":"' + b"x" * (200 << 20)))
            until(lambda: b"too long" in served.ask(resolve("config.json"))[2])
            status = Path(f"/proc/{served.process.pid}/status").read_text()
            assert int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) < 100 << 10


def test_a_limit_of_the_size_of_files(hubcache, home, tmp_path):
    """The temporary file with the files of a repo cannot be written."""
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model")
        with serving(hubcache, "--from", store.name, "--offline") as served:
            resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (100, 100))
            assert served.ask(resolve("config.json"))[0] == 503
            assert served.ask("/healthz")[0] == 200


def test_sigterm_lets_transfers_end(hubcache, bucket, home):
    """A client gets a file through the hub, and another one asks whether the hub is ready, while the hub ends."""
    publish(hubcache, bucket, home.path / "model")
    goes_on = threading.Event()

    def wait(method: str, path: str):
        if "/blobs/" in path and method == "GET":
            goes_on.wait(60)

    with (
        Proxy(bucket.port, wait) as proxy,
        serving(hubcache, "--from", bucket.name, "--redirect", "never", "--offline", env=proxy.env) as served,
        socket.create_connection(("127.0.0.1", served.port)) as late,
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", served.port)) as client,
    ):
        client.request("GET", resolve("model.bin"))
        until(lambda: any("/blobs/" in path for _, path, _ in proxy.requests))
        late.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        until(lambda: figures(served)["hubcache_connections",] >= 3)
        served.process.send_signal(signal.SIGTERM)

        def refuses() -> bool:
            try:
                socket.create_connection(("127.0.0.1", served.port)).close()
            except ConnectionRefusedError:
                return True
            return False

        until(refuses)
        late.sendall(b"\r\n")
        told = late.recv(4096)
        assert told.startswith(b"HTTP/1.1 503") and b"Connection: close" in told and b"the hub is ending" in told
        goes_on.set()
        assert client.getresponse().read() == FILES["model.bin"]
        assert served.process.wait(60) == 0


def test_unfinished_requests_do_not_delay_the_end(hubcache):
    with serving(hubcache, "--offline") as served, contextlib.ExitStack() as clients:
        for _ in range(3):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        until(lambda: figures(served)["hubcache_connections",] >= 4)
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(15) == 0


def test_probes_are_only_read(hubcache):
    with serving(hubcache, "--offline") as served:
        for path in ("/healthz", "/readyz"):
            assert served.ask(path, method="HEAD")[0] == 200
            status, headers, _ = served.ask(path, method="POST", body=b"")
            assert (status, headers["allow"]) == (405, "GET, HEAD"), path


def test_slow_readers_need_little_memory(hubcache, bucket, home):
    """Each has at most two pieces of 512 KiB in the hub's memory."""
    publish(hubcache, bucket, home.path / "model", files={"model.bin": os.urandom(1 << 20) * 40})
    count = 20
    with (
        Proxy(bucket.port) as proxy,
        serving(hubcache, "--from", bucket.name, "--redirect", "never", "--offline", env=proxy.env) as served,
        contextlib.ExitStack() as clients,
    ):

        def memory() -> int:
            status = Path(f"/proc/{served.process.pid}/status").read_text()
            return int(re.search(r"RssAnon:\s+(\d+) kB", status)[1])

        served.ask(resolve("config.json"))
        before, seen = memory(), []
        for _ in range(count):
            client = clients.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", served.port))
            client.sendall(f"GET {resolve('model.bin')} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

        def all_wait() -> bool:
            """The hub has got a piece to send and one in advance for each, and nothing more in the last second."""
            seen.append((sum("/blobs/" in path for _, path, _ in proxy.requests), memory()))
            return seen[-1][0] >= 2 * count and len(seen) > 5 and all(one == seen[-1] for one in seen[-5:])

        until(all_wait)
        assert count * 256 < memory() - before < count * 1500, (before, seen[-1])
