"""Under `hubcache run`, the real ModelScope clients before 1.38, which ask fixed https sites, get to the local hub."""

import shutil
import socket
import ssl
import sys
from pathlib import Path
from typing import Iterator

import pytest
from listener import Listener, read_head
from ms import HOSTS, MS_VERSIONS, MsClient, through
from ms_scene import REPO, MsScene
from other_user import NOBODY, needs_root
from scene import FILES
from tls_front import TlsFront, make_certificate

from adoption import ok
from local_hub import DIRECT, serving

OTHER = "me/other"
ELSEWHERE = ("www.elsewhere.example", "huggingface.co")
SITE = f"https://{HOSTS[0]}"
VARIABLES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "no_proxy", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

ISSUER = """
import requests
result = []
for url in {urls!r}:
    try:
        with requests.get(url, stream=True, timeout=60) as answer:
            issuer = dict(pair[0] for pair in answer.raw.connection.sock.getpeercert()['issuer'])
            result.append([answer.status_code, issuer['commonName']])
    except requests.exceptions.RequestException as error:
        result.append([type(error).__name__, str(error)])
"""
SEE = f"""
import json, os, stat
from pathlib import Path
seen = {{name: os.environ.get(name) for name in {VARIABLES!r}}}
bundle = Path(seen['REQUESTS_CA_BUNDLE'] or '/dev/null')
if bundle.exists():
    seen['modes'] = [stat.S_IMODE(path.stat().st_mode) for path in (bundle, bundle.parent)]
    seen['bundle'] = bundle.read_text()
seen['with a key'] = [str(path) for path in Path(os.environ['TMPDIR']).rglob('*')
                      if path.is_file() and b'PRIVATE KEY' in path.read_bytes()]
print(json.dumps(seen))
"""

only_old = pytest.mark.parametrize("ms", MS_VERSIONS[:2], indirect=True)
one_old = pytest.mark.parametrize("ms", MS_VERSIONS[1:2], indirect=True)
pytestmark = pytest.mark.usefixtures("ms_front")


@pytest.fixture
def scene(ms_hub, ms, hubcache) -> MsScene:
    """Provides an adopted model; the hub has another one."""
    hubcache.env |= ms.env
    ms_hub.repo(OTHER).push(FILES)
    scene = MsScene(ms_hub, ms)
    ok(hubcache("adopt", f"ms:{REPO}", scene.user))
    return scene


def under(ms: MsClient, hubcache, *options: str) -> MsClient:
    return ms.under_run(hubcache.binary, *options)


def issuers(ms: MsClient, hubcache, *urls: str, options=(), env={}) -> list[list]:
    """Returns for each URL the status of the answer and the issuer of the site's certificate; or the error."""
    run = under(ms, hubcache, *options).script(ISSUER.format(urls=urls), env=env)
    assert run.error is None, run.error_text
    return run.value


def seen(hubcache, *options: str, env={}) -> dict:
    """Returns what a command sees under `hubcache run`."""
    run = hubcache("run", *options, "--", sys.executable, "-c", SEE, env=env)
    return ok(run) | {"stderr": run.stderr}


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(4096), b""))


def certificate_in(file: Path) -> str:
    start = "-----BEGIN CERTIFICATE-----"
    return start + file.read_text().partition(start)[2]


# ---- the clients


@only_old
@pytest.mark.parametrize("kind", ["models", "datasets"])
def test_a_snapshot_of_an_adopted_repo(ms, ms_hub, hubcache, egress, kind):
    hubcache.env |= ms.env
    scene = MsScene(ms_hub, ms, kind)
    ok(hubcache("adopt", f"ms:{REPO}", scene.user, *(["--repo-type", "dataset"] if kind == "datasets" else [])))
    run = under(ms, hubcache).snapshot_download(REPO, kind)
    assert (run.value, run.error) == (str(scene.place), None), run.error_text
    assert scene.lost(scene.place) == set() and run.fetched == []
    assert egress.asked == []


@only_old
def test_a_snapshot_of_another_repo_comes_from_the_hub(ms, hubcache, scene, ms_front):
    run = under(ms, hubcache).snapshot_download(OTHER)
    assert (run.value, run.error, run.fetched) == (str(ms.place(OTHER)), None, sorted(FILES)), run.error_text
    assert all((ms.place(OTHER) / path).read_bytes() == scene.content(path) for path in FILES)
    assert ms_front.refused == []


@only_old
def test_a_repo_that_both_sites_lack(ms, hubcache, scene):
    run = under(ms, hubcache).snapshot_download("me/nowhere")
    assert run.error == ms.snapshot_download("me/nowhere").error


@one_old
def test_a_login_reaches_the_hub(ms, hubcache, scene):
    """A request with a body."""
    text = "import requests; result = requests.post({!r}, json={{'AccessToken': 'x' * 100_000}}).status_code"
    address = f"{SITE}/api/v1/login"
    assert under(ms, hubcache).script(text.format(address)).value == ms.script(text.format(address)).value


# ---- who gets which certificate


@one_old
def test_the_local_hub_answers_both_sites(ms, hubcache, scene):
    urls = [f"https://{host}/api/v1/models/{OTHER}" for host in HOSTS]
    assert issuers(ms, hubcache, *urls) == [[200, "hubcache run"]] * 2
    assert issuers(ms, hubcache, f"{SITE}:8443/")[0][0] == "ProxyError"


@pytest.fixture
def wide_front(ms_hub, tmp_path) -> Iterator[TlsFront]:
    """Provides a user's proxy that leads to ModelScope's hub and to other sites."""
    hosts = [*HOSTS, *ELSEWHERE]
    with TlsFront(ms_hub, hosts, make_certificate(tmp_path, hosts)) as front:
        yield front


@one_old
def test_other_sites_are_reached_untouched_through_the_users_proxy(ms, hubcache, scene, wide_front):
    urls = [f"https://{host}/api/v1/models/{OTHER}" for host in (*ELSEWHERE, HOSTS[0])]
    expected = [[200, "hubcache test"], [200, "hubcache test"], [200, "hubcache run"]]
    assert issuers(ms, hubcache, *urls, env=through(wide_front)) == expected
    assert issuers(ms, hubcache, "https://unknown.example/", env=through(wide_front))[0][0] == "ProxyError"
    assert wide_front.refused == ["CONNECT unknown.example:443"]


@one_old
def test_another_site_is_reached_directly_without_a_proxy_or_by_no_proxy(ms, hubcache, scene, tmp_path, egress):
    certificate = make_certificate(tmp_path, [], "127.0.0.3")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as tls:
            read_head(tls)
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    trusting = {"REQUESTS_CA_BUNDLE": str(certificate)}
    with Listener(answer, "127.0.0.3") as server:
        url = f"https://{server.address}/"
        egress.asked.clear()
        for env in (DIRECT, {"no_proxy": "127.0.0.3", "NO_PROXY": "127.0.0.3"}):
            assert issuers(ms, hubcache, url, env=trusting | env) == [[200, "hubcache test"]]
        assert egress.asked == []


@one_old
@pytest.mark.parametrize("hosts", ["*", ".cn,.ai", "127.0.0.1,www.modelscope.cn,www.modelscope.ai"])
def test_no_proxy_does_not_keep_the_clients_from_the_local_hub(ms, hubcache, scene, hosts):
    text = f"from requests.utils import should_bypass_proxies as bypass; result = [bypass(f'https://{{host}}/', None) for host in {HOSTS}]"
    for options in ([], ["--offline"]):
        run = under(ms, hubcache, *options).script(text, env={"no_proxy": hosts, "NO_PROXY": hosts})
        assert run.value == [False, False]


@one_old
@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_programs_that_do_not_read_the_variable_reach_the_real_site(ms, hubcache, scene, ms_front):
    words = ["curl", "-sS", "--cacert", ms_front.certificate, f"{SITE}/api/v1/models/{OTHER}"]
    assert ok(hubcache("run", "--", *words))["Code"] == 200
    refused = hubcache("run", "--offline", "--", *words)
    assert refused.returncode != 0 and f"requested {HOSTS[0]}:443: refused by --offline" in refused.stderr


@one_old
def test_hubcache_itself_asks_the_real_site(ms, hubcache, scene):
    """The local hub's answers contain the adopted files."""
    adopt = [hubcache.binary, "adopt", f"ms:{OTHER}", scene.user]
    refused = hubcache("run", "--offline", "--", *adopt)
    assert refused.returncode != 0 and f"requested {HOSTS[0]}:443: refused by --offline" in refused.stderr
    ok(hubcache("run", "--", *adopt))
    assert scene.lost(ms.place(OTHER)) == set()


@needs_root
@one_old
def test_a_program_of_another_user_gets_neither_a_site_nor_a_tunnel(ms, hubcache, scene, ms_front):
    ask = f"""
import os, socket
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
for host in ('{HOSTS[0]}', '{ELSEWHERE[0]}'):
    with socket.create_connection(('127.0.0.1', int(os.environ['https_proxy'].rpartition(':')[2]))) as connection:
        connection.sendall(f'CONNECT {{host}}:443 HTTP/1.0\\r\\n\\r\\n'.encode())
        print(b''.join(iter(lambda: connection.recv(4096), b'')).decode().splitlines()[-2])
"""
    told = ok(hubcache("run", "--", sys.executable, "-c", ask)).splitlines()
    assert len(told) == 2 and all(f"user {NOBODY}: this local hub answers only" in line for line in told)
    assert ms_front.refused == []


# ---- the variables and the file


@one_old
def test_the_variables_and_the_file(ms, hubcache, scene, ms_front, home):
    """The user's bundle holds a private key too, which must not get into the file."""
    assert "PRIVATE KEY" in ms_front.certificate.read_text()
    before = sorted((home.path / "tmp").iterdir())
    at_run = seen(hubcache)
    assert at_run["https_proxy"] == at_run["HTTPS_PROXY"] != f"http://{ms_front.address}"
    assert at_run["http_proxy"] == hubcache.env["http_proxy"]
    assert at_run["modes"] == [0o600, 0o700]
    assert at_run["bundle"].count("BEGIN CERTIFICATE") == 2 and "KEY" not in at_run["bundle"]
    assert at_run["bundle"].startswith(certificate_in(ms_front.certificate))
    assert at_run["with a key"] == []
    bundle = Path(at_run["REQUESTS_CA_BUNDLE"])
    assert bundle.is_relative_to(home.path / "tmp")
    assert not bundle.parent.exists() and sorted((home.path / "tmp").iterdir()) == before


@one_old
def test_each_run_has_another_key(ms, hubcache, scene):
    assert seen(hubcache)["bundle"] != seen(hubcache)["bundle"]


@one_old
def test_the_bundle_of_curl(ms, hubcache, scene, ms_front):
    """requests reads CURL_CA_BUNDLE if REQUESTS_CA_BUNDLE is empty."""
    at_run = seen(hubcache, env={"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": str(ms_front.certificate)})
    assert at_run["bundle"].startswith(certificate_in(ms_front.certificate))
    assert at_run["bundle"].count("BEGIN CERTIFICATE") == 2


@one_old
def test_a_folder_of_certificates(ms, hubcache, scene, ms_front, tmp_path):
    """OpenSSL reads the files with hashed names."""
    folder = tmp_path / "authorities"
    folder.mkdir()
    for name in ("0123abcd.0", "0123abcd.r0", "other.pem"):
        shutil.copy(ms_front.certificate, folder / name)
    at_run = seen(hubcache, env={"REQUESTS_CA_BUNDLE": str(folder)})
    assert at_run["bundle"].startswith(certificate_in(ms_front.certificate))
    assert at_run["bundle"].count("BEGIN CERTIFICATE") == 2


@one_old
def test_the_systems_certificates(ms, hubcache, scene):
    default = ssl.get_default_verify_paths().cafile
    if not default:
        pytest.skip("the system has no bundle")
    at_run = seen(hubcache, env={"REQUESTS_CA_BUNDLE": "", "SSL_CERT_FILE": "/nonexistent"})
    assert at_run["bundle"].count("BEGIN CERTIFICATE") == Path(default).read_text().count("BEGIN CERTIFICATE") + 1


@one_old
def test_without_certificates_nothing_is_changed(ms, hubcache, scene, ms_front):
    at_run = seen(hubcache, env={"REQUESTS_CA_BUNDLE": "/nonexistent"})
    assert (at_run["https_proxy"], at_run["REQUESTS_CA_BUNDLE"]) == (f"http://{ms_front.address}", "/nonexistent")
    assert "no certificates can be read from '/nonexistent'" in at_run["stderr"]
    assert SITE in at_run["stderr"]


@one_old
def test_without_an_adopted_repo_nothing_is_changed(ms, hubcache, ms_front):
    hubcache.env |= ms.env
    at_run = seen(hubcache)
    assert at_run["https_proxy"] == f"http://{ms_front.address}"
    assert at_run["REQUESTS_CA_BUNDLE"] == str(ms_front.certificate)


@one_old
def test_serve_and_env_do_not_answer_the_sites(ms, hubcache, scene, ms_front):
    with serving(hubcache) as served:
        printed = ok(hubcache("env", "--port", served.port))
        assert "MODELSCOPE_ENDPOINT" in printed
        assert not any(word in printed for word in ("https_proxy", "HTTPS_PROXY", "CA_BUNDLE"))
        with socket.create_connection(("127.0.0.1", served.port)) as connection:
            connection.sendall(f"CONNECT {HOSTS[0]}:443 HTTP/1.0\r\n\r\n".encode())
            assert b"this is not a proxy" in read_all(connection)


# ---- offline


@one_old
@pytest.mark.parametrize("option", ["--offline", "--deny-all"])
def test_offline(ms, ms_hub, hubcache, scene, ms_front, egress, option):
    egress.asked.clear()
    mark = ms_hub.mark()
    url = f"{SITE}/api/v1/models/{OTHER}"
    answers = issuers(ms, hubcache, url, "https://huggingface.co/", options=[option])
    assert answers[0] == [404, "hubcache run"]
    assert answers[1][0] == "ProxyError" and "403" in answers[1][1]
    assert ms_hub.log.since(mark) == [] and egress.asked == [] and ms_front.refused == []


@pytest.mark.parametrize("ms", MS_VERSIONS[:1], indirect=True)  # 1.37.1 tries for a minute
def test_offline_refuses_a_site_without_adopted_repos(ms, hubcache, ms_front):
    hubcache.env |= ms.env
    run = under(ms, hubcache, "--offline").snapshot_download(OTHER)
    assert "ProxyError" in run.error or "ProxyError" in run.error_text
    assert f"requested {HOSTS[0]}:443: refused by --offline" in run.stderr


@one_old
def test_other_requests_do_not_pass_the_proxy(ms, hubcache, scene):
    """The local hub is a proxy for https alone, unless it is offline."""
    text = """
import os, socket
port = int(os.environ['https_proxy'].rpartition(':')[2])
result = []
for head in ('GET http://example.com/ HTTP/1.0', 'CONNECT nowhere HTTP/1.0'):
    with socket.create_connection(('127.0.0.1', port)) as connection:
        connection.sendall((head + '\\r\\n\\r\\n').encode())
        result.append(b''.join(iter(lambda: connection.recv(4096), b'')).decode().splitlines()[-1])
"""
    assert under(ms, hubcache).script(text).value == ["this is not a proxy", "not a host address"]


@one_old
def test_behind_tls_there_is_no_proxy_and_no_other_hub(ms, hubcache, scene):
    text = """
import os, socket, ssl
port = int(os.environ['https_proxy'].rpartition(':')[2])
context = ssl.create_default_context(cafile=os.environ['REQUESTS_CA_BUNDLE'])
result = []
for target in ('GET http://example.com/', 'CONNECT www.modelscope.cn:443', 'GET /.hubcache', 'GET *'):
    with socket.create_connection(('127.0.0.1', port)) as connection:
        connection.sendall(b'CONNECT www.modelscope.cn:443 HTTP/1.1\\r\\n\\r\\n')
        assert connection.recv(4096).split()[1] == b'200'
        with context.wrap_socket(connection, server_hostname='www.modelscope.cn') as tls:
            tls.sendall(f'{target} HTTP/1.1\\r\\nHost: www.modelscope.cn\\r\\nConnection: close\\r\\n\\r\\n'.encode())
            result.append(tls.recv(4096).split()[1].decode())
"""
    assert under(ms, hubcache, "--offline").script(text).value == ["400", "400", "404", "400"]
