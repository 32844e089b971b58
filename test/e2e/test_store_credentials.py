"""Stores with the credentials that a container or an instance of a cloud gets from a service on its own machine."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from scene import write
from shared_hub import NAME, Getter, exported
from stores import KEY_ID, SECRET

from adoption import ok
from local_hub import serving

FILES = {"config.json": b"{}", "model.bin": bytes(range(256)) * 20_000}  # 5 MB: comes from the store


class CredentialService:
    """Answers as AWS documents for the agents of ECS and EKS (/container), and for IMDSv2 (/latest). `session`: the session token
    of the credentials; versitygw knows them by the key alone."""

    token = "Bearer the-token"

    def __init__(self, expires_in: int = 3600, session: str = ""):
        self.expires_in, self.session, self.requests, self.refused = expires_in, session, [], set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_words):
                pass

            def do_GET(self):
                status, body = service.answer(self.command, self.path, self.headers)
                service.requests.append((self.command, self.path, status))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            do_PUT = do_GET

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "CredentialService":
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_exc) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, method: str, path: str, headers) -> tuple[int, str]:
        if path in self.refused:
            return 403, ""
        roles = "/latest/meta-data/iam/security-credentials/"
        if (method, path) == ("GET", "/container"):
            return (200, self.keys()) if headers.get("Authorization") == self.token else (400, "")
        if (method, path) == ("PUT", "/latest/api/token"):
            return (200, "session") if headers.get("X-aws-ec2-metadata-token-ttl-seconds") == "21600" else (400, "")
        if headers.get("X-aws-ec2-metadata-token") != "session":
            return 401, ""
        return {roles: (200, "the-role"), f"{roles}the-role": (200, self.keys())}.get(path, (404, ""))

    def keys(self) -> str:
        expiration = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + self.expires_in))
        keys = {"AccessKeyId": KEY_ID, "SecretAccessKey": SECRET, "Token": self.session, "Expiration": expiration}
        return json.dumps({"Code": "Success", "Type": "AWS-HMAC", **keys})


def without_keys(store) -> dict[str, str]:
    return {name: value for name, value in store.env.items() if "KEY" not in name and "METADATA" not in name}


def variables_of(kind: str, service: CredentialService, folder: Path) -> dict[str, str]:
    (folder / "token").write_text(service.token + "\n")
    container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{service.url}/container"}
    return {
        "container": container | {"AWS_CONTAINER_AUTHORIZATION_TOKEN": service.token},
        "pod": container | {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(folder / "token")},
        "instance": {"AWS_EC2_METADATA_SERVICE_ENDPOINT": service.url},
    }[kind]


@pytest.mark.parametrize("kind", ["container", "pod", "instance"])
def test_credentials_of_a_service(hubcache, bucket, home, hub, hf_hub, ms_hub, csg_hub, tmp_path, kind):
    """Publishing, and a hub that signs URLs with them."""
    one = Getter("huggingface-2.4.0", home, hub, hf_hub, ms_hub, csg_hub)
    with CredentialService() as service:
        env = without_keys(bucket) | variables_of(kind, service, tmp_path)
        for name, content in FILES.items():
            write(home.path / "model" / name, content)
        ok(hubcache("publish", "hf:" + NAME, home.path / "model", bucket.name, "--json", env=env))
        asked = len(service.requests)
        assert asked == (3 if kind == "instance" else 1)  # they are kept until five minutes before their end
        with serving(hubcache, "--from", bucket.name, "--offline", env=env) as served:
            one.check(exported(hubcache, served.url), FILES)
        assert len(service.requests) == 2 * asked


def test_the_session_token_reaches_the_store(hubcache, bucket, tmp_path):
    """versitygw refuses a token that it has not issued."""
    with CredentialService(session="session+token/=") as service:
        env = without_keys(bucket) | variables_of("instance", service, tmp_path)
        run = hubcache("store", "ls", bucket.name, env=env)
    assert run.returncode == 4 and "InvalidToken" in run.stderr and "renew" in run.stderr, run.stderr
    assert "session+token" not in run.stderr


def test_credentials_that_end_soon_are_asked_for_again(hubcache, bucket, home, tmp_path):
    with CredentialService(expires_in=200) as service:
        env = without_keys(bucket) | variables_of("container", service, tmp_path)
        write(home.path / "model/config.json", b"{}")
        ok(hubcache("publish", NAME, home.path / "model", bucket.name, "--json", env=env))
    assert len(service.requests) > 3


def test_a_service_without_credentials(hubcache, bucket, tmp_path):
    def refused(kind: str, *paths: str, **changes: str) -> str:
        service.refused = set(paths)
        env = without_keys(bucket) | variables_of(kind, service, tmp_path) | changes
        run = hubcache("store", "ls", bucket.name, env=env)
        assert run.returncode == 2 and "AWS_ACCESS_KEY_ID" in run.stderr, run.stderr
        assert service.token not in run.stderr and SECRET not in run.stderr
        return run.stderr

    with CredentialService() as service:
        assert "answered 400" in refused("container", AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer wrong")
        assert "answered 403" in refused("pod", "/container")
        # IMDSv1 answers without a token; hubcache does not ask it.
        assert "no credentials" in refused("instance", "/latest/api/token")
        assert "no credentials" in refused("instance", "/latest/meta-data/iam/security-credentials/")
        assert "answered 403" in refused("instance", "/latest/meta-data/iam/security-credentials/the-role")
        assert "no credentials" in refused("instance", AWS_EC2_METADATA_DISABLED="true")
