"""A hub for other machines needs little memory for repos with very many files."""

import json
import re

from many_files import add_repo, paths_of

from local_hub import Served, api, serving

MEBIBYTE = 1 << 10  # in KiB
FILES, REPOS = 20_000, 15
HUBS = {"huggingface": "main", "aistudio": "master", "modelscope": "master"}


def list_as_client(served: Served, hub: str, repo: str) -> int:
    """Lists the repo by the requests of a client; returns the number of files."""
    if hub == "aistudio":
        pages = -(-FILES // 1000) + 1
        tree = api(repo) + "/git/trees/master?recursive=true&per_page=1000&page="
        return sum(item["type"] == "blob" for page in range(pages) for item in served.json(f"{tree}{page + 1}")["tree"])
    if hub == "modelscope":
        answer = served.json(f"/modelscope/api/v1/models/{repo}/repo/files?Revision=master&Recursive=True")
        return sum(item["Type"] == "blob" for item in answer["Data"]["Files"])
    assert len(served.json(f"/huggingface/api/models/{repo}/revision/main")["siblings"]) == FILES
    path, files = f"/huggingface/api/models/{repo}/tree/main?recursive=True", 0
    while path:
        _, headers, body = served.ask(path)
        files += sum(item["type"] == "file" for item in json.loads(body))
        following = re.match(r"<http://[^/]+(/[^>]+)>", headers.get("link", ""))
        path = following[1] if following else ""
    return files


def test_the_lists_of_large_repos_stay_out_of_memory(hubcache, tmp_path):
    """One after the other, and then single files of all of them in turn. In memory, the lists would take 120 MiB."""
    hubs = [list(HUBS)[number % len(HUBS)] for number in range(REPOS)]
    for number, hub in enumerate(hubs):
        add_repo(tmp_path / "store", hub, f"many/repo{number}", FILES, HUBS[hub])
    with serving(hubcache, "--from", tmp_path / "store") as served:
        for number, hub in enumerate(hubs):
            assert list_as_client(served, hub, f"many/repo{number}") == FILES
        for path in paths_of(FILES)[::200]:
            for number in range(1, REPOS, len(HUBS)):
                answer = served.json(f"{api(f'many/repo{number}')}/contents/{path}?ref=master")
                assert answer["path"] == path
        assert served.peak_kib() < 72 * MEBIBYTE, served.peak_kib()
