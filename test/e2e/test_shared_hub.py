"""hubcache serve --from: the real clients get published repos by their hub ids, from a store that has nothing else."""

import hashlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from csg import CSG_VERSIONS
from hf import HUB_VERSIONS
from scene import write
from shared_hub import NAME, PREFIXES, Getter, exported, nginx, until
from stores import Folder, Proxy, free_ports, running
from tls_front import make_certificate

from adoption import ok
from local_hub import DIRECT, serving

FILES = {
    "config.json": b'{"model_type": "bert"}',
    "empty.txt": b"",
    "sub/one": b"1",
    "sub/模型 +%.bin": b"odd name",
    "model.bin": bytes(range(256)) * 45_000,  # 11.5 MB: a Git LFS file
}
CLIENTS = (
    ["aistudio-0.3.9", "aistudio-0.3.5"]
    + [f"huggingface-{version}" for version in HUB_VERSIONS]
    + ["modelscope-1.40.2"]
    + [f"csghub-{version}" for version in CSG_VERSIONS]
)


def publish(hubcache, store, folder: Path, hub: str, *words, files=FILES) -> dict:
    for name, content in files.items():
        write(folder / name, content)
    return ok(hubcache("publish", PREFIXES[hub] + NAME, folder, store.name, *words, "--json", env=store.env))


@pytest.fixture
def getter(home, hub, hf_hub, ms_hub, csg_hub):
    return lambda client: Getter(client, home, hub, hf_hub, ms_hub, csg_hub)


@pytest.fixture
def tokens(tmp_path):
    file = tmp_path / "tokens"
    file.write_text("# of the cluster\nsecret-token-1\nsecret-token-2\n")
    file.chmod(0o600)
    return file


# --- every client


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_gets_a_published_repo(hubcache, store, getter, home, tokens, client):
    one = getter(client)
    publish(hubcache, store, home.path / "model", one.hub)
    with serving(hubcache, "--from", store.name, "--token-file", tokens, "--offline", env=store.env) as served:
        one.check(exported(hubcache, served.url, tokens), FILES)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_gets_it_through_the_hub(hubcache, bucket, getter, home, client):
    """--redirect never: the store needs not be reachable for clients, and each of its requests may fail once."""
    one = getter(client)
    publish(hubcache, bucket, home.path / "model", one.hub)
    seen = set()

    def once(method: str, path: str):
        if path in seen:
            return None
        seen.add(path)
        return ["cut", 503, 500][len(seen) % 3]

    with (
        Proxy(bucket.port, once) as proxy,
        serving(hubcache, "--from", bucket.name, "--redirect", "never", "--offline", env=proxy.env) as served,
    ):
        one.check(exported(hubcache, served.url), FILES)
    assert not [path for _, path, _ in proxy.requests if "X-Amz-Signature" in path]


@pytest.mark.parametrize("client", [client for client in CLIENTS if not client.startswith("aistudio")])
def test_a_large_file_comes_from_the_store(hubcache, bucket, getter, home, tokens, client):
    one = getter(client)
    publish(hubcache, bucket, home.path / "model", one.hub)
    key = f"blobs/{hashlib.sha256(FILES['model.bin']).hexdigest()[:2]}/{hashlib.sha256(FILES['model.bin']).hexdigest()}"
    with Proxy(bucket.port) as proxy:
        # modelscope sends its token as a cookie, which goes to every port of a host: so the store has a name of its own.
        public = f"http://localhost:{proxy.server.server_port}"
        words = ["--from", bucket.name, "--store-public-url", public, "--token-file", tokens, "--offline"]
        with serving(hubcache, *words, env=proxy.env) as served:
            one.check(exported(hubcache, served.url, tokens), FILES)
    signed = [path for method, path, _ in proxy.requests if method == "GET" and key in path]
    assert signed and all("X-Amz-Signature" in path for path in signed)
    assert not any("secret-token" in sent for sent in proxy.credentials)


def test_aistudio_gets_files_in_parts_from_the_store(hubcache, bucket, getter, home):
    """A file above the SDK's threshold is got in parts; one part fails once, and one signature has expired."""
    one = getter("aistudio-0.3.9")
    content = os.urandom(1 << 20) * 170
    publish(hubcache, bucket, home.path / "model", "aistudio", files={"large.bin": content, "config.json": b"{}"})
    failures = ["cut", 403]

    def fails(method: str, path: str):
        return failures.pop() if "X-Amz-Signature" in path and failures else None

    with (
        Proxy(bucket.port, fails) as proxy,
        serving(hubcache, "--from", bucket.name, "--offline", env=proxy.env) as served,
    ):
        one.check(exported(hubcache, served.url), {"large.bin": content, "config.json": b"{}"})
    assert not failures


def test_many_files(hubcache, bucket, getter, home):
    files = {f"part{number // 100}/{number:04}.bin": str(number).encode() * 20 for number in range(1200)}
    publish(hubcache, bucket, home.path / "model", "aistudio", files=files)
    with serving(hubcache, "--from", bucket.name, "--offline", env=bucket.env) as served:
        getter("aistudio-0.3.9").check(exported(hubcache, served.url), files)


# --- the hub


def contents(name: str = "config.json", ref: str = "master") -> str:
    return f"/api/v1/repos/{NAME}/contents/{name}?ref={ref}"


def test_a_new_commit_is_served_and_the_old_one_by_its_id(hubcache, store, home):
    old = publish(hubcache, store, home.path / "model", "aistudio")["commit"]
    with serving(hubcache, "--from", store.name, "--offline", env=store.env) as served:
        assert served.json(contents())["size"] == len(FILES["config.json"])
        publish(hubcache, store, home.path / "model", "aistudio", files={"config.json": b"edited"})
        until(lambda: served.json(contents())["size"] == 6)
        assert served.json(contents(ref=old))["size"] == len(FILES["config.json"])
        media = f"/api/v1/repos/{NAME}/media/config.json?ref="
        assert served.ask(media + old)[2] == FILES["config.json"] and served.ask(media + "master")[2] == b"edited"


def test_answers_are_those_of_git_and_the_store(hubcache, store, home):
    commit = publish(hubcache, store, home.path / "model", "aistudio")["commit"]
    with serving(hubcache, "--from", store.name, "--offline", env=store.env) as served:
        tree = served.json(f"/api/v1/repos/{NAME}/git/trees/master?recursive=true&per_page=1000")
        assert tree["sha"] == commit
        shas = {item["path"]: item["sha"] for item in tree["tree"] if item["type"] == "blob"}
        assert set(shas) == set(FILES)
        written = subprocess.run(["git", "hash-object", "--stdin"], input=FILES["sub/one"], capture_output=True).stdout
        assert shas["sub/one"] == written.decode().strip()
        described = served.json(contents("model.bin"))
        assert described["Sha256"] == hashlib.sha256(FILES["model.bin"]).hexdigest()
        media = f"/api/v1/repos/{NAME}/media/model.bin?ref=master"
        status, headers, body = served.ask(media, headers={"Range": "bytes=0-1"})
        assert (status, body) == (206, FILES["model.bin"][:2]) and headers["content-range"].endswith(
            f"/{len(FILES['model.bin'])}"
        )
        status, headers, body = served.ask(media, "HEAD")
        assert (status, headers["content-length"], body) == (200, str(len(FILES["model.bin"])), b"")
        assert served.ask(media, headers={"Range": "bytes=1000000-9000000"})[2] == FILES["model.bin"][1000000:9000001]
        assert served.ask(media, headers={"If-None-Match": headers["etag"]})[0] == 304
        assert served.ask(media, headers={"Range": "bytes=99999999-"})[0] == 416
        assert served.ask(f"/api/v1/repos/{NAME}/contents/none?ref=master")[0] == 404
        assert served.ask(f"/api/v1/repos/{NAME}/git/trees/other")[0] == 404
        assert served.ask("/api/v1/repos/some/other/git/trees/master")[0] == 404


def test_a_damaged_content_does_not_arrive(hubcache, bucket, home):
    publish(hubcache, bucket, home.path / "model", "aistudio")
    for content in FILES.values():
        digest = hashlib.sha256(content).hexdigest()
        (bucket.root / "blobs" / digest[:2] / digest).write_bytes(bytes(len(content)))
    with serving(hubcache, "--from", bucket.name, "--offline", env=bucket.env) as served:
        assert served.ask(f"/api/v1/repos/{NAME}/media/config.json?ref=master")[0] == 503
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            served.ask(f"/api/v1/repos/{NAME}/media/model.bin?ref=master")


def test_metadata_is_answered_while_the_store_is_away(hubcache, bucket, home):
    publish(hubcache, bucket, home.path / "model", "aistudio")
    with serving(hubcache, "--from", bucket.name, "--offline", env=bucket.env) as served:
        assert served.ask(contents())[0] == 200
        bucket.process.send_signal(signal.SIGSTOP)
        bucket.process.kill()
        began = time.monotonic()
        while time.monotonic() - began < 8:  # longer than an answer counts as fresh
            assert served.ask(contents())[0] == 200
            time.sleep(0.2)


def test_the_machines_own_adoptions_come_first(hubcache, store, home):
    publish(hubcache, store, home.path / "model", "aistudio")
    write(home.path / "mine/config.json", b"mine")
    ok(hubcache("adopt", NAME, home.path / "mine", "--offline", "--json"))
    media = f"/api/v1/repos/{NAME}/media/config.json?ref=master"
    with serving(hubcache, "--from", store.name, "--from", "adopted", "--offline", env=store.env) as served:
        assert served.ask(media)[2] == b"mine"
    with serving(hubcache, "--from", store.name, "--offline", env=store.env) as served:
        assert served.ask(media)[2] == FILES["config.json"]


def test_several_stores_are_asked_in_order(hubcache, home, tmp_path):
    for number, files in enumerate([{"a": b"first"}, {"a": b"second", "b": b"2"}]):
        with running(Folder, tmp_path / str(number)) as store:
            publish(hubcache, store, home.path / f"model{number}", "aistudio", files=files)
            if number == 1:
                publish(hubcache, store, home.path / "model1", "huggingface", files=files)
    stores = [word for number in range(2) for word in ("--from", tmp_path / str(number) / "store")]
    with serving(hubcache, *stores, "--offline") as served:
        assert served.ask(f"/api/v1/repos/{NAME}/media/a?ref=master")[2] == b"first"
        assert served.ask(f"/huggingface/{NAME}/resolve/main/a")[2] == b"second"


# --- tokens and addresses


def test_tokens(hubcache, store, home, tokens):
    publish(hubcache, store, home.path / "model", "aistudio")
    with serving(hubcache, "--from", store.name, "--token-file", tokens, "--offline", env=store.env) as served:
        for value in ("token secret-token-1", "Bearer secret-token-2", "bearer secret-token-1"):
            assert served.ask(contents(), headers={"Authorization": value})[0] == 200, value
        for value in ("", "token ", "token secret-token-", "Bearer x", "Basic secret-token-1", "secret-token-1"):
            status, headers, _ = served.ask(contents(), headers={"Authorization": value})
            assert (status, headers["www-authenticate"]) == (401, "Bearer"), value
        assert served.ask("/healthz")[0] == 200
        tokens.write_text("another-token\n")
        served.process.send_signal(signal.SIGHUP)
        until(lambda: served.ask(contents(), headers={"Authorization": "Bearer another-token"})[0] == 200)
        assert served.ask(contents(), headers={"Authorization": "token secret-token-1"})[0] == 401
        tokens.write_text("")
        served.process.send_signal(signal.SIGHUP)
        assert served.ask(contents(), headers={"Authorization": "Bearer another-token"})[0] == 200


def test_a_hub_for_other_machines_needs_a_token(hubcache, tmp_path, tokens):
    (tmp_path / "store").mkdir()
    words = ["serve", "--from", tmp_path / "store", "--listen", "0.0.0.0:0"]
    run = hubcache(*words)
    assert run.returncode == 2 and "--token-file" in run.stderr
    tokens.chmod(0o644)
    run = hubcache(*words, "--token-file", tokens)
    assert run.returncode == 2 and "chmod 600" in run.stderr
    tokens.chmod(0o600)
    for text in ("", "two words\n", "ctrl\x01\n", "# only a comment\n"):
        tokens.write_text(text)
        assert hubcache(*words, "--token-file", tokens).returncode == 2
    for address in ("0.0.0.0", "host:80", "1.2.3.4:x", "::1:80", "[::1]:99999"):
        assert hubcache("serve", "--listen", address, "--no-token").returncode == 2, address
    run = hubcache("serve", "--listen", "127.0.0.1:0", "--port", "0")
    assert run.returncode == 2 and "--port" in run.stderr


def test_it_is_no_proxy_for_other_machines(hubcache, store, home, tokens):
    publish(hubcache, store, home.path / "model", "aistudio")
    with serving(hubcache, "--from", store.name, "--token-file", tokens, env=store.env) as served:
        headers = {"Authorization": "Bearer secret-token-1"}
        assert served.ask("http://127.0.0.1:1/x", headers=headers)[0] == 400
        assert served.ask("127.0.0.1:1", "CONNECT", headers=headers)[0] == 400


def test_the_token_does_not_reach_the_upstream(hubcache, hub, home, tokens, tmp_path):
    """Requests for other repos go to the upstream without the hub's token."""
    hub.repo("some/other").push({"a": b"hub"})
    headers = {"Authorization": "token secret-token-1", "Cookie": "m=secret-token-1"}
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model", "aistudio")
        with Proxy(int(hub.url.rpartition(":")[2])) as upstream:
            env = DIRECT | {"STUDIO_GIT_HOST": f"http://127.0.0.1:{upstream.server.server_port}"}
            with serving(hubcache, "--from", store.name, "--token-file", tokens, env=env) as served:
                assert served.ask("/api/v1/repos/some/other/git/trees/master", headers=headers)[0] == 200
    assert upstream.requests and not any(upstream.credentials)


def test_no_token_in_a_query_reaches_the_upstream(hubcache, hub, home, tokens, tmp_path):
    hub.repo("some/other").push({"a": b"hub"})
    (tmp_path / "store").mkdir()
    with Proxy(int(hub.url.rpartition(":")[2])) as upstream:
        env = DIRECT | {"STUDIO_GIT_HOST": f"http://127.0.0.1:{upstream.server.server_port}"}
        with serving(hubcache, "--from", tmp_path / "store", "--token-file", tokens, env=env) as served:
            query = "?token=mine&recursive=true&x=secret-token-1&access%5Ftoken=a&secret%2Dtoken-2&per_page=5"
            status, _, _ = served.ask(
                f"/api/v1/repos/some/other/git/trees/master{query}", headers={"Authorization": "token secret-token-1"}
            )
    assert status == 200
    assert [path for _, path, _ in upstream.requests] == [
        "/api/v1/repos/some/other/git/trees/master?recursive=true&per_page=5"
    ]


def test_files_are_only_for_reading(hubcache, store, home):
    publish(hubcache, store, home.path / "model", "huggingface")
    with serving(hubcache, "--from", store.name, "--offline", env=store.env) as served:
        for path in (f"/huggingface/{NAME}/resolve/main/config.json", f"/huggingface/api/models/{NAME}"):
            for method in ("POST", "PUT", "DELETE", "PATCH"):
                status, headers, body = served.ask(path, method)
                assert (status, headers["allow"]) == (405, "GET, HEAD") and FILES["config.json"] not in body
            assert served.ask(path, "HEAD")[0] == 200


def test_a_refusal_says_what_the_hub_serves(hubcache, home, tmp_path):
    log = hubcache.folder / "serve.log"
    (tmp_path / "store").mkdir()
    for words, text in (
        (["--from", tmp_path / "store"], "some/a: not published"),
        (["--from", tmp_path / "store", "--from", "adopted"], "some/a: neither adopted nor published"),
        ([], "some/a: not adopted"),
    ):
        log.unlink(missing_ok=True)
        with serving(hubcache, *words, "--offline") as served:
            assert served.ask("/huggingface/api/models/some/a")[0] == 404
            assert served.ask("/api/v1/repos/some/a/git/trees/master")[0] == 404
            assert served.ask("/modelscope/api/v1/models/some/a")[0] == 404
            assert served.ask("/csghub/csg/api/models/some/a/revision/main")[0] == 404
        lines = [line for line in log.read_text().splitlines() if "refused" in line]
        assert len(lines) == 1 and text in lines[0], lines


def test_the_store_has_another_name_for_clients(hubcache, bucket, getter, home):
    one = getter("huggingface-2.4.0")
    publish(hubcache, bucket, home.path / "model", one.hub)
    with Proxy(bucket.port) as proxy:
        public = f"http://localhost:{proxy.server.server_port}"
        words = ["--from", bucket.name, "--store-public-url", public, "--offline"]
        with serving(hubcache, *words, env=bucket.env) as served:
            one.check(exported(hubcache, served.url), FILES)
    assert {host for _, _, host in proxy.requests} == {f"localhost:{proxy.server.server_port}"}


def test_env(hubcache, tokens):
    run = hubcache("env", "--hub", "http://hub:8477/", "--token-file", tokens)
    assert re.findall(r"^export (\w+)='(.*)'$", run.stdout, re.M) == [
        ("STUDIO_GIT_HOST", "http://hub:8477"),
        ("AISTUDIO_ACCESS_TOKEN", "secret-token-1"),
        ("HF_ENDPOINT", "http://hub:8477/huggingface"),
        ("HF_HUB_DISABLE_XET", "1"),
        ("HF_TOKEN", "secret-token-1"),
        ("MODELSCOPE_ENDPOINT", "http://hub:8477/modelscope"),
        ("MODELSCOPE_API_TOKEN", "secret-token-1"),
        ("CSGHUB_DOMAIN", "http://hub:8477/csghub"),
        ("CSGHUB_TOKEN", "secret-token-1"),
    ]
    for address in ("hub:8477", "http://hub:8477/?q", "http://hub:8477/#f", "http://user:word@hub:8477"):
        run = hubcache("env", "--hub", address)
        assert run.returncode == 2 and "word" not in run.stderr and not run.stdout, address
        assert "\nhint: " in run.stderr, address


# --- nginx in front, with the configurations of docs/examples


@pytest.mark.parametrize("client", ["huggingface-2.4.0", "modelscope-1.40.2", "csghub-0.9.3"])
def test_a_cache_in_front_of_the_store(hubcache, bucket, getter, home, tmp_path, client):
    """The second client gets everything without a request to the store."""
    one = getter(client)
    publish(hubcache, bucket, home.path / "model", one.hub)
    [port] = free_ports(1)
    with Proxy(bucket.port) as proxy:
        store = f"127.0.0.1:{proxy.server.server_port}"
        changes = {"127.0.0.1:8478": f"127.0.0.1:{port}", "store.example:9000": store}
        words = ["--from", bucket.name, "--redirect-via", f"http://127.0.0.1:{port}", "--offline"]
        with (
            nginx(tmp_path / "nginx", "nginx-cache.conf", changes, port),
            serving(hubcache, *words, env=proxy.env) as served,
        ):
            one.check(exported(hubcache, served.url), FILES)
            of_blobs = [path for _, path, _ in proxy.requests if "/blobs/" in path]
            shutil.rmtree(home.path / ".cache")
            one.check(exported(hubcache, served.url), FILES)
            assert [path for _, path, _ in proxy.requests if "/blobs/" in path] == of_blobs


@pytest.mark.parametrize("client", ["aistudio-0.3.9", "huggingface-2.4.0", "huggingface-1.33.0", "modelscope-1.40.2"])
def test_tls_in_front_of_the_hub(hubcache, getter, home, tmp_path, tokens, client):
    one = getter(client)
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model", one.hub)
        certificate = make_certificate(tmp_path, ["localhost"])
        [port] = free_ports(1)
        public = f"https://localhost:{port}"
        words = ["--from", store.name, "--token-file", tokens, "--public-url", public, "--offline"]
        with serving(hubcache, *words) as served:
            changes = {
                "127.0.0.1:443": f"127.0.0.1:{port}",
                "http://127.0.0.1:8477": served.url,
                "hub.example.pem": str(certificate),
                "hub.example.key": str(certificate),
            }
            with nginx(tmp_path / "nginx", "nginx-tls.conf", changes, port):
                trust = {"REQUESTS_CA_BUNDLE": str(certificate), "SSL_CERT_FILE": str(certificate)}
                one.check(exported(hubcache, public, tokens) | trust, FILES)


# --- faults of stores


def test_a_store_that_fails_is_not_passed_over(hubcache, bucket, home, tmp_path):
    """A later store may have other files under the same id."""
    publish(hubcache, bucket, home.path / "model", "aistudio")
    media = f"/api/v1/repos/{NAME}/media/config.json?ref=master"
    with running(Folder, tmp_path / "second") as second:
        publish(hubcache, second, home.path / "other", "aistudio", files={"config.json": b"second"})
        fails = True
        with Proxy(bucket.port, lambda method, path: 403 if fails else None) as proxy:
            words = ["--from", bucket.name, "--from", second.name, "--offline"]
            with serving(hubcache, *words, env=proxy.env) as served:
                assert served.ask(media)[0] == 503
                fails = False
                until(lambda: served.ask(media)[0] == 200)
                assert served.ask(media)[2] == FILES["config.json"]


def test_a_folder_that_vanishes_is_no_empty_store(hubcache, home, tmp_path):
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model", "aistudio")
        with serving(hubcache, "--from", store.name, "--offline") as served:
            os.rename(store.root, tmp_path / "unmounted")
            assert served.ask(contents())[0] == 503
            os.rename(tmp_path / "unmounted", store.root)
            until(lambda: served.ask(contents())[0] == 200)


def test_no_part_of_a_damaged_content_is_sent_twice(hubcache, bucket, home):
    """A client that continues the file would end with wrong bytes."""
    publish(hubcache, bucket, home.path / "model", "huggingface")
    digest = hashlib.sha256(FILES["model.bin"]).hexdigest()
    (bucket.root / "blobs" / digest[:2] / digest).write_bytes(bytes(len(FILES["model.bin"])))
    path = f"/huggingface/{NAME}/resolve/main/model.bin"
    with serving(hubcache, "--from", bucket.name, "--redirect", "never", "--offline", env=bucket.env) as served:
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            served.ask(path)
        assert served.ask(path, headers={"Range": "bytes=11000000-"})[0] == 503
    assert digest in (hubcache.folder / "serve.log").read_text()


def test_aborted_downloads_leave_nothing(hubcache, bucket, home):
    publish(hubcache, bucket, home.path / "model", "huggingface")
    with serving(hubcache, "--from", bucket.name, "--redirect", "never", "--offline", env=bucket.env) as served:
        descriptors = Path(f"/proc/{served.process.pid}/fd")

        def abort() -> None:
            connection = socket.create_connection(("127.0.0.1", served.port))
            connection.sendall(f"GET /huggingface/{NAME}/resolve/main/model.bin HTTP/1.1\r\nHost: h\r\n\r\n".encode())
            connection.recv(4096)
            connection.close()

        served.ask(f"/huggingface/{NAME}/resolve/main/model.bin")
        before = len(list(descriptors.iterdir()))
        for _ in range(40):
            abort()
        until(lambda: len(list(descriptors.iterdir())) <= before + 8)


def test_links_lead_to_the_address_that_the_hub_listens_on(hubcache, home, tmp_path):
    files = {f"{number:04}": b"x" for number in range(1100)}
    with running(Folder, tmp_path) as store:
        publish(hubcache, store, home.path / "model", "huggingface", files=files)
        process = subprocess.Popen(
            [hubcache.binary, "serve", "--from", store.name, "--listen", "127.0.0.2:0", "--no-token", "--offline"],
            env=hubcache.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            url = process.stdout.readline().split()[-1]
            assert url.startswith("http://127.0.0.2:")
            connection = http.client.HTTPConnection("127.0.0.2", int(url.rpartition(":")[2]))
            connection.request("GET", f"/huggingface/api/models/{NAME}/tree/main")
            answer = connection.getresponse()
            assert answer.status == 200 and f"<{url}/huggingface/api/" in answer.headers["Link"]
        finally:
            process.terminate()
            process.wait(30)
