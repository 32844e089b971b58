"""The built documentation site in a headless Chromium: pages and pictures render, and no request leaves the machine.

`./dev docs` builds build/site before. The screenshots are in build/site_screenshots.
"""

import struct
import threading
import zlib
from functools import partial
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
SHOWN = ("index.html", "why.html", "how.html", "clients.html", "troubleshooting.html", "status.html", "api.html")
BROKEN_PICTURES = "[...document.images].filter(one => !one.naturalWidth).map(one => one.src)"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


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
    assert browser.errors == []
    assert browser.evaluate(BROKEN_PICTURES) == []
    assert [url for url in browser.requests if not url.startswith((site, "data:", "blob:"))] == []


def rows_of(png: bytes) -> tuple[int, list[bytes]]:
    """Returns the width of a PNG and its rows as Chromium has filtered them: rows that differ have content."""
    width, _, depth, kind = struct.unpack(">IIBB", png[16:26])
    data, position = b"", 8
    while position < len(png):
        length, name = struct.unpack(">I4s", png[position : position + 8])
        data += png[position + 8 : position + 8 + length] if name == b"IDAT" else b""
        position += 12 + length
    raw, size = zlib.decompress(data), 1 + width * {2: 3, 6: 4}[kind] * depth // 8
    return width, [raw[start : start + size] for start in range(0, len(raw), size)]


def is_blank(png: bytes) -> bool:
    return len(set(rows_of(png)[1])) < 50


def test_all_pages_are_there():
    assert len(PAGES) > 60 and {*SHOWN, "zh/index.html", "docs/formats/aistudio.html", "zh/404.html"} - {*PAGES} == {
        "zh/404.html"
    }


@pytest.mark.parametrize("page", [page for name in SHOWN for page in (name, f"zh/{name}")])
def test_a_page_renders(site, fresh, page):
    fresh.open(site + page)
    check(fresh, site)
    chinese = fresh.evaluate(r"(document.querySelector('article').innerText.match(/[\u4e00-\u9fff]/g) || []).length")
    assert fresh.evaluate("document.documentElement.lang") == ("zh" if page.startswith("zh/") else "en")
    assert chinese > 10 if page.startswith("zh/") else chinese < 10
    pictures = fresh.evaluate("[...document.querySelectorAll('article img')].map(one => one.getBoundingClientRect().width)")
    assert len(pictures) == PICTURES.get(page.removeprefix("zh/"), 0) and all(width > 500 for width in pictures)
    png = fresh.screenshot()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    (SCREENSHOTS / f"{page.removesuffix('.html').replace('/', '-')}.png").write_bytes(png)
    assert not is_blank(png)


@pytest.mark.parametrize(("name", "width", "dark"), [("dark", 1280, True), ("phone", 390, False)])
def test_other_screens(site, fresh, name, width, dark):
    fresh.open(f"{site}how.html", width=width, dark=dark)
    check(fresh, site)
    background = fresh.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") != dark
    assert fresh.evaluate("document.documentElement.scrollWidth") <= width  # nothing is cut off at the right
    (SCREENSHOTS / f"how-{name}.png").write_bytes(fresh.screenshot())


@pytest.mark.parametrize("page", PAGES)
def test_no_page_lacks_a_file_or_asks_another_host(site, fresh, page):
    fresh.open(site + page)
    check(fresh, site)


@pytest.mark.parametrize(("page", "words", "found"), [("index.html", "overwrites", "why"), ("zh/index.html", "固定", "zh/")])
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
        page.write_text(f"<!doctype html><body>{body}</body>", encoding="utf-8")
        fresh.errors.clear()
        try:
            fresh.open(f"{site}wrong.html")
            with pytest.raises(AssertionError, match=problem):
                check(fresh, site)
        finally:
            page.unlink()


def test_a_blank_page_is_noticed(fresh):
    fresh.open("about:blank")
    assert is_blank(fresh.screenshot())
