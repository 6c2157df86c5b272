#!/usr/bin/env python3
"""Time from the start of navigation to the first contentful paint of pages in headless Chromium.

    python3 tests/cli/first_paint.py report.html [--runs 5]

Prints the size, every time, and the median. Each run is a browser of its own with an empty profile,
so that nothing is cached; the time is the page's own performance entry `first-contentful-paint`,
which does not count the start of the browser. Needs chromium (script/bootstrap --browser).
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

BROWSER = next((found for found in map(shutil.which, ("chromium", "chromium-browser",
                                                      "google-chrome")) if found), None)
PAINTED = """new Promise((done) => new PerformanceObserver((list) => {
  const entry = list.getEntriesByName("first-contentful-paint")[0];
  if (entry) { done(entry.startTime); }
}).observe({type: "paint", buffered: true}))"""


class DevTools:
    """A headless browser spoken to through its pipe: messages of JSON that end with a zero byte."""

    def __init__(self, profile):
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()

        def place():  # the browser reads from 3 and writes to 4
            os.dup2(os.dup(to_browser), 30)
            os.dup2(os.dup(from_browser), 31)
            os.dup2(30, 3)
            os.dup2(31, 4)

        self.process = subprocess.Popen(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
            preexec_fn=place)
        os.close(to_browser)
        os.close(from_browser)
        self.number = 0
        self.received = b""

    def call(self, method, session=None, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.received:
                more = os.read(self.read_end, 1 << 16)
                if not more:
                    raise RuntimeError(f"{BROWSER}: expected an answer to {method}, got none")
                self.received += more
            text, self.received = self.received.split(b"\0", 1)
            answer = json.loads(text)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def close(self):
        self.call("Browser.close")
        self.process.wait(timeout=60)
        os.close(self.write_end)
        os.close(self.read_end)


def first_paint(page):
    """Milliseconds from navigation to the first contentful paint of the file `page`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = DevTools(profile)
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.call("Page.navigate", session, url=pathlib.Path(page).resolve().as_uri())
        answer = browser.call("Runtime.evaluate", session, expression=PAINTED, awaitPromise=True)
        browser.close()
    return answer["result"]["value"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", metavar="PAGE")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if BROWSER is None:
        sys.exit("first_paint: expected chromium on PATH, got none; script/bootstrap --browser")
    for page in options.pages:
        times = [first_paint(page) for _ in range(options.runs)]
        print(f"{page}: {os.path.getsize(page) / 1e6:.2f} MB, first contentful paint "
              f"{statistics.median(times):.0f} ms (median of "
              f"{', '.join(f'{t:.0f}' for t in times)})")


if __name__ == "__main__":
    main()
