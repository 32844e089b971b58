"""The page of `hubcache serve` in a headless Chromium, without JavaScript. The screenshots are in build/hub_screenshots."""

import os
import subprocess
from pathlib import Path
from typing import Iterator

import pytest
from browser import Browser

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build/hub_screenshots"
HUBCACHE = os.environ.get("HUBCACHE_BIN", str(ROOT / "build/dev/bin/hubcache"))
TOKEN = "secret-token-1"
FILES = {
    "config.json": b"{}",
    "<script>document.title = 'run'</script>.txt": b"1",
    "model.safetensors": bytes(3 << 20),
    "tokenizer/模型.json": b"{}",
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serves two published repos, with a token."""
    folder = tmp_path_factory.mktemp("hub")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    for name, content in FILES.items():
        (folder / "model" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "model" / name).write_bytes(content)
    for repo in ("hf:ctbots/tuned", "ctbots/first-paddle-model"):
        subprocess.run([HUBCACHE, "publish", repo, folder / "model", folder / "store"], env=env, check=True)
    (folder / "tokens").write_text(TOKEN)
    (folder / "tokens").chmod(0o600)
    command = [
        HUBCACHE,
        "serve",
        "--port",
        "0",
        "--offline",
        "--from",
        folder / "store",
        "--token-file",
        folder / "tokens",
    ]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline().split()[-1].replace("http://", f"http://reader:{TOKEN}@")
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("chromium"))
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    yield browser
    browser.close()


def look(browser: Browser, url: str, name: str, scheme: str, width: int) -> None:
    browser.requests.clear()
    browser.errors.clear()
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.open(url, width)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    (SCREENSHOTS / f"{name}-{scheme}-{width}.png").write_bytes(browser.screenshot())
    assert browser.errors == []
    # The page itself, and its empty icon.
    assert [one for one in browser.requests if not one.startswith("data:")] == [url]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_the_pages(browser: Browser, hub: str, scheme: str, width: int) -> None:
    look(browser, hub + "/", "front", scheme, width)
    assert browser.evaluate("document.querySelectorAll('tbody tr').length") == 2
    is_dark = browser.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert is_dark == (scheme == "dark")
    # The style applies: the policy of the page allows it.
    assert browser.evaluate("getComputedStyle(document.querySelector('.figures')).display") == "flex"
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look(browser, hub + "/?repo=hf:ctbots/tuned&type=model&revision=main", "repo", scheme, width)
    assert browser.evaluate("document.title") == "hf:ctbots/tuned"
    assert browser.evaluate("[...document.querySelectorAll('tbody td.name')].map(one => one.textContent)") == sorted(
        FILES
    )
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_the_token_there_is_nothing_to_see(browser: Browser, hub: str) -> None:
    address = hub.replace(f"reader:{TOKEN}@", "wrong:word@")
    browser.errors.clear()
    browser.call("Network.clearBrowserCache")
    browser.call("Page.navigate", url=address + "/metrics?other")
    while not browser.errors:
        browser.message()
    assert browser.errors[0].startswith("401: ")
