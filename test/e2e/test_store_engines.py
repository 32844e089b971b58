"""Stores over https, with clocks that are wrong, and with publishers and garbage collections at the same time."""

import hashlib
import json
import os
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from scene import write
from shared_hub import NAME, PREFIXES, Getter, assert_that_the_clock_is_named, exported
from stores import Bucket, Folder, running, wrong_clock
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


@pytest.mark.parametrize("kind", [Folder, Bucket])
def test_publishers_and_collections_at_the_same_time(hubcache, home, tmp_path, kind):
    """Each round makes all contents old, so a collection removes what no revision uses, while publishers find some of these
    contents in the store, and do not send them again."""
    contents = [bytes([number]) * 3000 for number in range(6)]
    with running(kind, tmp_path) as store:
        for publisher in range(3):
            publish(hubcache, store, home.path / f"m{publisher}", f"ctbots/m{publisher}", {"a": contents[publisher]})
        is_over, collections = threading.Event(), []

        def collect() -> None:
            while not is_over.is_set():
                run = hubcache("store", "gc", store.name, "--json", env=store.env)
                assert run.returncode in (0, 5), run.stderr  # 5: a repo is being published
                collections.extend([json.loads(run.stdout)["removed"]] if run.returncode == 0 else [])

        def publish_often(publisher: int) -> None:
            folder = home.path / f"m{publisher}"
            for number in range(8):
                chosen = [contents[(publisher + number + step) % len(contents)] for step in range(2)]
                publish(hubcache, store, folder, f"ctbots/m{publisher}", {"a": chosen[0], "b": chosen[1]})
                make_old(store)

        with ThreadPoolExecutor(4) as pool:
            collector = pool.submit(collect)
            try:
                for done in [pool.submit(publish_often, publisher) for publisher in range(3)]:
                    done.result()
            finally:
                is_over.set()
            collector.result()
        assert collections, "no collection got a turn"
        used = set()
        for publisher in range(3):
            shown = ok(hubcache("store", "show", store.name, f"ctbots/m{publisher}", "--json", env=store.env))
            for file in shown["listing"]:
                used.add(file["sha256"])
                path = store.root / "blobs" / file["sha256"][:2] / file["sha256"]
                assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]
            folder = home.path / f"m{publisher}"
            words = ["publish", f"ctbots/m{publisher}", folder, store.name, "--verify", "--json"]
            assert ok(hubcache(*words, env=store.env))["uploaded"] == 0
        make_old(store)
        ok(hubcache("store", "gc", store.name, "--json", env=store.env))
        there = {path.name for path in store.root.glob("blobs/*/*") if path.is_file()}
        assert there == used
        assert len(list(store.root.glob("repos/*/*/*/*/commits/*"))) == 3
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
