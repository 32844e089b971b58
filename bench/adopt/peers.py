"""Three programs that do what the wiki page describes: the peers of bench/adopt.

    python peers.py serial|threads|tree URL REPO_ID FOLDER

Each program writes `.mdl` and `.msc` into FOLDER, as the page's mk_aistudio_cache_file does."""

import os
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import requests


def files_of(folder):
    for parent, _, names in os.walk(folder):
        for name in names:
            yield os.path.relpath(os.path.join(parent, name), folder)


def ask(get, url, repo_id, path):
    answer = get(f"{url}/api/v1/repos/{repo_id}/contents/{quote(path, safe='')}")
    return {"Path": path, "Revision": answer.json()["sha"] if answer.ok else "N/A"}


def serial(url, repo_id, paths):
    return [ask(requests.get, url, repo_id, path) for path in paths]


def threads(url, repo_id, paths):
    with requests.Session() as session, ThreadPoolExecutor(16) as pool:
        session.mount("http://", requests.adapters.HTTPAdapter(pool_connections=16, pool_maxsize=16))
        return list(pool.map(lambda path: ask(session.get, url, repo_id, path), paths))


def tree(url, repo_id, paths):
    """Sends one request for each 1,000 entries, and so two for 1,500 files."""
    shas, page, more = {}, 1, True
    with requests.Session() as session:
        while more:
            answer = session.get(
                f"{url}/api/v1/repos/{repo_id}/git/trees/master",
                params={"recursive": "true", "page": page, "per_page": 1000},
            ).json()
            shas |= {entry["path"]: entry["sha"] for entry in answer["tree"] or ()}
            more, page = answer["truncated"], page + 1
    return [{"Path": path, "Revision": shas.get(path, "N/A")} for path in paths]


def main():
    way, url, repo_id, folder = sys.argv[1:]
    records = {"serial": serial, "threads": threads, "tree": tree}[way](url, repo_id, sorted(files_of(folder)))
    for name, value in ((".mdl", {"id": repo_id}), (".msc", records)):
        with open(os.path.join(folder, name), "wb") as file:
            pickle.dump(value, file)


if __name__ == "__main__":
    main()
