"""The built documentation site in a headless Chromium: pages and pictures render, and no request leaves the machine.

`./dev docs` builds build/site before. The screenshots are in build/site_screenshots.
"""

import struct
import threading
import zlib
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator

import pytest
from browser import Browser

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build/site"
SCREENSHOTS = ROOT / "build/site_screenshots"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
PICTURES = {"why.html": 1, "how.html": 2}
SHOWN = ("index.html", "why.html", "how.html", "troubleshooting.html", "clients.html", "api.html")
SHOWN_IN_CHINESE = SHOWN[:4]
# The theme asks for it, to find a page in the other language. It is not made: the plugin i18n already links to the page.
NOT_MADE = "zh/sitemap.xml"
BROKEN_PICTURES = "[...document.images].filter(one => !one.naturalWidth).map(one => one.src)"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Loaded(HTMLParser):
    """Collects the addresses of the files that a browser loads with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag != "link":
            address = values.get("src")
        else:
            address = (
                values.get("href") if values.get("rel") in ("stylesheet", "icon", "preload", "preconnect") else None
            )
        if address:
            self.names.append(address)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture
def fresh(browser: Browser) -> Browser:
    browser.requests.clear()
    browser.errors.clear()
    return browser


def check(browser: Browser, site: str) -> None:
    """Nothing has failed, every picture is there, and no request left this machine."""
    assert [error for error in browser.errors if site + NOT_MADE not in error] == []
    assert browser.evaluate(BROKEN_PICTURES) == []
    assert [url for url in browser.requests if not url.startswith((site, "data:", "blob:"))] == []


def is_blank(png: bytes) -> bool:
    """Counts the different rows of pixels of a PNG."""
    width, _, depth, kind = struct.unpack(">IIBB", png[16:26])
    data, position = b"", 8
    while position < len(png):
        length, name = struct.unpack(">I4s", png[position : position + 8])
        data += png[position + 8 : position + 8 + length] if name == b"IDAT" else b""
        position += 12 + length
    pixels, size = zlib.decompress(data), 1 + width * {2: 3, 6: 4}[kind] * depth // 8
    return len({pixels[start : start + size] for start in range(0, len(pixels), size)}) < 50


def save(browser: Browser, name: str) -> bytes:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    png = browser.screenshot()
    (SCREENSHOTS / f"{name}.png").write_bytes(png)
    return png


def test_all_pages_are_there():
    assert len(PAGES) > 60 and {*SHOWN, "zh/index.html", "docs/formats/aistudio.html"} <= {*PAGES}


@pytest.mark.parametrize("page", [*SHOWN, *(f"zh/{page}" for page in SHOWN_IN_CHINESE)])
def test_a_page_renders(site, fresh, page):
    fresh.open(site + page)
    check(fresh, site)
    chinese = fresh.evaluate(r"(document.querySelector('article').innerText.match(/[\u4e00-\u9fff]/g) || []).length")
    assert fresh.evaluate("document.documentElement.lang") == ("zh" if page.startswith("zh/") else "en")
    assert chinese > 10 if page.startswith("zh/") else chinese < 10
    pictures = fresh.evaluate(
        "[...document.querySelectorAll('article img')].map(one => one.getBoundingClientRect().width)"
    )
    assert len(pictures) == PICTURES.get(page.removeprefix("zh/"), 0) and all(width > 500 for width in pictures)
    assert not is_blank(save(fresh, page.removesuffix(".html").replace("/", "-")))


def test_a_dark_page(site, fresh):
    fresh.open(f"{site}how.html")
    fresh.evaluate("document.querySelector('label[for=__palette_1]').click()")
    fresh.wait_for("document.body.dataset.mdColorScheme === 'slate'")
    check(fresh, site)
    assert not is_blank(save(fresh, "how-dark"))


def test_a_phone(site, fresh):
    fresh.open(f"{site}how.html", width=390)
    check(fresh, site)
    assert fresh.evaluate("document.documentElement.scrollWidth") <= 390  # nothing is cut off at the right
    assert not is_blank(save(fresh, "how-phone"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_only_files_of_the_site(page):
    loaded = Loaded()
    loaded.feed((SITE / page).read_text(encoding="utf-8"))
    assert len(loaded.names) > 3
    for name in loaded.names:
        assert ":" not in name and not name.startswith("//"), f"{page} asks another host: {name}"
        folder = SITE if name.startswith("/") else (SITE / page).parent
        assert (folder / name.partition("?")[0].lstrip("/")).exists(), f"{page}: no {name}"


@pytest.mark.parametrize(
    ("page", "words", "found"), [("index.html", "overwrites", "why"), ("zh/index.html", "重新下载", "zh/why")]
)
def test_search(site, fresh, page, words, found):
    fresh.open(site + page)
    links = fresh.evaluate(
        f"""new Promise(done => {{
          const links = () => [...document.querySelectorAll('.md-search-result__link')].map(one => one.href);
          new MutationObserver(() => links().length && done(links()))
            .observe(document.querySelector('.md-search-result'), {{childList: true, subtree: true}});
          document.querySelector('#__search').checked = true;
          document.querySelector('#__search').dispatchEvent(new Event('change'));
          const input = document.querySelector('.md-search__input');
          input.focus(); input.value = {words!r}; input.dispatchEvent(new Event('keyup', {{bubbles: true}}));
          setTimeout(() => done(links()), 20000);
        }})"""
    )
    assert any(link.startswith(site + found) for link in links), links
    check(fresh, site)


def test_a_page_that_is_wrong_is_noticed(site, fresh):
    page = SITE / "wrong.html"
    for body, problem in (
        ('<img src="none.svg">', "none.svg"),
        ('<script src="https://other.invalid/a.js"></script>', "other.invalid"),
        ("<script>undefined.name</script>", "TypeError"),
    ):
        page.write_text(f'<!doctype html><link rel="icon" href="data:,"><body>{body}</body>', encoding="utf-8")
        fresh.errors.clear()
        fresh.requests.clear()
        try:
            fresh.open(f"{site}wrong.html")
            with pytest.raises(AssertionError, match=problem):
                check(fresh, site)
        finally:
            page.unlink()


def test_a_blank_page_is_noticed(fresh):
    fresh.open("about:blank")
    assert is_blank(fresh.screenshot())
