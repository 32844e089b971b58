"""A service that gives credentials to a container or an instance, and the variables by which programs find it."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from stores import KEY_ID, SECRET


class CredentialService:
    """Answers as AWS documents for the agents of ECS and EKS (/container), and for IMDSv2 (/latest). `session`: a session token
    for the keys of the tests' stores, which have none."""

    token = "Bearer the-token"

    def __init__(self, expires_in: int = 3600, session: str = ""):
        self.expires_in, self.requests, self.refused = expires_in, [], set()
        self.issued = {"AccessKeyId": KEY_ID, "SecretAccessKey": SECRET, "SessionToken": session}
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
        keys = {name: self.issued[name] for name in ("AccessKeyId", "SecretAccessKey")}
        keys |= {"Token": self.issued["SessionToken"], "Expiration": expiration}
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
