"""`hubcache run` with a hub below a path, as in Artifactory: redirects and pages lead back to the local hub."""

import json
import re
from typing import Iterator

import pytest
from hf import HUB_VERSIONS, HfClient
from hfdouble import HfHub
from hubdouble import Lfs

from local_hub import serving

PATH = "/artifactory/api/huggingfaceml/hf-remote"
TOKEN = "secret"
FILES = {f"folder/{number:04}.txt": f"file {number}".encode() for number in range(3)} | {
    "config.json": b"{}",
    "model.safetensors": Lfs(bytes(5000)),
}


class HubUnderPath(HfHub):
    """A hub that redirects each file to another of its own addresses: by a path, or for large files by an absolute
    URL."""

    def __init__(self, absolute: bool):
        super().__init__()
        self.absolute = absolute
        self.url += PATH

    def answer(self, origin, method, raw_path, headers, body):
        if not raw_path.startswith(PATH):
            return self.error(404)
        answer = super().answer(origin, method, raw_path.removeprefix(PATH), headers, body)
        if location := answer.headers.get("Location"):
            is_large = location.startswith(self.cdn_url)
            path = location.removeprefix(self.cdn_url)
            answer.headers["Location"] = (self.url if is_large and self.absolute else PATH) + path
        return answer


@pytest.fixture(params=[False, True], ids=["path", "absolute"])
def artifactory(request) -> Iterator[HubUnderPath]:
    with HubUnderPath(request.param) as running:
        yield running


def test_the_next_page_of_a_listing(hubcache, artifactory):
    artifactory.repo("me/many").push({f"{number:04}.txt": b"x" for number in range(1500)})
    hubcache.env["HF_ENDPOINT"] = artifactory.url
    with serving(hubcache) as served:
        _, headers, body = served.ask("/huggingface/api/models/me/many/tree/main?recursive=true")
        assert f"<{served.url}/huggingface/api/models/me/many/tree/main?" in headers["link"], headers
        follow = re.search("<([^>]*)>", headers["link"])[1].removeprefix(served.url)
        assert len(json.loads(body)) + len(served.json(follow)) == 1500


@pytest.fixture(params=HUB_VERSIONS)
def client(request, home, artifactory) -> HfClient:
    return HfClient("huggingface-hub", request.param, home, artifactory)


def test_downloads_of_the_real_client(client, hubcache, artifactory):
    """The repo is private: the client drops its token if a redirect leads to another host, and then gets 401."""
    artifactory.user("me", TOKEN)
    artifactory.repo("me/private", private=True).push(FILES)
    hubcache.env["HF_ENDPOINT"] = artifactory.url
    run = client.under_run(hubcache.binary).snapshot_download("me/private", env={"HF_TOKEN": TOKEN})
    assert run.error is None, run.error_text
    assert run.downloads == set(FILES)
    contents = [request for request in run.requests if request.media_bytes]
    assert all(request.authorization == f"Bearer {TOKEN}" for request in contents)
    assert all(request.path.count(PATH) == 1 for request in run.requests)
