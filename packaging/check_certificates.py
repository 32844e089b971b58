#!/usr/bin/env python3
"""usage: check_certificates.py MACHINE COMMAND: which certificates the command trusts, on a machine (a chroot) whose /etc/ssl and
/etc/pki this script replaces. COMMAND runs in it; the temporary folder has the same name on both sides.

The hub is the tests' double behind TLS on the loopback address. The command trusts it if the hub gets a request.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "test" / "e2e"))

from egress import Egress  # noqa: E402
from home import Home  # noqa: E402
from hubdouble import Hub, sample  # noqa: E402
from tls_front import TlsFront, make_certificate  # noqa: E402

REPO = "ctbots/first-paddle-model"
LAYOUTS = {
    "Debian": "etc/ssl/certs/ca-certificates.crt",
    "RHEL": "etc/pki/tls/certs/ca-bundle.crt",
    "RHEL 9 without the old name": "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "SUSE": "etc/ssl/ca-bundle.pem",
    "Alpine": "etc/ssl/cert.pem",
}
FILE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
FOLDER_VARIABLES = ("SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Check:
    def __init__(self, machine: Path, command: str, folder: Path, hub: Hub, egress: Egress):
        self.machine, self.command, self.hub = machine, command, hub
        self.certificate = make_certificate(folder, ["localhost"])
        other = folder / "other"
        other.mkdir()
        self.other = make_certificate(other, ["localhost"])  # a bundle without the hub's authority
        self.front = TlsFront(hub, [], self.certificate)
        self.folder = folder
        self.env = Home(folder / "home", egress.url).env | {
            "STUDIO_GIT_HOST": self.front.url.replace("http:", "https:")
        }
        self.model = folder / "model"
        self.model.mkdir()
        (self.model / "README.md").write_text("mine")
        self.failed = 0

    def hashed_folder(self) -> Path:
        """A folder in which OpenSSL finds a certificate by the hash of its subject."""
        folder = self.folder / "hashed"
        folder.mkdir(exist_ok=True)
        command = ["openssl", "x509", "-noout", "-subject_hash", "-in", self.certificate]
        name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        shutil.copy(self.certificate, folder / f"{name}.0")
        return folder

    def install(self, layout: str | None, certificate: Path) -> None:
        for folder in ("etc/ssl", "etc/pki"):
            shutil.rmtree(self.machine / folder, ignore_errors=True)
        if layout:
            (self.machine / layout).parent.mkdir(parents=True)
            shutil.copy(certificate, self.machine / layout)

    def trusts(self, **variables: str) -> bool:
        before = self.hub.mark()
        subprocess.run(
            [self.command, "adopt", "--dry-run", REPO, self.model],
            env=self.env | variables,
            cwd=self.folder,
            capture_output=True,
            timeout=60,
        )
        return len(list(self.hub.log.since(before))) > 0

    def expect(self, what: str, wanted: bool, **variables: str) -> None:
        is_trusted = self.trusts(**variables)
        self.failed += is_trusted != wanted
        print(f"{'ok    ' if is_trusted == wanted else 'FAILED'} {what}: {'trusted' if is_trusted else 'refused'}")

    def play(self) -> None:
        for name, path in LAYOUTS.items():
            self.install(path, self.certificate)
            self.expect(f"the certificates of {name}", True)
            self.install(path, self.other)
            self.expect(f"the certificates of {name}, without the hub's authority", False)
        self.install(None, self.certificate)
        self.expect("no certificates", False)
        self.install(LAYOUTS["Debian"], self.other)
        for name in FILE_VARIABLES:
            self.expect(f"{name} with a file", True, **{name: str(self.certificate)})
        for name in FOLDER_VARIABLES:
            self.expect(f"{name} with a folder", True, **{name: str(self.hashed_folder())})
        self.install(LAYOUTS["Debian"], self.certificate)
        for name in FILE_VARIABLES:
            self.expect(f"{name} without the hub's authority", False, **{name: str(self.other)})


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hubcache-certificates-") as folder, Egress() as egress, Hub() as hub:
        sample.add_model(hub)
        check = Check(Path(sys.argv[1]), sys.argv[2], Path(folder), hub, egress)
        with check.front:
            check.play()
    sys.exit(1 if check.failed else 0)


if __name__ == "__main__":
    os.environ.pop("SSL_CERT_FILE", None)
    main()
