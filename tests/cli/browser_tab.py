"""A page in headless Chromium, with a hand: mouse, keys, fingers, files let go over it. Used by the
tests of pages (tests/cli/page_test.py, tests/explorer/page_test.py).
"""
import base64
import json
import time

from first_paint import DevTools

WATCH = """window.errors = [];
addEventListener("error", (e) => errors.push(String(e.message)));
addEventListener("unhandledrejection", (e) => errors.push(String(e.reason)));
for (const name of ["error", "warn"]) {
  const plain = console[name];
  console[name] = (...words) => { errors.push(words.join(" ")); plain(...words); };
}"""


class Tab:
    """A page in a browser, with the hand of a user. `ready` and `busy` are expressions of the page:
    whether it can be worked with, whether something that was asked for is not there yet."""

    def __init__(self, folder, page, ready, busy, address="", width=1200, height=1000, dark=False,
                 mobile=False):
        self.busy = busy
        self.browser = DevTools(folder / "profile")
        target = self.browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.browser.call("Target.attachToTarget", targetId=target,
                                         flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=mobile)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.browser.call("Browser.setDownloadBehavior", behavior="allow",
                          downloadPath=str(folder / "saved"))
        if mobile:
            self.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=5)
        self.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        self.call("Page.navigate", url=page.as_uri() + address)
        self.until(f"({ready}) && !({busy})")

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def do(self, expression):
        """The value of an expression in the page; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def until(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while not self.do(f"Boolean({condition})"):
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s: {condition}; "
                                     f"{self.do('JSON.stringify(window.errors)')}")
            time.sleep(0.05)

    def rest(self):
        """Until all that was asked is there, what is asked when the hand rests too."""
        self.until(f"!({self.busy})")
        time.sleep(0.4)
        self.until(f"!({self.busy})")

    def place(self, selector):
        return self.do(f"""(() => {{ const node = document.querySelector({json.dumps(selector)});
            node.scrollIntoView({{block: "center", behavior: "instant"}}); const b = node.getBoundingClientRect();
            return [b.left + b.width / 2, b.top + b.height / 2, b.left, b.top, b.width, b.height]; }})()""")

    def mouse(self, kind, x, y, buttons=0, clicks=1):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, buttons=buttons,
                  button="left" if kind != "mouseMoved" else "none", clickCount=clicks)

    def click(self, x, y):
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y, 1)
        self.mouse("mouseReleased", x, y)

    def press(self, selector):
        x, y, *_ = self.place(selector)
        self.click(x, y)

    def touch(self, kind, *points):
        """touchStart, touchMove: where fingers are now; touchEnd: no more."""
        self.call("Input.dispatchTouchEvent", type=kind,
                  touchPoints=[{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(points)])

    def tap(self, x, y):
        self.touch("touchStart", (x, y))
        self.touch("touchEnd")

    def drop(self, x, y, *files):
        """Files from outside the browser, let go over the page."""
        data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.call("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def accessible(self):
        """What a screen reader is given: {role, name, value, ignored …} of each node."""
        nodes = []
        for node in self.call("Accessibility.getFullAXTree")["nodes"]:
            if not node.get("ignored"):
                nodes.append({"role": node["role"]["value"], "name": node.get("name", {}).get("value", ""),
                              **{p["name"]: p["value"].get("value") for p in node.get("properties", [])}})
        return nodes

    def requests(self):
        """What the page has asked the world for."""
        return self.do("""performance.getEntriesByType("resource").map((r) => r.name)
            .filter((name) => !name.startsWith("data:") && !name.startsWith("blob:"))""")

    def key(self, name, code=None, modifiers=0):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=code or name,
                      windowsVirtualKeyCode={"Enter": 13, "z": 90}.get(name, 0), modifiers=modifiers)

    def type(self, selector, text):
        """Replaces what a field holds and leaves it."""
        self.do(f"""(() => {{ const field = document.querySelector({json.dumps(selector)});
            for (let up = field.closest("details"); up; up = null) {{ up.open = true; }}
            field.focus(); field.select(); }})()""")
        self.call("Input.insertText", text=text)
        self.do(f"document.querySelector({json.dumps(selector)}).blur()")

    def choose(self, selector, value):
        self.do(f"""(() => {{ const select = document.querySelector({json.dumps(selector)});
            select.value = {json.dumps(value)}; select.dispatchEvent(new Event("change")); }})()""")

    def shot(self, path):
        picture = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(picture["data"]))

    def close(self):
        self.browser.close()
