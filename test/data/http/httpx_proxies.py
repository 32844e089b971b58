"""Prints the proxy that huggingface_hub uses: `URL TAB proxy TAB NAME=VALUE TAB …`. Run with the Python of
huggingface-hub-2.4.0."""

import os

import httpx2
from huggingface_hub.utils._http import default_client_factory

HOSTS = [
    "https://huggingface.co/api",
    "http://huggingface.co/",
    "https://cdn.huggingface.co/",
    "https://nothuggingface.co/",
    "http://localhost/",
    "http://127.0.0.1:8080/",
    "http://10.1.2.3/",
    "http://[::1]/",
    "https://hub.example:8443/",
    "https://hub.example/",
    "https://hub.example:443/",
    "https://HUB.example/",
]
LISTS = [
    "",
    "huggingface.co",
    ".huggingface.co",
    "*.huggingface.co",
    "*huggingface.co",
    "co",
    "HuggingFace.CO",
    " huggingface.co ,x",
    "x,*",
    "*",
    "localhost",
    "LOCALHOST",
    "127.0.0.1",
    "127.0.0.1:8080",
    "127.0.0.0/8",
    "10.0.0.0/8",
    "10.1.2.3/32",
    "10.1.2.3",
    "10.1.2",
    "::1",
    "::/64",
    "[::1]",
    "hub.example:8443",
    "hub.example:443",
    ".example:8443",
    "https://hub.example",
    "http://hub.example",
    "https://hub.example:8443",
    "https://",
    "http://",
    "all://",
    "all://*.huggingface.co",
    "hub.example,",
    "hub.example huggingface.co",
]
PROXIES = [{"http_proxy": "http://h:1", "HTTPS_PROXY": "s:2"}, {"all_proxy": "http://a:3", "https_proxy": ""}]


def proxy_of(url: str) -> str:
    client = default_client_factory()
    transport = client._transport_for_url(httpx2.URL(url))
    if transport is client._transport:
        return ""
    asked = transport._pool._proxy_url
    return f"{asked.scheme.decode()}://{asked.host.decode()}:{asked.port}"


for proxies in PROXIES:
    for names in LISTS:
        for variable in ("no_proxy", "NO_PROXY") if names == "huggingface.co" else ("no_proxy",):
            for url in HOSTS:
                variables = proxies | ({variable: names} if names else {})
                os.environ.clear()
                os.environ.update(variables)
                try:
                    print(
                        url, proxy_of(url), *(f"{name}={value}" for name, value in sorted(variables.items())), sep="\t"
                    )
                except httpx2.InvalidURL:
                    break  # the client raises an exception: there is no decision
