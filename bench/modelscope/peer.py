"""Adopts a folder with modelscope's own code: the peer of bench/modelscope. It runs with an environment of modelscope
1.37.1.

    python peer.py ENDPOINT REPO_ID FOLDER PLACE

It gets the listing by HubApi.get_model_files, makes a symlink for each file in turn, and writes the index by
ModelFileSystemCache."""

import os
import sys

from modelscope.hub.api import HubApi
from modelscope.hub.utils.caching import ModelFileSystemCache

endpoint, repo_id, folder, place = sys.argv[1:]
files = HubApi(endpoint=endpoint).get_model_files(repo_id, revision="master", recursive=True, endpoint=endpoint)
os.makedirs(place)
cache = ModelFileSystemCache(place)
for file in files:
    source, name = os.path.join(folder, file["Path"]), os.path.join(place, file["Path"])
    if file["Type"] == "tree" or not os.path.exists(source):
        continue
    os.makedirs(os.path.dirname(name), exist_ok=True)
    os.symlink(source, name)
    cache.cached_files.append({"Path": file["Path"], "Revision": file["Revision"]})
cache.save_cached_files()
