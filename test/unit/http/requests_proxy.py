"""Prints the proxy that the real requests library uses, for proxy_test.cc.

The first line is requests' version. Then the program reads lines of `URL TAB NAME=VALUE TAB NAME=VALUE …`, each part
percent-encoded, and prints the proxy of each line, or an empty line for none.
"""

import os
import sys
from urllib.parse import unquote

import requests
from requests.adapters import HTTPAdapter  # noqa: F401  (loads what select_proxy needs)
from requests.utils import prepend_scheme_if_needed, select_proxy


def proxy_of(url: str) -> str:
    settings = requests.Session().merge_environment_settings(url, {}, None, None, None)
    proxy = select_proxy(url, settings["proxies"])
    return prepend_scheme_if_needed(proxy, "http") if proxy else ""


print(requests.__version__, flush=True)
for line in sys.stdin:
    url, *variables = [unquote(part) for part in line.rstrip("\n").split("\t")]
    os.environ.clear()
    for variable in sorted(variables):
        name, value = variable.split("=", 1)
        os.environ[name] = value
    print(proxy_of(url), flush=True)
