"""Stores with the credentials that a container or an instance of a cloud gets from a service on its own machine."""

import socket

import pytest
from credential_service import CredentialService, variables_of, without_keys
from listener import Listener, read_head
from scene import write
from shared_hub import NAME, Getter, exported
from stores import SECRET

from adoption import ok
from local_hub import serving

FILES = {"config.json": b"{}", "model.bin": bytes(range(256)) * 20_000}  # 5 MB: comes from the store


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


def test_no_credentials_follow_a_redirect(hubcache):
    """A store that redirects gets an error; no request with a signature or a session token goes to the other host."""
    signed: list[bytes] = []
    asked: list[bytes] = []

    def elsewhere(connection: socket.socket) -> None:
        asked.append(read_head(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with Listener(elsewhere, "127.0.0.2") as other:

        def redirect(connection: socket.socket) -> None:
            signed.append(read_head(connection))
            answer = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {other.url}/b\r\nContent-Length: 0\r\n\r\n"
            connection.sendall(answer.encode())

        with Listener(redirect) as store:
            env = {
                "AWS_ACCESS_KEY_ID": "key",
                "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_SESSION_TOKEN": "the-session",
                "AWS_ENDPOINT_URL_S3": store.url,
            }
            run = hubcache("store", "ls", "s3://bucket", env=env)
    assert asked == []
    assert run.returncode == 4 and "307" in run.stderr, run.stderr
    assert signed and all(b"x-amz-security-token:the-session" in head.lower().replace(b": ", b":") for head in signed)
