"""The report in a browser: opens, no error, no request, and what it promises is held against the
program's own numbers. Needs chromium (script/bootstrap --browser); exits 77, skipped, without it.

The live portrait is tested where script/explorer has built its view (build/explorer), which the
program finds beside its own folder; without it that test is skipped with a line.
"""
import base64
import csv
import html
import json
import math
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import unittest
import urllib.parse

from first_paint import BROWSER, first_paint

if BROWSER is None:
    print("page_test: expected chromium on PATH, got none; script/bootstrap --browser installs it")
    sys.exit(77)

from browser_tab import WATCH, Tab  # noqa: E402
from support import PROGRAM, ProgramTest, main  # noqa: E402

VIEW = pathlib.Path(PROGRAM).resolve().parents[1] / "explorer/portrait.html"
LOADED = "document.readyState === 'complete' && location.protocol === 'file:'"
LIVE, BUSY = "window.livePortrait", "window.livePortrait.busy"

# Sorts every column of every table, both ways, and tells what it then reads.
SORT = """(() => {
  const columns = [];
  for (const table of document.querySelectorAll("main table")) {
    for (const head of table.tHead.rows[0].cells) {
      for (const way of ["ascending", "descending"]) {
        head.querySelector("button").click();
        columns.push({way: way, says: head.getAttribute("aria-sort"), name: head.textContent,
          cells: Array.from(table.tBodies[0].rows, (row) => row.cells[head.cellIndex].textContent.trim())});
      }
    }
  }
  return columns;
})()"""
CARRIED = """Array.from(document.querySelectorAll("figcaption a[download]"), (a) => [a.download, a.href])"""


def leading_number(text):
    plain = text.replace("−", "-")
    match = re.match(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", plain)
    if plain.lstrip("-").startswith("∞"):
        return -math.inf if plain.startswith("-") else math.inf
    return float(match.group()) if match else math.nan


class Page(ProgramTest):
    def browse(self, page, *options):
        return subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--user-data-dir=" + str(self.folder / "profile"), "--virtual-time-budget=8000",
             "--host-resolver-rules=MAP * ~NOTFOUND", *options, (self.folder / page).as_uri()],
            capture_output=True, text=True, timeout=240, cwd=self.folder)

    def report(self, program=PROGRAM):
        self.write_model("m.safetensors", {"step": "0.5"}, W=[[1.0, -1.6], [-1.9, 0.7]],
                         V=[[0.4, -0.1], [-0.2, 0.3]])
        done = subprocess.run([program, "analyze", "m.safetensors", "--data", "rings", "--samples",
                               "200", "--out", "a"], cwd=self.folder, text=True, timeout=300,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.folder / "a/report.html"

    def open(self, page, ready=LOADED, busy="false", **options):
        tab = Tab(self.folder, page, ready, busy, **options)
        self.addCleanup(tab.close)
        return tab

    def healthy(self, tab):
        self.assertEqual(tab.do("window.errors"), [])
        self.assertEqual(tab.requests(), [])

    def test_report(self):
        # A program with no explorer beside it: the picture stands still and says so.
        alone = self.folder / "alone" / "resdyn"
        alone.parent.mkdir()
        shutil.copy(PROGRAM, alone)
        report = self.report(alone)
        tab = self.open(report)
        self.assertFalse(tab.do("Boolean(document.querySelector('.live'))"))
        card = "document.querySelector('#figure-portrait .card')"
        self.assertNotEqual(tab.do(f"getComputedStyle({card}).display"), "none")
        self.assertTrue(tab.do(f"Boolean({card}.querySelector('svg'))"))
        self.assertIn("script/explorer", tab.do(
            "document.querySelector('#figure-portrait .still').textContent"))
        for part in ("portrait-wasm", "portrait-data"):
            self.assertNotIn(part, report.read_text())

        columns = tab.do(SORT)
        self.assertGreater(len(columns), 40)
        for column in columns:
            self.assertEqual(column["says"], column["way"])
            cells = [c for c in column["cells"] if c not in ("", "–")]
            numbers = [leading_number(c) for c in cells]
            if not any(map(math.isnan, numbers)):
                if column["way"] == "descending":
                    numbers.reverse()
                self.assertEqual(numbers, sorted(numbers), column["name"])

        # numbers and scripts of every figure stand in the page, byte for byte
        carried = tab.do(CARRIED)
        self.assertGreater(len(carried), 15)
        for name, uri in carried:
            content = base64.b64decode(uri.split(",", 1)[1])
            self.assertEqual(content, (self.folder / "a/figures" / name).read_bytes(), name)
        self.healthy(tab)

    def live(self, **options):
        if not VIEW.exists():
            print("page_test: expected build/explorer/portrait.html (script/explorer), got none")
            raise unittest.SkipTest("no live portrait")
        report = self.report()
        return report, self.open(report, LIVE, BUSY, **options)

    def pixel(self, tab, *point):
        """A point of the plane, in px of the window."""
        _, _, left, top, *_ = tab.place(".live canvas")
        x, y = tab.do(f"(() => {{ const c = livePortrait.figure.chart; "
                      f"return [c.x({point[0]!r}), c.y({point[1]!r})]; }})()")
        return left + x, top + y

    def test_live_portrait(self):
        report, tab = self.live()
        self.assertFalse(tab.do("Boolean(document.querySelector('#figure-portrait .still'))"))
        results = json.loads((self.folder / "a/results.json").read_text())
        self.assertEqual(tab.do("getComputedStyle(document.querySelector('#figure-portrait .card')).display"),
                         "none")
        self.assertLess(VIEW.stat().st_size, 700_000)
        self.assertIn(VIEW.read_text(), report.read_text())

        # eigenvalues under the pointer are those of results.json, to the last digit
        expected = {e["pattern"]: e for e in results["equilibria"]["equilibria"]}
        places = tab.do("livePortrait.plane.equilibria.map((e) => [e.pattern, e.at])")
        self.assertEqual({pattern for pattern, _ in places}, set(expected))
        for pattern, at in places:
            tab.mouse("mouseMoved", *self.pixel(tab, *at))
            self.assertFalse(tab.do("document.querySelector('.live .tip').hidden"))
            words = tab.do("Array.from(document.querySelector('.live .tip').children, (n) => n.textContent)")
            self.assertTrue(words[0].startswith(f"{pattern}: "), words)
            for begins, key in (("flow λ = ", "flow_eigenvalues"),
                                ("network multipliers ", "multipliers")):
                text = next(line for line in words if line.startswith(begins))
                numbers = [float(n.replace("−", "-")) for n in
                           re.findall(r"[-−]?\d+\.?\d*(?:e[-+−]?\d+)?", text)]
                self.assertEqual(numbers, [v[0] for v in expected[pattern][key]], text)
        tab.mouse("mouseMoved", *self.pixel(tab, 0.43, 0.61))
        self.assertTrue(tab.do("document.querySelector('.live .tip').hidden"))

        # the clicked trajectory is the program's
        tab.click(*self.pixel(tab, 0.37, 0.52))
        tab.until("livePortrait.runs.length === 1")
        text = urllib.parse.unquote(tab.do("document.querySelector('.live .starts a').href")
                                    .split(",", 1)[1])
        rows = list(csv.DictReader(text.splitlines()))
        y0 = f"{rows[0]['y_0']},{rows[0]['y_1']}"
        self.assertAlmostEqual(float(rows[0]["y_0"]), 0.37, delta=0.01)
        self.assertAlmostEqual(float(rows[0]["y_1"]), 0.52, delta=0.01)
        self.done("trajectory", "m.safetensors", "--y0", y0, "--t-end", rows[-1]["t"], "--times",
                  len(rows), "--out", "t", "--no-figures")
        with open(self.folder / "t/trajectory.csv") as file:
            ours = list(csv.DictReader(file))
        self.assertEqual(len(ours), len(rows))
        for a, b in zip(rows, ours):
            for name in ("t", "y_0", "y_1"):
                self.assertLess(abs(float(a[name]) - float(b[name])), 1e-6)
        # and so are its layers
        self.done("trajectory", "m.safetensors", "--y0", y0, "--clock", "map", "--layers", "5",
                  "--out", "n", "--no-figures")
        with open(self.folder / "n/trajectory.csv") as file:
            layers = list(csv.DictReader(file))
        seen = tab.do("JSON.parse(JSON.stringify(livePortrait.runs[0].network.y))")
        self.assertEqual(len(seen[0]), len(layers))
        for k, row in enumerate(layers):
            for i in (0, 1):
                self.assertLess(abs(seen[i][k] - float(row[f"y_{i}"])), 1e-12)

        # zoom, drag and go back; a drag starts no trajectory
        picture = "document.querySelector('.live canvas').toDataURL()"
        tab.mouse("mouseMoved", *self.pixel(tab, 0.3, 0.7))
        first = tab.do(picture)
        x, y = self.pixel(tab, 0.3, 0.7)
        tab.call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=-300)
        tab.until("livePortrait.window !== null")
        stretched = tab.do(picture)
        self.assertNotEqual(stretched, first)
        tab.rest()
        # where one looks closer the library draws the field anew
        x0, x1, y0, y1 = tab.do("livePortrait.window")
        field = tab.do("JSON.parse(JSON.stringify(livePortrait.plane.drawn.field))")
        self.assertEqual(len(field), 21 * 21)
        self.assertLess(max(abs(a[0] - (x0 + x1) / 2) for a in field), (x1 - x0) / 2)
        self.assertLess(max(abs(a[1] - (y0 + y1) / 2) for a in field), (y1 - y0) / 2)
        W = [[1.0, -1.6], [-1.9, 0.7]]
        for s0, s1, d0, d1, speed in field[::37]:
            velocity = [s * (1 - s) * (row[0] * s0 + row[1] * s1) for s, row in zip((s0, s1), W)]
            self.assertAlmostEqual(speed, math.hypot(*velocity), delta=1e-12)
            self.assertAlmostEqual(d0 * speed, velocity[0], delta=1e-12)
            self.assertAlmostEqual(d1 * speed, velocity[1], delta=1e-12)
        zoomed = tab.do(picture)
        _, _, left, top, *_ = tab.place(".live canvas")
        tab.mouse("mouseMoved", left + 200, top + 200)
        tab.mouse("mousePressed", left + 200, top + 200, 1)
        tab.mouse("mouseMoved", left + 280, top + 240, 1)
        tab.mouse("mouseReleased", left + 280, top + 240)
        tab.rest()
        self.assertNotEqual(tab.do(picture), zoomed)
        self.assertEqual(tab.do("document.querySelectorAll('.live .starts li').length"), 1)
        tab.press("[data-do=whole]")
        tab.rest()
        self.assertEqual(tab.do(picture), first)

        # keys: the crosshair and Enter; the button takes all back
        tab.do("document.querySelector('.live canvas').focus()")
        for name in ("ArrowRight", "ArrowUp", "Enter"):
            tab.key(name)
        tab.until("livePortrait.runs.length === 2")
        self.assertAlmostEqual(tab.do("livePortrait.runs[1].flow.y[0][0]"), 0.52, delta=1e-9)
        named = [n for n in tab.accessible() if n["role"] == "application"]
        self.assertEqual([n["name"] for n in named],
                         [f"Live phase portrait: {len(expected)} equilibria, "
                          f"{tab.do('livePortrait.data.trajectories.length')} trajectories of the report, "
                          "2 of yours"])
        tab.press("[data-do=clear]")
        self.assertEqual(tab.do("document.querySelectorAll('.live .starts li').length"), 0)
        # the still picture and back
        card = "getComputedStyle(document.querySelector('#figure-portrait .card')).display"
        tab.press("[data-do=still]")
        self.assertNotEqual(tab.do(card), "none")
        self.assertEqual(tab.do("getComputedStyle(document.querySelector('.live .stage')).display"), "none")
        tab.press("[data-do=still]")
        self.assertEqual(tab.do(card), "none")
        self.healthy(tab)

    def test_live_portrait_narrow_and_dark(self):
        _, tab = self.live(width=360, height=800, mobile=True, dark=True)
        self.assertLessEqual(tab.do("document.documentElement.scrollWidth"), 360)
        tab.tap(*self.pixel(tab, 0.6, 0.3))
        tab.until("livePortrait.runs.length === 1")
        tab.tap(*self.pixel(tab, 1, 0))
        self.assertFalse(tab.do("document.querySelector('.live .tip').hidden"))
        self.assertLessEqual(tab.do("document.querySelector('.live .tip').getBoundingClientRect().right"), 360)
        # drawn for dark paper, the same one that the page has
        corner = tab.do("""Array.from(document.querySelector(".live canvas").getContext("2d")
            .getImageData(2, 2, 1, 1).data.slice(0, 3))""")
        self.assertLess(max(corner), 40)
        self.assertEqual(tab.do("getComputedStyle(document.querySelector('.live canvas')).filter"), "none")
        self.healthy(tab)

    def test_screenshot_and_animation(self):
        self.done("portrait", "--system", "heteroclinic-cycle", "--animate", "--out", "p",
                  "--no-figures")
        page = (self.folder / "p/animation.html").read_text()
        # Frames by the clock that the budget of virtual time drives: a busy machine draws none.
        frames = ("<script>window.requestAnimationFrame = (draw) => "
                  "setTimeout(() => draw(performance.now()), 16);</script>")
        (self.folder / "copy.html").write_text(page.replace(
            "<head>", f"<head><script>{WATCH}</script>" + frames, 1).replace(
            "</body>", "<script>const text = () => document.querySelector('output').textContent;"
            "let looks = 0; const look = setInterval(() => { if (!text() && ++looks < 70) return;"
            "clearInterval(look); const p = document.createElement('pre'); p.id = 'seen';"
            "p.textContent = JSON.stringify({errors: window.errors, clock: text()});"
            "document.body.append(p); }, 100);"
            "</script></body>"))
        answer = self.browse("copy.html", "--dump-dom")
        found = re.search(r'<pre id="seen">(.*?)</pre>', answer.stdout, re.S)
        self.assertIsNotNone(found, answer.stderr[-2000:])
        seen = json.loads(html.unescape(found.group(1)))
        self.assertEqual(seen["errors"], [])
        self.assertRegex(seen["clock"], r"t = \d+\.\d\d")
        shot = self.folder / "shot.png"
        self.browse("p/animation.html", f"--screenshot={shot}", "--window-size=800,900")
        picture = shot.read_bytes()
        self.assertEqual(picture[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", picture[16:24]), (800, 900))
        self.assertGreater(len(picture), 20000)  # not an empty page

    def test_first_paint(self):
        # Printed, not judged: how long it takes is the machine's affair (see first_paint.py).
        report = self.report()
        time = first_paint(report)
        self.assertGreater(time, 0.0)
        print(f"report.html: {report.stat().st_size / 1e6:.2f} MB, first contentful paint "
              f"{time:.0f} ms")


if __name__ == "__main__":
    main()
