"""Peers of bench/digest that are not programs of their own.

python peers.py hashlib FILE…      the loop of the wiki page's compute_hash
python peers.py index FILE N       the wiki page's index of N records; prints the seconds to write and to pickle alone
python peers.py tree FOLDER        serves Hugging Face's listing of FOLDER (LFS files in lfs/); prints its address"""

import hashlib
import json
import os
import pickle
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def hashlib_loop(files):
    for name in files:
        digest = hashlib.sha256()
        with open(name, "rb") as file:
            for chunk in iter(lambda: file.read(4096), b""):
                digest.update(chunk)
        print(digest.hexdigest())


def index(name, count):
    records = [{"Path": f"folder{i // 1000}/file{i}.bin", "Revision": f"{i:040x}"} for i in range(int(count))]
    start = time.perf_counter()
    pickle.dumps(records)
    made = time.perf_counter()
    with open(name, "wb") as file:
        pickle.dump(records, file)
        file.flush()
        os.fsync(file.fileno())
    print(time.perf_counter() - made, made - start)


def listing(folder):
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.relpath(os.path.join(parent, name), folder)
            with open(os.path.join(parent, name), "rb") as file:
                content = file.read()
            entry = {
                "type": "file",
                "path": path,
                "size": len(content),
                "oid": hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest(),
            }
            if path.startswith("lfs/"):
                entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
            yield entry


def tree(folder):
    body = json.dumps(list(listing(folder))).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if "/tree/" not in self.path:
                return self.send_error(404)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    {"hashlib": lambda *files: hashlib_loop(files), "index": index, "tree": tree}[what](*rest)
