"""A headless Chromium, driven over its debugging pipe (the DevTools protocol), which needs no package."""

import base64
import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any

TIME_LIMIT = 60  # seconds for one answer; a slow machine needs a few


class Browser:
    """`requests` has the address of each request that a page has sent."""

    def __init__(self, profile: Path):
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        words = [
            *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
            *("--hide-scrollbars", "--disable-background-networking", "--disable-component-update"),
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            *(f"--user-data-dir={profile}", "--remote-debugging-pipe"),
        ]
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{commands} 4>&{answers}', "bash", *words],
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        self.number, self.unread, self.events, self.requests, self.errors = 0, b"", [], [], []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")
        self.call("Page.bringToFront")  # a page in the background is not drawn
        self.call("Network.setCacheDisabled", cacheDisabled=True)
        self.call("Page.addScriptToEvaluateOnNewDocument", source="try { localStorage.clear() } catch {}")

    def close(self) -> None:
        self.session = None
        self.call("Browser.close")
        os.close(self.commands)
        os.close(self.answers)
        self.process.wait(TIME_LIMIT)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": parameters}
        if getattr(self, "session", None):
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while (answer := self.message()).get("id") != self.number:
            pass
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def message(self) -> dict[str, Any]:
        """Returns the next answer or event; keeps events."""
        end = time.monotonic() + TIME_LIMIT
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.answers], [], [], max(0, end - time.monotonic()))
            part = os.read(self.answers, 1 << 20) if ready else b""
            assert part, "Chromium has ended, or does not answer"
            self.unread += part
        line, _, self.unread = self.unread.partition(b"\0")
        message = json.loads(line)
        if "method" in message:
            self.keep(message["method"], message["params"])
        return message

    def keep(self, event: str, parameters: dict[str, Any]) -> None:
        self.events.append(event)
        if event == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))
        elif event == "Network.responseReceived" and parameters["response"]["status"] >= 400:
            self.errors.append(f"{parameters['response']['status']}: {parameters['response']['url']}")

    def open(self, url: str, width: int = 1280, height: int = 900) -> None:
        """Loads a page as on the first visit, and waits until it and its pictures are there."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.events.clear()
        self.call("Page.navigate", url=url)
        while "Page.loadEventFired" not in self.events:
            self.message()
        self.evaluate("document.fonts.ready.then(() => true)")

    def evaluate(self, expression: str) -> Any:
        """Returns the value of an expression in the page, or of its promise."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, condition: str) -> None:
        self.evaluate(f"new Promise(done => (look = () => {condition} ? done() : setTimeout(look, 20))())")

    def screenshot(self) -> bytes:
        """Returns a PNG of the page; of a long one, of its beginning."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 2500), "scale": 1}
        shot = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])
