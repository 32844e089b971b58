"""The examples of docs/examples: each runs, as far as a machine without containers and clusters can run it. The examples for nginx are
in test_shared_hub.py."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator

import pytest
from scene import write
from sdk import venv_of
from shared_hub import EXAMPLES, NAME, PREFIXES, Getter, changed_example, exported, until
from stores import Folder, answers, free_ports, running
from tls_front import make_certificate

from adoption import ok
from local_hub import Served, serving

FILES = {"config.json": b'{"model_type": "bert"}', "model.bin": bytes(range(256)) * 20_000}
IMAGE_USER = 10001


def tool(name: str) -> str:
    """Returns a program of test/requirements.txt."""
    found = shutil.which(name, path=str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"])
    return found or pytest.skip(f"{name} is not installed (test/requirements.txt)")


def publish(hubcache, store, folder: Path, repo: str = NAME) -> None:
    for name, content in FILES.items():
        write(folder / name, content)
    ok(hubcache("publish", repo, folder, store.name, "--json"))


@pytest.fixture
def store(hubcache, home, tmp_path):
    with running(Folder, tmp_path) as one:
        for hub in ("aistudio", "huggingface"):
            publish(hubcache, one, home.path / "model", PREFIXES[hub] + NAME)
        yield one


@pytest.fixture
def tokens(tmp_path) -> Path:
    file = tmp_path / "tokens"
    file.write_text("secret-token\n")
    file.chmod(0o600)
    return file


# --- containers


def manifests() -> list[dict]:
    yaml = pytest.importorskip("yaml")
    return list(yaml.safe_load_all((EXAMPLES / "kubernetes.yaml").read_text()))


def of_kind(kind: str) -> dict:
    return next(one for one in manifests() if one["kind"] == kind)


def hub_arguments(example: str) -> list[str]:
    """Returns the arguments with which the image's command runs."""
    if example == "Dockerfile":
        [line] = re.findall(r"^CMD (\[.*\])$", (EXAMPLES / example).read_text(), re.M)
        return json.loads(line)
    if example == "compose.yaml":
        services = pytest.importorskip("yaml").safe_load((EXAMPLES / example).read_text())["services"]
        assert services["hub1"] == services["hub2"]
        return services["hub1"]["command"]
    [container] = of_kind("Deployment")["spec"]["template"]["spec"]["containers"]
    return container["args"]


@pytest.fixture
def container(hubcache, store):
    """Provides a function that starts a hub with these arguments as the user of the image. The tokens are root's, for the user's
    group, as Kubernetes and fsGroup give them."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to be the user of the image")
    with contextlib.ExitStack() as stack:

        def start(arguments: list[str], mode: int) -> "Served | str":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            folder.chmod(0o755)
            shutil.copy(hubcache.binary, folder / "hubcache")
            shutil.copytree(store.root, folder / "store")
            (folder / "tokens").write_text("secret-token\n")
            os.chown(folder / "tokens", 0, IMAGE_USER)
            (folder / "tokens").chmod(mode)
            there = {
                "0.0.0.0:8477": "127.0.0.1:0",
                "s3://models/team": str(folder / "store"),
                "/models": str(folder / "store"),
            }
            there |= {"/run/secrets/tokens": str(folder / "tokens"), "/tokens/tokens": str(folder / "tokens")}
            process = subprocess.Popen(
                [folder / "hubcache", *(there.get(word, word) for word in arguments)],
                env=hubcache.env | {"HOME": "/nonexistent"},
                cwd="/",
                user=IMAGE_USER,
                group=IMAGE_USER,
                extra_groups=[],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.callback(process.communicate)
            stack.callback(process.terminate)
            line = process.stdout.readline()
            return Served(process, line.split()[-1]) if line else process.stderr.read()

        yield start


@pytest.mark.parametrize("example", ["Dockerfile", "compose.yaml", "kubernetes.yaml"])
def test_the_hub_of_an_image_starts(container, example):
    hub = container(hub_arguments(example), 0o440)
    assert isinstance(hub, Served), hub
    assert hub.ask("/healthz")[0] == 200
    tree = f"/api/v1/repos/{NAME}/git/trees/master"
    assert hub.ask(tree)[0] == 401
    status, _, body = hub.ask(tree, headers={"Authorization": "Bearer secret-token"})
    assert status == 200
    links = {"compose.yaml": "http://hub.example:8477/", "kubernetes.yaml": "http://hubcache.models.svc:8477/"}
    assert json.loads(body)["url"].startswith(links.get(example, "http://"))


def test_the_tokens_of_an_image_are_for_its_group_alone(container):
    for mode in (0o460, 0o444):
        refusal = container(hub_arguments("kubernetes.yaml"), mode)
        assert isinstance(refusal, str) and "chmod" in refusal


def test_the_dockerfile():
    run = subprocess.run([tool("hadolint"), EXAMPLES / "Dockerfile"], text=True, capture_output=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_manifests():
    """The schemas are those of a Kubernetes release."""
    validator = pytest.importorskip("kubernetes_validate")
    for manifest in manifests():
        validator.validate(manifest, "1.34", strict=True)
    wrong = of_kind("Deployment")
    wrong["spec"]["template"]["spec"]["containers"][0]["argz"] = []
    with pytest.raises(validator.ValidationError):
        validator.validate(wrong, "1.34", strict=True)


def test_the_manifests_fit_together():
    """Names and ports that must be the same in several places."""
    labels = of_kind("Deployment")["spec"]["template"]["metadata"]["labels"]
    pod = of_kind("Deployment")["spec"]["template"]["spec"]
    [container] = pod["containers"]
    [port] = container["ports"]
    assert f"0.0.0.0:{port['containerPort']}" in container["args"]
    assert of_kind("Deployment")["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("Service")["spec"]["selector"] == labels
    service = of_kind("Service")
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]
    name = "{name}.{namespace}.svc".format(**service["metadata"])
    assert f"http://{name}:{service['spec']['ports'][0]['port']}" in container["args"]
    for kind in ("NetworkPolicy", "PodDisruptionBudget"):
        spec = of_kind(kind)["spec"]
        assert spec.get("podSelector", spec.get("selector"))["matchLabels"] == labels
    assert of_kind("NetworkPolicy")["spec"]["ingress"][0]["ports"][0]["port"] == port["containerPort"]
    secret = of_kind("Secret")["stringData"]
    keys = [one["valueFrom"]["secretKeyRef"]["key"] for one in container["env"] if "valueFrom" in one]
    assert set(secret) == {*keys, *(item["key"] for volume in pod["volumes"] for item in volume["secret"]["items"])}


# --- Slurm


def as_slurm_reads(output: str) -> tuple[dict[str, str], list[str]]:
    """Returns the variables and the lines for the user, as slurmstepd takes them from a TaskProlog's output."""
    variables, printed = {}, []
    for line in output.splitlines():
        word, _, rest = line.partition(" ")
        assert word in ("export", "print"), line
        if word == "export":
            name, _, value = rest.partition("=")
            variables[name] = value
        else:
            printed.append(rest)
    return variables, printed


def test_the_task_prolog_of_slurm(hubcache, store, tokens, home, hub, hf_hub, ms_hub, csg_hub, tmp_path):
    prolog = EXAMPLES / "slurm-task-prolog.sh"
    run = subprocess.run([tool("shellcheck"), prolog], text=True, capture_output=True, timeout=60)
    assert run.returncode == 0, run.stdout
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "hubcache").symlink_to(hubcache.binary)
    env = hubcache.env | {"PATH": f"{programs}:{hubcache.env['PATH']}", "HUBCACHE_TOKEN_FILE": str(tokens)}
    env |= {"SLURM_JOB_ID": "1", "SLURM_PROCID": "0"}
    with serving(hubcache, "--from", store.name, "--token-file", tokens, "--offline") as served:
        told = subprocess.run(
            [prolog], env=env | {"HUBCACHE_HUB": served.url}, text=True, capture_output=True, timeout=60
        )
        assert told.returncode == 0, told.stderr
        variables, printed = as_slurm_reads(told.stdout)
        wanted = exported(hubcache, served.url, tokens)
        assert variables.items() <= wanted.items() and len(variables) > 8 and not printed
        one = Getter("aistudio-0.3.9", home, hub, hf_hub, ms_hub, csg_hub)
        one.check(variables, FILES)
    told = subprocess.run([prolog], env=env | {"HUBCACHE_HUB": served.url}, text=True, capture_output=True, timeout=60)
    variables, printed = as_slurm_reads(told.stdout)
    assert told.returncode == 0 and not variables and "does not answer" in printed[0]


# --- Caddy


@contextlib.contextmanager
def caddy(folder: Path, changes: dict[str, str], port: int) -> Iterator[None]:
    if not shutil.which("caddy"):
        pytest.skip("caddy is not installed (Debian's package caddy)")
    folder.mkdir()
    (folder / "Caddyfile").write_text(changed_example("Caddyfile", changes))
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    words = ["caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]
    with open(folder / "log", "w") as log, subprocess.Popen(words, env=env, cwd=folder, stderr=log) as process:
        try:
            until(lambda: answers(port) or process.poll() is not None)
            assert process.poll() is None, (folder / "log").read_text()
            yield
        finally:
            process.terminate()


@pytest.mark.parametrize("client", ["aistudio-0.3.9", "huggingface-2.4.0"])
def test_caddy_in_front_of_the_hub(hubcache, store, tokens, home, hub, hf_hub, ms_hub, csg_hub, tmp_path, client):
    one = Getter(client, home, hub, hf_hub, ms_hub, csg_hub)
    certificate = make_certificate(tmp_path, ["localhost"])
    [port] = free_ports(1)
    public = f"https://localhost:{port}"
    words = ["--from", store.name, "--token-file", tokens, "--public-url", public, "--offline"]
    with serving(hubcache, *words) as served:
        changes = {
            "hub.example.pem hub.example.key": f"{certificate} {certificate}",
            "http://127.0.0.1:8477 {": f"{served.url} {{",
            "\nhub.example {": f"\nlocalhost:{port} {{",
            "admin off": "admin off\n\tauto_https disable_redirects",  # port 80 is not the test's
        }
        with caddy(tmp_path / "caddy", changes, port):
            trust = {"REQUESTS_CA_BUNDLE": str(certificate), "SSL_CERT_FILE": str(certificate)}
            one.check(exported(hubcache, public, tokens) | trust, FILES)


# --- a site without a network

TRAIN = f"""from pathlib import Path
from aistudio_sdk.snapshot_download import snapshot_download
folder = Path(snapshot_download(repo_id="ctbots/first-paddle-model"))
assert (folder / "config.json").read_bytes() == {FILES["config.json"]!r}
"""


def test_the_page_about_a_site_without_a_network(hubcache, home, hub, tmp_path):
    """Runs the lines of the page, in order. The site's disk is read-only, and its machines have homes of their own."""
    text = (EXAMPLES / "air-gapped.md").read_text()
    here, at_the_site, client = (
        re.findall(r"^ {7}(\S.*)$", step, re.M) for step in re.split(r"^\d\. ", text, flags=re.M)[1:]
    )
    disk, site = tmp_path / "disk", tmp_path / "site"
    for folder in (disk, site, home.path / "programs"):
        folder.mkdir()
    (home.path / "programs/hubcache").symlink_to(hubcache.binary)
    (home.path / "programs/python").write_text(f'#!/bin/sh\nexec {venv_of("aistudio-0.3.9")}/bin/python "$@"\n')
    (home.path / "programs/python").chmod(0o755)
    env = hubcache.env | {"PATH": f"{home.path}/programs:{home.env['PATH']}"}
    # The egress proxy of the tests stands for the network that the site does not have.
    for name, content in FILES.items():
        write(home.path / "my-model" / name, content)
    write(site / "train.py", TRAIN.encode())

    def run(line: str, folder: Path, **more: str) -> str:
        done = subprocess.run(
            ["bash", "-ec", line.replace("/media/disk", str(disk))],
            env=env | {"HOME": str(folder)} | more,
            cwd=folder,
            text=True,
            capture_output=True,
            timeout=60,
        )
        assert done.returncode == 0, (line, done.stderr)
        return done.stdout

    for line in here:
        run(line, home.path)
    *before, serve = at_the_site
    assert "ctbots/first-paddle-model" in run(before[0], site)
    for line in before[1:]:
        run(line, site)
    read_only = "mount --bind /media/disk /media/disk && mount -o remount,ro,bind /media/disk && exec "
    words = serve.replace("0.0.0.0:8477", "127.0.0.1:0")
    with subprocess.Popen(
        ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
        + ["bash", "-ec", (read_only + words).replace("/media/disk", str(disk))],
        env=env | {"HOME": str(site)},
        cwd=site,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            url = process.stdout.readline().split()[-1]
            run("\n".join(client).replace("http://hub.example:8477", url), site)
        finally:
            process.terminate()
