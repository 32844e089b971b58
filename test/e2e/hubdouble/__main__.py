"""Serves the sample repos until stdin closes or the time limit is reached. The first line of output is the address."""

import argparse
import sys
import threading
from pathlib import Path

from . import sample
from .hub import Hub


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hubdouble", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--sample", action="store_true", help="serve ctbots/first-paddle-model, many, private-model")
    parser.add_argument("--many", type=int, default=1500, metavar="N", help="files of ctbots/many (1500)")
    parser.add_argument("--latency-ms", type=float, default=0, help="added to each request")
    parser.add_argument(
        "--lfs-size",
        choices=("pointer", "content"),
        default="content",
        help="the size told of an LFS file: stock Gitea's, or the one the SDK needs (content)",
    )
    parser.add_argument("--page-quirks", action="store_true", help="page a listing as stock Gitea 1.22 does")
    parser.add_argument("--log", type=Path, metavar="FILE", help="append each request as a line of JSON")
    parser.add_argument("--time-limit", type=float, default=3600, metavar="SECONDS")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    done = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), done.set()), daemon=True).start()
    with Hub(
        port=arguments.port,
        latency=arguments.latency_ms / 1000,
        log_file=arguments.log,
        page_quirks=arguments.page_quirks,
        lfs_size=arguments.lfs_size,
    ) as hub:
        if arguments.sample:
            sample.add_all(hub, arguments.many)
        print(hub.url, flush=True)
        done.wait(arguments.time_limit)


main()
