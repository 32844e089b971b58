"""`hubcache serve` and `hubcache env`: the exact answers, and the cost of clients."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from scene import ALL, FILES, REPO, Scene, write

from adoption import ok, tree
from local_hub import DIRECT, api, serving

SAMPLES = Path(__file__).parents[1] / "data" / "gitea"
MEBIBYTE = 1 << 20


@pytest.fixture
def scene(hub, home, hubcache) -> Scene:
    scene = Scene(hub, home)
    ok(hubcache("adopt", REPO, scene.user))
    return scene


def shape(value: Any) -> Any:
    """Returns the keys of a JSON value in their order, without the values."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else "leaf"


def test_contents_are_as_giteas(hubcache, scene):
    sample = json.loads((SAMPLES / "contents_plain.json").read_text())
    folder = json.loads((SAMPLES / "contents_dir.json").read_text())
    with serving(hubcache, "--offline") as served:
        status, headers, _ = served.ask(f"{api(REPO)}/contents/config.json")
        assert (status, headers["content-type"]) == (200, "application/json;charset=utf-8")
        told = served.json(f"{api(REPO)}/contents/inference%2Fa%2Fweights.bin?ref=master")
        assert list(told) == list(sample) and shape(told["_links"]) == shape(sample["_links"])
        content = scene.edited("inference/a/weights.bin")
        entry = scene.remote.head.entries["inference/a/weights.bin"]
        assert (told["path"], told["name"], told["sha"], told["size"], told["type"]) == (
            "inference/a/weights.bin",
            "weights.bin",
            entry.sha,
            len(content),
            "file",
        )
        assert re.fullmatch("[0-9a-f]{40}", told["last_commit_sha"])
        for path in ("inference", "inference/"):
            children = served.json(f"{api(REPO)}/contents/{path}")
            assert [(child["path"], child["type"]) for child in children] == [
                ("inference/a", "dir"),
                ("inference/config.json", "file"),
            ]
            assert shape(children) == shape(folder)


def test_sha256_is_told_where_it_is_known(hubcache, scene):
    """`contents` has the Sha256 of a file if `hubcache hash` has stored it, which requires that the file is unchanged
    for two seconds."""
    for path in FILES:
        os.utime(scene.user / path)
    time.sleep(2.1)
    digests = {
        line.split("  ")[1].strip(): line.split()[0]
        for line in hubcache("hash", "--sha256", "my-model").stdout.splitlines()
    }
    with serving(hubcache, "--offline") as served:
        assert served.json(f"{api(REPO)}/contents/config.json")["Sha256"] == next(
            digest for name, digest in digests.items() if name.endswith("/config.json") and "inference" not in name
        )
        etag = served.ask(f"{api(REPO)}/media/config.json")[1]["etag"]
        assert etag.strip('"') in digests.values()
        write(scene.user / "config.json", b"changed")
        assert "Sha256" not in served.json(f"{api(REPO)}/contents/config.json")


@pytest.mark.parametrize(
    "question, sample, status",
    [
        ("contents/nope.txt", "contents_missing", 404),
        ("contents/config.json?ref=zzz", "contents_badref", 404),
        ("git/trees/v9?recursive=true", "tree_badref", 400),
        ("tags/master", "tag_missing", 404),
        ("media/nope.txt", "tree_norepo", 404),
        ("raw/nope.txt", "tree_norepo", 404),
    ],
)
def test_errors_are_as_giteas(hubcache, scene, question, sample, status):
    with serving(hubcache, "--offline") as served:
        answer, headers, body = served.ask(f"{api(REPO)}/{question}")
        assert (answer, headers["content-type"]) == (status, "application/json;charset=utf-8")
        expected = (SAMPLES / f"{sample}.json").read_text().replace("http://127.0.0.1:3999", served.url)
        assert json.loads(body) == json.loads(expected)


def test_pages_of_a_tree(hubcache, scene):
    for number in range(45):
        write(scene.user / f"many/{number:02}.txt", b"x")
    with serving(hubcache, "--offline") as served:
        pages, number = [], 0
        while not pages or pages[-1]["truncated"]:
            number += 1
            pages.append(served.json(f"{api(REPO)}/git/trees/master?recursive=true&page={number}&per_page=20"))
        entries = [entry for page in pages for entry in page["tree"]]
        assert {entry["path"] for entry in entries if entry["type"] == "blob"} == ALL | {
            f"many/{number:02}.txt" for number in range(45)
        }
        assert {entry["path"] for entry in entries if entry["type"] == "tree"} == {"inference", "inference/a", "many"}
        assert {page["total_count"] for page in pages} == {len(entries)} and len(pages) == 3
        sizes = {entry["path"]: entry["size"] for entry in entries}
        assert sizes["model.safetensors"] == len(scene.edited("model.safetensors"))
        assert served.json(f"{api(REPO)}/git/trees/master?recursive=true&page=9")["tree"] == []
        top = served.json(f"{api(REPO)}/git/trees/master")["tree"]
        assert {entry["path"] for entry in top} == {path.split("/")[0] for path in ALL} | {"many"}


def test_sizes_are_those_of_now(hubcache, scene):
    ok(hubcache("adopt", f"hf:{REPO}", scene.user, "--offline"))
    with serving(hubcache, "--offline") as served:
        # a new file, because Hugging Face's place may have a hard link to the old one
        (scene.user / "inference/config.json").unlink()
        write(scene.user / "inference/config.json", b"x" * 4321)
        trees = [
            served.json(f"{api(REPO)}/{question}")
            for question in ("git/trees/master?recursive=true", "contents/inference")
        ]
        assert [
            entry["size"] for entry in [*trees[0]["tree"], *trees[1]] if entry["path"] == "inference/config.json"
        ] == [4321, 4321]
        size = served.json(f"{api(REPO)}/contents/inference%2Fconfig.json")["size"]
        info = served.json(f"/huggingface/api/models/{REPO}?blobs=true")["siblings"]
        listed = served.json(f"/huggingface/api/models/{REPO}/tree/main?recursive=true")
        linked = int(served.ask(f"/huggingface/{REPO}/resolve/main/inference/config.json", "HEAD")[1]["x-linked-size"])
    assert size == 4321
    assert [line["size"] for line in info if line["rfilename"] == "inference/config.json"] == [linked]
    assert [line["size"] for line in listed if line["path"] == "inference/config.json"] == [linked]


def test_listings_are_as_the_caller_sees_the_repo(hubcache, scene, hub):
    """The server's token is not used for callers: without a token, a caller does not see a private repo's other
    files."""
    hub.user("ctbots", "right-token")
    hub.repo(REPO).private = True
    (scene.user / "README.md").unlink()
    ok(hubcache("adopt", REPO, scene.user, env={"AISTUDIO_ACCESS_TOKEN": "right-token"}))
    token_file = hubcache.folder / ".cache/aistudio/.auth/token"
    token_file.parent.mkdir(parents=True)
    token_file.write_text("right-token")
    for env in ({}, {"AISTUDIO_ACCESS_TOKEN": "right-token"}):
        with serving(hubcache, env=env) as served:

            def listed(headers):
                tree = served.json(f"{api(REPO)}/git/trees/master?recursive=true", headers=headers)["tree"]
                return {entry["path"] for entry in tree if entry["type"] == "blob"}

            assert listed({"Authorization": "token right-token"}) == ALL
            assert listed({}) == listed({"Authorization": "token wrong"}) == ALL - {"README.md"}


@pytest.mark.parametrize("options", [(), ("--offline",)], ids=["online", "offline"])
def test_few_listings_are_kept(hubcache, home, hub, options):
    """The number of kept listings is limited, however many tokens are used. If a listing was dropped, its next page
    comes from a new listing."""
    names = [f"{number:04}.txt" for number in range(3000)]
    hub.repo("ctbots/many").push({name: b"x" for name in names})
    for name in names:
        write(home.path / "many" / name, b"y")
    ok(hubcache("adopt", "ctbots/many", home.path / "many"))
    tokens = [f"token-{number}" for number in range(60)]
    for token in tokens:
        hub.user(f"user-{token}", token)

    def page(served, number, token):
        question = f"{api('ctbots/many')}/git/trees/master?recursive=true&page={number}&per_page=1000"
        return [entry["path"] for entry in served.json(question, headers={"Authorization": f"token {token}"})["tree"]]

    with serving(hubcache, *options) as served:
        for token in tokens[:5]:
            assert page(served, 1, token) == names[:1000]
        before = served.peak_kib()
        for token in tokens:
            page(served, 1, token)
        assert served.peak_kib() - before < 10 << 10
        assert page(served, 2, tokens[0]) == names[1000:2000]


def test_a_silent_hub_is_asked_once(hubcache, scene, home, hub):
    """The timeout is spent once: for a minute, other listings do without the hub."""
    hub.repo("ctbots/other").push(FILES)
    ok(hubcache("adopt", "ctbots/other", scene.user))
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        serving(hubcache, "--upstream", f"http://127.0.0.1:{silent.getsockname()[1]}") as served,
    ):
        for repo in (REPO, "ctbots/other", REPO):
            tree = served.json(f"{api(repo)}/git/trees/master?recursive=true")["tree"]
            assert {entry["path"] for entry in tree if entry["type"] == "blob"} == ALL
        asked = []
        silent.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                asked.append(silent.accept()[0].recv(65536))
        assert asked and all(f"/{REPO}".encode() in request for request in asked)


@pytest.mark.parametrize("kind", ["media", "raw"])
def test_parts_of_a_file(hubcache, scene, kind):
    content = bytes(range(256)) * 100
    write(scene.user / "model.safetensors", content)
    with serving(hubcache, "--offline") as served:

        def ask(method="GET", **headers):
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            return served.ask(f"{api(REPO)}/{kind}/model.safetensors", method, headers)

        status, headers, body = ask()
        assert (status, body, headers["accept-ranges"]) == (200, content, "bytes")
        etag = headers["etag"]
        assert ask("HEAD")[:3:2] == (200, b"") and ask("HEAD")[1]["content-length"] == str(len(content))
        for wanted, part in {
            "0-1": content[:2],
            "100-199": content[100:200],
            "25000-": content[25000:],
            "-10": content[-10:],
            "25590-99999": content[25590:],
            "-99999": content,
        }.items():
            status, headers, body = ask(Range=f"bytes={wanted}")
            assert (status, body) == (206, part)
            assert headers["content-range"].endswith(f"/{len(content)}") and headers["content-length"] == str(len(part))
        assert ask("HEAD", Range="bytes=0-1")[0] == 200  # RFC 9110, 14.2: ranges apply to GET only
        for wanted in ("25600-", "99999-100000", "-0"):
            status, headers, _ = ask(Range=f"bytes={wanted}")
            assert (status, headers["content-range"]) == (416, f"bytes */{len(content)}")
        for wanted in ("bytes=5-2", "bytes=a-b", "bytes=0-1,4-5", "lines=0-1", "bytes=", "bytes=18446744073709551616-"):
            assert ask(Range=wanted)[::2] == (200, content)
        assert ask(If_None_Match=etag)[::2] == (304, b"") and ask(If_None_Match='"other"')[0] == 200
        assert ask(Range="bytes=0-1", If_Range=etag)[0] == 206 and ask(Range="bytes=0-1", If_Range='"other"')[0] == 200
        write(scene.user / "model.safetensors", content + b"!")
        assert ask(If_None_Match=etag)[0] == 200 and ask()[1]["etag"] != etag


@pytest.mark.parametrize(
    "name",
    [
        "../../secret",
        "..%2F..%2Fsecret",
        "%2e%2e/secret",
        "inference/../../secret",
        "inference%2F..%2Fconfig.json",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "config.json%00",
        ".%2Fconfig.json",
        "config.json%2F",
        "%zz",
        "%2",
        "inference//a",
    ],
)
def test_no_path_leaves_its_repo(hubcache, scene, home, hub, name):
    """Such paths do not reach the upstream either; it is only asked for valid file names."""
    write(home.path / "secret", b"hidden words")
    with serving(hubcache) as served:
        mark = hub.mark()
        for what in ("media", "raw", "contents"):
            status, _, body = served.ask(f"{api(REPO)}/{what}/{name}")
            assert b"hidden words" not in body and b"root:" not in body
            assert status == 404 or name == "config.json%2F", (what, status)
        assert not [request.path for request in hub.log.since(mark) if ".." in request.path or "%2e" in request.path]


def test_symlinks_in_the_place(hubcache, scene, home):
    """The local hub follows only symlinks that hubcache has placed, which point to the user's folder."""
    write(home.path / "secret", b"secret")
    (scene.place / "config.json").unlink()
    (scene.place / "config.json").symlink_to(home.path / "secret")
    shutil.rmtree(scene.place / "inference")
    (scene.place / "inference").symlink_to(home.path)
    write(home.path / "config.json", b"secret too")
    with serving(hubcache, "--offline") as served:
        assert served.ask(f"{api(REPO)}/media/config.json")[2] == scene.edited("config.json")
        assert served.ask(f"{api(REPO)}/media/inference%2Fconfig.json")[2] == scene.edited("inference/config.json")
        for path in ("config.json", "inference/config.json"):
            assert served.json(f"{api(REPO)}/contents/{path}")["size"] == len(scene.edited(path))


def test_nothing_is_written(hubcache, scene, home, hub):
    hub.repo("ctbots/other").push(FILES)
    with serving(hubcache) as served:
        before = tree(home.path, times=True)
        for repo in (REPO, "ctbots/other"):
            assert served.ask(f"{api(repo)}/git/trees/master?recursive=true")[0] == 200
            for path in FILES:
                assert served.ask(f"{api(repo)}/contents/{path}")[0] == 200
                assert served.ask(f"{api(repo)}/media/{path}")[0] == 200
        assert (
            served.ask(f"{api(REPO)}/contents/config.json", "PUT", {"Content-Length": "2"}, b"{}")[0] == 405
        )  # the answer of the hub, to which the local hub passes the PUT
        assert tree(home.path, times=True) == before


def test_a_file_that_vanishes(hubcache, scene):
    """`contents` still describes the file, because a 404 would make the SDK raise KeyError. The content is not
    found."""
    with serving(hubcache, "--offline") as served:
        (scene.user / "config.json").unlink()
        assert served.json(f"{api(REPO)}/contents/config.json")["path"] == "config.json"
        assert served.ask(f"{api(REPO)}/media/config.json")[0] == 404


@pytest.mark.parametrize("way", ["rewritten", "cut short"])
def test_no_answer_mixes_two_versions(hubcache, scene, way):
    """If a file changes in place while it is sent, the answer ends before its full length."""
    big = scene.user / "model.safetensors"
    with open(big, "wb") as file:
        file.truncate(256 * MEBIBYTE)
    with serving(hubcache, "--offline") as served, socket.create_connection(("127.0.0.1", served.port)) as client:
        client.sendall(f"GET {api(REPO)}/media/model.safetensors HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        got = client.recv(MEBIBYTE)
        assert b"200 OK" in got
        with open(big, "r+b") as file:
            if way == "rewritten":
                file.seek(255 * MEBIBYTE)
                file.write(b"new")
            else:
                file.truncate(200 * MEBIBYTE)
        length = len(got) - got.index(b"\r\n\r\n") - 4
        with contextlib.suppress(ConnectionResetError):
            while part := client.recv(MEBIBYTE):
                length += len(part)
        assert length < 256 * MEBIBYTE


def test_a_file_that_is_replaced_is_sent_whole(hubcache, scene):
    big = scene.user / "model.safetensors"
    big.write_bytes(b"a" * (64 * MEBIBYTE))
    with serving(hubcache, "--offline") as served, socket.create_connection(("127.0.0.1", served.port)) as client:
        client.sendall(f"GET {api(REPO)}/media/model.safetensors HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        got = bytearray(client.recv(1000))
        (scene.user / "new").write_bytes(b"b" * (64 * MEBIBYTE))
        os.replace(scene.user / "new", big)
        body = got.index(b"\r\n\r\n") + 4
        while len(got) - body < 64 * MEBIBYTE and (part := client.recv(MEBIBYTE)):
            got += part
        assert got[body:] == b"a" * (64 * MEBIBYTE)


def raw(served, text: bytes, timeout: float = 30) -> bytes:
    with socket.create_connection(("127.0.0.1", served.port), timeout=timeout) as client:
        client.sendall(text)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while part := client.recv(65536):
                answer += part
        return answer


def test_bad_requests(hubcache, scene):
    with serving(hubcache, "--offline") as served:
        assert raw(served, b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 ")
        assert raw(served, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 100_000).startswith(b"HTTP/1.1 431 ")
        assert raw(served, b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").startswith(
            b"HTTP/1.1 421 "
        )
        assert raw(served, b"GET http:// HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n").startswith(
            b"HTTP/1.1 400 "
        )
        assert raw(served, b"CONNECT nonsense HTTP/1.1\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 400 ")
        two = f"GET {api(REPO)}/media/config.json HTTP/1.1\r\nHost: localhost\r\n".encode()
        both = raw(served, two + b"\r\n" + two + b"Connection: close\r\n\r\n")
        assert both.count(b"HTTP/1.1 200 OK") == 2 and both.endswith(scene.edited("config.json"))
        old = raw(served, f"GET {api(REPO)}/media/config.json HTTP/1.0\r\n\r\n".encode())
        assert old.startswith(b"HTTP/1.1 200 OK") and old.endswith(scene.edited("config.json"))
    with serving(hubcache) as served:
        assert raw(served, b"CONNECT example.com:443 HTTP/1.1\r\nConnection: close\r\n\r\n").startswith(
            b"HTTP/1.1 403 "
        )


@pytest.mark.parametrize(
    "target, status",
    [
        ("/huggingface@{evil}/x", None),
        ("/huggingface:{port}/z", None),
        ("/huggingface1/y", None),
        ("/huggingface.{evil}/x", None),
        ("@{evil}/g", 400),
        (":{port}/g", 400),
        ("1/g", 400),
        (".example/g", 400),
        ("?x", 400),
        ("*", 400),
    ],
)
def test_no_request_chooses_its_upstream(hubcache, hub, hf_hub, target, status):
    """The request target is appended to the upstream's name and must not become part of it. Requests that are not for
    Hugging Face go to the other hub."""
    # without its port, so that the request target could add one
    hubcache.env["HF_ENDPOINT"] = hf_hub.url.rpartition(":")[0]
    with socket.create_server(("127.0.0.1", 0)) as evil, serving(hubcache) as served:
        evil.setblocking(False)
        mark = hub.mark()
        port = evil.getsockname()[1]
        target = target.format(evil=f"127.0.0.1:{port}", port=port)
        answer = raw(
            served,
            f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token T\r\nConnection: close\r\n\r\n".encode(),
        )
        with pytest.raises(BlockingIOError):
            evil.accept()
        asked = [request.path for request in hub.log.since(mark)]
        assert asked == ([] if status else [target])
        assert not status or answer.startswith(f"HTTP/1.1 {status} ".encode())


def test_sockets_are_close_on_exec(hubcache):
    """The listening socket, those of clients and those to other hosts are close-on-exec, so no program started by
    another thread inherits them."""
    with (
        socket.create_server(("127.0.0.3", 0)) as other,
        serving(hubcache, "--offline", env=DIRECT) as served,
        contextlib.ExitStack() as stack,
    ):
        other.settimeout(20)
        host = f"127.0.0.3:{other.getsockname()[1]}"
        for request in (
            f"GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
            f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        ):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            client.sendall(request.encode())
            stack.enter_context(other.accept()[0])
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")
        process = Path(f"/proc/{served.process.pid}")
        mine = {line.split()[9] for line in (process / "net/tcp").read_text().splitlines()[1:]}
        flags = {}
        for name in (process / "fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                if (leads_to := os.readlink(name)).startswith("socket:[") and leads_to[8:-1] in mine:
                    flag = re.search(r"flags:\s+(\d+)", (process / "fdinfo" / name.name).read_text())[1]
                    flags[name.name] = int(flag, 8)
        assert len(flags) == 5 and all(flag & os.O_CLOEXEC for flag in flags.values()), flags


def test_a_request_in_pieces(hubcache, scene):
    with serving(hubcache, "--offline") as served, socket.create_connection(("127.0.0.1", served.port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = f"GET {api(REPO)}/media/config.json HTTP/1.1\r\nHost: localhost\r\n"
        for byte in f"{request}\r\n{request}X: {'x' * 9000}\r\nConnection: close\r\n\r\n".encode():
            client.sendall(bytes([byte]))
        got = b"".join(iter(lambda: client.recv(4096), b""))
        assert got.count(b"HTTP/1.1 200 OK") == 2 and got.endswith(scene.edited("config.json"))


def test_two_thousand_idle_connections(sdk, hubcache, scene):
    """Idle connections, clients that stop in the middle of a file, and half requests do not disturb a working
    client."""
    with serving(hubcache, "--offline") as served, contextlib.ExitStack() as stack:
        with open(scene.user / "model.safetensors", "wb") as file:
            file.truncate(64 * MEBIBYTE)
        request = f"GET {api(REPO)}/contents/config.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        idle = [stack.enter_context(socket.create_connection(("127.0.0.1", served.port))) for _ in range(2000)]
        for client in idle:
            client.sendall(request)
        for client in idle:
            assert client.recv(4096).startswith(b"HTTP/1.1 200 OK")
        for client in idle[:20]:
            client.sendall(f"GET {api(REPO)}/media/model.safetensors HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        for client in idle[20:40]:
            client.sendall(b"GET / HTTP/1.1\r\nHost: ")
        outcome = sdk.snapshot_download(REPO, env={"STUDIO_GIT_HOST": served.url})
        assert outcome.error is None and not outcome.requests
        for client in idle[40:]:
            client.sendall(request)
            assert client.recv(4096).startswith(b"HTTP/1.1 200 OK")
        assert served.peak_kib() < 64 << 10, served.peak_kib()


def test_sigterm_completes_running_answers(hubcache, scene):
    """After SIGTERM, the server accepts no new connections, closes idle ones, and completes answers that are being
    sent."""
    content = os.urandom(32 * MEBIBYTE)
    write(scene.user / "model.safetensors", content)
    with (
        serving(hubcache, "--offline") as served,
        socket.create_connection(("127.0.0.1", served.port)) as client,
        socket.create_connection(("127.0.0.1", served.port)) as idle,
    ):
        client.sendall(f"GET {api(REPO)}/media/model.safetensors HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        got = bytearray(client.recv(1000))
        served.process.send_signal(signal.SIGTERM)
        assert idle.recv(10) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", served.port))
        while part := client.recv(MEBIBYTE):
            got += part
        assert got.endswith(content[-1000:]) and len(got) - got.index(b"\r\n\r\n") - 4 == len(content)
        assert served.process.wait(30) == 0


def test_control_c_and_a_taken_port(hubcache, scene):
    with serving(hubcache) as served:
        taken = hubcache("serve", "--port", served.port)
        assert taken.returncode == 5 and "--port" in taken.stderr
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(30) == 130


@pytest.mark.parametrize("shell", ["sh", "fish"])
def test_env_undoes_an_earlier_one(hubcache, scene, shell):
    """A hub with --offline is followed by one without it on the same port: the local hub is then no longer a proxy."""
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell} here")
    with serving(hubcache, "--offline") as served:
        port = served.port
    # two variables as `hubcache env` has set them, and two of the user
    earlier = {
        "http_proxy": served.url,
        "HTTPS_PROXY": served.url,
        "https_proxy": "http://mine.example",
        "HTTP_PROXY": "",
    }
    process = subprocess.Popen(
        [hubcache.binary, "serve", "--port", str(port)], env=hubcache.env, stdout=subprocess.PIPE, text=True
    )
    try:
        process.stdout.readline()
        exports = hubcache("env", "--shell", shell, "--port", port, env=earlier).stdout
        left = subprocess.run(
            [shell, "-c", f"{exports}\nenv"], env=hubcache.env | earlier, capture_output=True, text=True
        ).stdout.splitlines()
    finally:
        process.terminate()
        process.wait()
    assert not [line for line in left if line.startswith(("http_proxy=", "HTTPS_PROXY="))]
    assert "https_proxy=http://mine.example" in left


def test_env_tells_of_hash_validation(hubcache, scene):
    """serve decides at its start whether it computes digests."""
    validating = {"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION": "true"}
    for started_with, asked_with in (({}, {}), ({}, validating), (validating, validating), (validating, {})):
        with serving(hubcache, env=started_with) as served:
            told = hubcache("env", "--port", served.port, env=asked_with)
            assert told.returncode == 0
            assert ("hash validation is on here" in told.stderr) == (bool(asked_with) and not started_with)


@pytest.mark.parametrize("options", [(), ("--offline",)])
@pytest.mark.parametrize("shell", ["sh", "fish"])
def test_env(sdk, hubcache, scene, home, shell, options):
    if shell == "fish" and not shutil.which("fish"):
        pytest.skip("there is no fish here")
    mine = {"NO_PROXY": "it's.example", "no_proxy": "it's.example"}
    with serving(hubcache, *options) as served:
        exports = hubcache("env", "--shell", shell, "--port", served.port, env=mine)
        assert exports.returncode == 0
        show = "import json, os; print(json.dumps(dict(os.environ)))"
        run = subprocess.run(
            [shell, "-c", f"{exports.stdout}\n{sdk.venv}/bin/python -c '{show}'"],
            env=hubcache.env,
            capture_output=True,
            text=True,
        )
        settings = json.loads(run.stdout)
        assert (
            settings["STUDIO_GIT_HOST"] == served.url and settings["NO_PROXY"] == "it's.example,127.0.0.1,localhost,::1"
        )
        assert (settings["https_proxy"] == served.url) == bool(options)
        outcome = sdk.snapshot_download(
            REPO,
            env={
                name: settings[name]
                for name in settings
                if name.upper() in ("STUDIO_GIT_HOST", "HTTPS_PROXY", "NO_PROXY")
            },
        )
        assert outcome.error is None and outcome.media_bytes == 0
    nobody = hubcache("env", "--port", served.port)
    assert nobody.returncode == 1 and "hubcache serve" in nobody.stderr


def test_status_notices_that_the_local_hub_no_longer_runs(sdk, hubcache, scene):
    ok(hubcache("adopt", REPO, scene.user))
    with serving(hubcache) as served:
        exports = ok(hubcache("env", "--port", served.port))
        leads = {"STUDIO_GIT_HOST": served.url, "HUBCACHE_LOCAL_HUB": served.url, "HUBCACHE_UPSTREAM": sdk.hub.url}
        assert all(name in exports for name in leads)
        assert "which does not run" not in ok(hubcache("status", "--check", env=leads))
    run = hubcache("status", "--check", env=leads)
    assert (run.returncode, "which does not run, so they fail" in run.stdout) == (3, True)
    assert sdk.snapshot_download(REPO, env=leads).error
