"""Stores over https, with clocks that are wrong, and with publishers and garbage collections at the same time."""

import hashlib
import json
import os
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from scene import write
from shared_hub import NAME, PREFIXES, Getter, assert_that_the_clock_is_named, exported, until
from stores import Bucket, Folder, Proxy, running, wrong_clock
from tls_front import make_certificate

from adoption import ok
from local_hub import serving

FILES = {
    "config.json": b"{}",
    "model.bin": bytes(range(256)) * 20_000,
}  # 5 MB: comes from the store, where clients can reach it


def publish(hubcache, store, folder: Path, repo: str = NAME, files=FILES, env={}) -> dict:
    for name, content in files.items():
        write(folder / name, content)
    return ok(hubcache("publish", repo, folder, store.name, "--json", env=store.env | env))


# --- publishers and garbage collections at the same time


def make_old(store) -> None:
    """Makes everything older than the ages at which it may be removed, but not the flags."""
    then = time.time() - 8 * 86400
    for path in [*store.root.glob("blobs/**/*"), *store.root.glob("repos/**/*")]:
        if path.is_file():
            os.utime(path, (then, then))


def blob(store, content: bytes) -> Path:
    digest = hashlib.sha256(content).hexdigest()
    return store.root / "blobs" / digest[:2] / digest


CONTENTS = [bytes([number]) * 3000 for number in range(32)]


def model_of(publisher: int, turn: int) -> dict[str, bytes]:
    """Returns every second content of the publisher's 16, which it shares with its neighbours; the others are for its next turn."""
    numbers = range(8 * publisher + turn % 2, 8 * publisher + 16, 2)
    return {f"f{number}": CONTENTS[number] for number in numbers}


TURNS = 6


@pytest.mark.parametrize("kind", [Folder, Bucket])
def test_publishers_and_collections_at_the_same_time(hubcache, home, tmp_path, kind):
    """All contents are always made old, so a collection removes what no revision uses, while publishers find some of these contents
    in the store, and do not send them again. In the bucket, each publisher has to wait for collections in the middle."""
    is_over, attempts, collections = threading.Event(), [], []
    all_publishers = threading.Barrier(3, timeout=60)

    def collect() -> None:
        while not is_over.is_set():
            run = hubcache("store", "gc", store.name, "--json", env=store.env)
            assert run.returncode in (0, 5), run.stderr  # 5: a repo is being published
            collections.extend([json.loads(run.stdout)["removed"]] if run.returncode == 0 else [])
            attempts.append(run.returncode)

    def wait_for_an_attempt() -> None:
        before = len(attempts)
        until(lambda: len(attempts) > before + 1 or collector.done())

    def waits(method: str, path: str) -> None:
        if method == "PUT" and "/commits/" in path:
            wait_for_an_attempt()

    def publish_often(publisher: int, env: dict[str, str]) -> None:
        try:
            publish_in_turns(publisher, env)
        except BaseException:
            all_publishers.abort()  # the others do not wait for this one
            raise

    def publish_in_turns(publisher: int, env: dict[str, str]) -> None:
        for turn in range(TURNS):
            folder, model = home.path / f"m{publisher}-{turn}", model_of(publisher, turn)
            for name, content in model.items():
                write(folder / name, content)
            ok(hubcache("publish", f"ctbots/m{publisher}", folder, store.name, "--json", env=env))
            assert all(blob(store, content).exists() for content in model.values())
            make_old(store)
            if turn % 3 == 2:  # the next turn's contents are removed; those of other turns are in the store
                all_publishers.wait()
                wait_for_an_attempt()
                all_publishers.wait()

    with running(kind, tmp_path) as store, ThreadPoolExecutor(4) as pool, ExitStack() as stack:
        publish(hubcache, store, home.path / "first", "ctbots/first", {"f": b"first"})
        env = stack.enter_context(Proxy(store.port, waits)).env if kind is Bucket else {}
        collector = pool.submit(collect)
        try:
            for done in [pool.submit(publish_often, publisher, env) for publisher in range(3)]:
                done.result()
        finally:
            is_over.set()
        collector.result()
        assert any(collections), "no collection removed anything"
        make_old(store)
        ok(hubcache("store", "gc", store.name, "--json", env=store.env))
        models = [model_of(publisher, TURNS - 1) for publisher in range(3)]
        used = {hashlib.sha256(content).hexdigest() for model in models for content in model.values()}
        there = {path.name: path for path in store.root.glob("blobs/*/*") if path.is_file()}
        assert set(there) == used | {hashlib.sha256(b"first").hexdigest()}
        assert all(hashlib.sha256(path.read_bytes()).hexdigest() == name for name, path in there.items())
        assert len(list(store.root.glob("repos/*/*/*/*/commits/*"))) == 4
        assert not [path for name in ("publishing", "gc") for path in store.root.glob(f"{name}/*")]


# --- clocks


@pytest.mark.parametrize(("shift", "words"), [("+2h", "120 minutes ahead of"), ("-2h", "120 minutes behind")])
def test_a_clock_that_is_wrong(hubcache, bucket, home, shift, words):
    """Each command says so, and the hub says so to its clients."""
    publish(hubcache, bucket, home.path / "model")
    assert_that_the_clock_is_named(hubcache, bucket, home.path / "model", shift, words)


def test_a_clock_that_is_a_little_wrong(hubcache, bucket, home):
    """The service accepts the signatures."""
    publish(hubcache, bucket, home.path / "model")
    env = bucket.env | wrong_clock("-10m")
    assert publish(hubcache, bucket, home.path / "model", env=env)["uploaded"] == 0
    run = hubcache("store", "check", bucket.name, "--json", env=env)
    failed = {check["what"]: check["detail"] for check in json.loads(run.stdout)["checks"] if not check["works"]}
    assert run.returncode == 3 and "behind" in failed.pop("the clocks agree")
    assert set(failed) == {"a presigned URL works"}  # that of the check is valid for a minute
    media = f"/huggingface/{NAME}/resolve/main/model.bin"
    publish(hubcache, bucket, home.path / "model", "hf:" + NAME)
    with serving(hubcache, "--from", bucket.name, "--offline", env=env) as served:
        status, headers, _ = served.ask(media)
        assert status in (302, 307)
        with urllib.request.urlopen(headers["location"]) as answer:
            assert answer.read() == FILES["model.bin"]


# --- https


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"), ["localhost"])


@pytest.fixture
def https_bucket(tmp_path, certificate):
    with running(partial(Bucket, certificate=certificate), tmp_path) as one:
        yield one


def test_publishing_over_https(hubcache, https_bucket, home, certificate):
    for number, variable in enumerate(["AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"]):
        files = {"config.json": str(number).encode()}
        publish(hubcache, https_bucket, home.path / "model", files=files, env={variable: str(certificate)})
    write(home.path / ".aws/config", f"[default]\nca_bundle = {certificate}\n".encode())
    report = ok(hubcache("store", "check", https_bucket.name, "--json", env=https_bucket.env))
    assert all(check["works"] for check in report["checks"]), report["checks"]


def test_a_certificate_of_an_unknown_authority(hubcache, https_bucket, home, certificate, tmp_path):
    (tmp_path / "other").mkdir()
    other = make_certificate(tmp_path / "other", ["localhost"])
    publish(hubcache, https_bucket, home.path / "model", env={"AWS_CA_BUNDLE": str(certificate)})
    words = ["publish", NAME, home.path / "model", https_bucket.name]
    for env in ({}, {"AWS_CA_BUNDLE": str(other)}, {"AWS_CA_BUNDLE": str(other), "SSL_CERT_FILE": str(certificate)}):
        run = hubcache(*words, env=https_bucket.env | env)
        assert run.returncode == 4 and "certificate" in run.stderr and "AWS_CA_BUNDLE" in run.stderr, run.stderr
    run = hubcache(*words, env=https_bucket.env | {"AWS_CA_BUNDLE": str(tmp_path / "none.pem")})
    assert run.returncode in (2, 4) and "none.pem" in run.stderr, run.stderr
    with serving(hubcache, "--from", https_bucket.name, "--offline", env=https_bucket.env) as served:
        status, _, body = served.ask(f"/api/v1/repos/{NAME}/git/trees/master")
        assert status == 503 and b"certificate" in body


@pytest.mark.parametrize(
    ("client", "redirect"),
    [(client, "auto") for client in ("aistudio-0.3.9", "huggingface-2.4.0", "modelscope-1.40.2", "csghub-0.9.3")]
    + [("huggingface-2.4.0", "never")],
)
def test_a_hub_with_a_store_over_https(
    hubcache, https_bucket, home, hub, hf_hub, ms_hub, csg_hub, certificate, client, redirect
):
    one = Getter(client, home, hub, hf_hub, ms_hub, csg_hub)
    trust = {"AWS_CA_BUNDLE": str(certificate)}
    publish(hubcache, https_bucket, home.path / "model", PREFIXES[one.hub] + NAME, env=trust)
    words = ["--from", https_bucket.name, "--redirect", redirect, "--offline"]
    with serving(hubcache, *words, env=https_bucket.env | trust) as served:
        env = exported(hubcache, served.url)
        goes_to_the_store = redirect == "auto" and one.hub != "aistudio"
        if goes_to_the_store and one.hub == "huggingface":  # the others try again for half a minute, or longer
            assert "CERTIFICATE_VERIFY_FAILED" in one.get(env).error_text
        trusts = {"REQUESTS_CA_BUNDLE": str(certificate), "SSL_CERT_FILE": str(certificate)}
        one.check(env | (trusts if goes_to_the_store else {}), FILES)
