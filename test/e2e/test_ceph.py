"""hubcache publish and serve with a real Ceph cluster. Nodes of the cluster and a hub are killed meanwhile."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
from credential_service import CredentialService, variables_of, without_keys
from scene import write
from shared_hub import NAME, PREFIXES, Getter, assert_that_the_clock_is_named, exported, nginx
from stores import Ceph, Proxy, free_ports, running, signed

from adoption import ok
from local_hub import serving

REPO = "ctbots/tuned"


@pytest.fixture(scope="module")
def ceph(tmp_path_factory):
    with running(Ceph, tmp_path_factory.mktemp("ceph") / "cluster") as cluster:
        yield cluster


def test_everything_that_publishing_needs_works(hubcache, ceph):
    report = ok(hubcache("store", "check", ceph.name, "--json", env=ceph.env))
    assert report["usable"] and all(check["works"] for check in report["checks"]), report["checks"]


def test_publish_replace_and_clean(hubcache, ceph, home):
    files = {"config.json": b"{}", "empty": b"", "sub/模型 +%.bin": b"odd name", "large.bin": os.urandom(1 << 20) * 70}
    for name, content in files.items():
        write(home.path / "model" / name, content)
    first = ok(hubcache("publish", REPO, home.path / "model", ceph.name, "--verify", "--json", env=ceph.env))
    assert first["uploaded"] == len(files) and first["verified"]
    write(home.path / "model/config.json", b"edited")
    words = ["publish", REPO, home.path / "model", ceph.name, "--json"]
    assert hubcache(*words, "--expect", "0" * 40, env=ceph.env).returncode == 3
    second = ok(hubcache(*words, "--expect", first["commit"], env=ceph.env))
    assert second["uploaded"] == 1 and second["previous"] == first["commit"]
    shown = ok(hubcache("store", "show", ceph.name, REPO, "--json", env=ceph.env))
    assert [file["path"] for file in shown["listing"]] == sorted(files)
    collected = ok(hubcache("store", "gc", ceph.name, "--json", env=ceph.env))
    assert collected["removed"] == 0 and collected["kept"] == len(files) + 1


@pytest.mark.parametrize(("shift", "words"), [("+2h", "120 minutes ahead of"), ("-2h", "120 minutes behind")])
def test_a_clock_that_is_wrong(hubcache, ceph, home, shift, words):
    write(home.path / "model/config.json", b"{}")
    ok(hubcache("publish", NAME, home.path / "model", ceph.name, "--json", env=ceph.env))
    assert_that_the_clock_is_named(hubcache, ceph, home.path / "model", shift, words)


def test_temporary_credentials(hubcache, ceph, home, hub, hf_hub, ms_hub, csg_hub, tmp_path):
    """An instance's service hands out credentials of the cluster, which wants their session token in each request and each
    signed URL."""
    one = Getter("huggingface-2.4.0", home, hub, hf_hub, ms_hub, csg_hub)
    files = {"config.json": b"{}", "model.bin": os.urandom(5 << 20)}
    for name, content in files.items():
        write(home.path / "model" / name, content)
    may = {"Effect": "Allow", "Action": ["sts:GetSessionToken", "s3:*"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    fields = {"Action": "PutUserPolicy", "UserName": "test", "PolicyName": "may", "PolicyDocument": policy}
    signed(ceph.ports[0], "POST", "/", urlencode(fields), "iam")
    answer = signed(ceph.ports[0], "POST", "/", "Action=GetSessionToken&Version=2011-06-15", "sts").decode()
    with CredentialService() as service:
        service.issued = dict(re.findall(r"<(AccessKeyId|SecretAccessKey|SessionToken)>([^<]+)</", answer))
        env = without_keys(ceph) | variables_of("instance", service, tmp_path)
        ok(hubcache("publish", "hf:" + NAME, home.path / "model", ceph.name, "--verify", "--json", env=env))
        with serving(hubcache, "--from", ceph.name, "--offline", env=env) as served:
            one.check(exported(hubcache, served.url), files)
        service.issued |= {"SessionToken": ""}
        assert hubcache("store", "ls", ceph.name, env=env).returncode == 4


@pytest.mark.parametrize("client", ["aistudio-0.3.9", "huggingface-2.4.0", "modelscope-1.40.2", "csghub-0.9.3"])
def test_a_hub_and_an_osd_are_killed_during_a_download(
    hubcache, ceph, home, hub, hf_hub, ms_hub, csg_hub, tmp_path, client
):
    """Two hubs behind nginx serve the store. Everything arrives at once, or at the client's next run."""
    files = {"config.json": b"{}", "one.bin": os.urandom(1 << 20) * 24, "two.bin": os.urandom(1 << 20) * 25}
    one = Getter(client, home, hub, hf_hub, ms_hub, csg_hub)
    for name, content in files.items():
        write(home.path / "model" / name, content)
    ok(hubcache("publish", PREFIXES[one.hub] + NAME, home.path / "model", ceph.name, "--json", env=ceph.env))
    hubs = []

    def kill(method: str, path: str) -> None:
        if "/blobs/" in path and hubs:
            hubs.pop().process.send_signal(signal.SIGKILL)
            ceph.kill("osd.2")

    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(ceph.ports[1], kill))
        words = ["--from", ceph.name, "--offline"]
        env = proxy.env
        both = [stack.enter_context(serving(hubcache, *words, env=env)) for _ in range(2)]
        [port] = free_ports(1)
        changes = {"127.0.0.1:8477": f"127.0.0.1:{port}"}
        changes |= {f"127.0.0.1:847{number}": f"127.0.0.1:{served.port}" for number, served in enumerate(both, 1)}
        stack.enter_context(nginx(tmp_path / "nginx", "nginx-balancer.conf", changes, port))
        hubs.append(both[0])
        export = exported(hubcache, f"http://127.0.0.1:{port}")
        # Otherwise a file that a killed hub was sending would never arrive.
        export |= {"AISTUDIO_PARALLEL_DOWNLOAD_THRESHOLD_MB": "8"}
        for _ in range(3):
            outcome = one.get(export)
            if not outcome.error and not one.wrong_in(Path(outcome.value), files):
                break
        assert not hubs, "nothing was killed"
        one.check(export, files)
    ceph.start_osd(2)
    shutil.rmtree(home.path / ".cache", ignore_errors=True)


def test_a_gateway_and_an_osd_are_killed_during_an_upload(hubcache, ceph, home):
    """The upload ends with an error, or goes on; the next one completes it, and every content is right."""
    for number in range(3):
        write(home.path / f"model/large{number}.bin", os.urandom(1 << 20) * 70)
    sent = 0

    def kill(method: str, path: str) -> None:
        nonlocal sent
        sent += "partNumber=" in path
        if sent == 3:
            ceph.kill("osd.0")
        if sent == 5:
            ceph.kill("client.rgw.1")

    def kill_once(method: str, path: str) -> None:
        before = sent
        if before < 5:
            kill(method, path)

    words = [hubcache.binary, "publish", "ctbots/killed", str(home.path / "model"), ceph.name]
    with Proxy(ceph.ports[0], kill_once) as proxy:
        run = subprocess.run(words, env=hubcache.env | proxy.env, text=True, capture_output=True, timeout=280)
    assert run.returncode in (0, 4), run.stderr
    other = ceph.env | {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{ceph.ports[1]}"}
    deadline = time.monotonic() + 120  # the cluster has to notice that the OSD is dead
    while True:
        run = hubcache(*words[1:], "--verify", "--json", env=other, timeout=200)
        if run.returncode == 0 or time.monotonic() > deadline:
            break
    assert ok(run)["files"] == 3 and ok(run)["verified"]
