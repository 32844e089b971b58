"""Prints the proxies that a real client library uses, for proxy_clients_test.cc. The argument: "requests", or
"huggingface_hub", which uses httpx2.

The first line is the version of the library. Then the program reads lines of `URL TAB NAME=VALUE TAB NAME=VALUE …`, each
part percent-encoded, and prints the proxy of each line, an empty line for none, or "!" if the client raises an exception.
"""

import os
import sys
from typing import Callable
from urllib.parse import unquote


def by_requests() -> tuple[str, Callable[[str], str]]:
    import requests
    import requests.adapters  # noqa: F401  (loads what select_proxy needs)
    from requests.utils import prepend_scheme_if_needed, select_proxy

    def proxy_of(url: str) -> str:
        settings = requests.Session().merge_environment_settings(url, {}, None, None, None)
        proxy = select_proxy(url, settings["proxies"])
        return prepend_scheme_if_needed(proxy, "http") if proxy else ""

    return requests.__version__, proxy_of


def by_huggingface_hub() -> tuple[str, Callable[[str], str]]:
    import httpx2
    from huggingface_hub.utils._http import default_client_factory

    # A transport takes longer to make than all choices of a client. The name of its proxy takes its place.
    httpx2.Client._init_transport = lambda self, **_: ""
    httpx2.Client._init_proxy_transport = lambda self, proxy, **_: str(proxy.url)

    def proxy_of(url: str) -> str:
        try:
            return default_client_factory()._transport_for_url(httpx2.URL(url))
        except (httpx2.InvalidURL, ValueError):
            return "!"

    return httpx2.__version__, proxy_of


def main(library: str) -> None:
    version, proxy_of = {"requests": by_requests, "huggingface_hub": by_huggingface_hub}[library]()
    print(version, flush=True)
    for line in sys.stdin:
        url, *variables = [unquote(part) for part in line.rstrip("\n").split("\t")]
        os.environ.clear()
        for variable in sorted(variables):
            name, value = variable.split("=", 1)
            os.environ[name] = value
        print(proxy_of(url), flush=True)


main(sys.argv[1])
