"""The report in a browser: opens, no error, no request, and what it promises is held against the
program's own numbers. Needs chromium (script/bootstrap --browser); exits 77, skipped, without it.

A copy of the report gets a script that does what a reader would (pointer events, clicks) and leaves
what it saw in the page; Chromium prints the page after that.
"""
import base64
import csv
import html
import json
import math
import os
import re
import struct
import subprocess
import sys
import urllib.parse

from first_paint import BROWSER, first_paint

if BROWSER is None:
    print("page_test: expected chromium on PATH, got none; script/bootstrap --browser installs it")
    sys.exit(77)

from support import ProgramTest, main  # noqa: E402

WATCH = """<script>
window.seen = {errors: [], requests: []};
window.addEventListener("error", (e) => seen.errors.push(String(e.message)));
for (const name of ["error", "warn"]) {
  const plain = console[name];
  console[name] = (...words) => { seen.errors.push(words.join(" ")); plain(...words); };
}
</script>"""

READER = """<script>
(function () {
  const canvas = document.querySelector(".live canvas");
  const at = (type, x, y, more) => {
    const box = canvas.getBoundingClientRect();
    const event = {clientX: box.left + x, clientY: box.top + y, bubbles: true, pointerId: 1, ...more};
    canvas.dispatchEvent(type === "wheel" ? new WheelEvent(type, event) : new PointerEvent(type, event));
  };
  const side = canvas.clientWidth;
  const data = JSON.parse(document.getElementById("portrait-data").textContent);
  const w = data.window;
  const half = 0.545 * Math.max(w[1] - w[0], w[3] - w[2]);
  const pixel = (p) => [side / 2 + (p[0] - (w[0] + w[1]) / 2) / half * side / 2,
                        side / 2 - (p[1] - (w[2] + w[3]) / 2) / half * side / 2];
  // hover every equilibrium
  const tip = document.querySelector(".tip");
  seen.hovered = data.equilibria.map((e) => {
    at("pointermove", ...pixel(e.at));
    return [e.pattern, tip.hidden, tip.querySelector(".flow").textContent,
            tip.querySelector(".map").textContent];
  });
  at("pointermove", ...pixel([0.43, 0.61]));
  seen.hidden_between = tip.hidden;
  // click inside the square
  at("pointerdown", ...pixel([0.37, 0.52]));
  at("pointerup", ...pixel([0.37, 0.52]));
  seen.clicked = document.querySelector(".starts a").href;
  // zoom, drag and go back
  const picture = () => canvas.toDataURL();
  const first = picture();
  at("wheel", side / 3, side / 3, {deltaY: -300, cancelable: true});
  const zoomed = picture();
  at("pointerdown", 100, 100);
  at("pointermove", 180, 140);
  at("pointerup", 180, 140);
  const moved = picture();
  document.querySelector("[data-do=reset]").click();
  seen.zooms = first !== zoomed && zoomed !== moved && picture() === first;
  seen.starts_after_drag = document.querySelectorAll(".starts li").length;
  // sort every column of every table, both ways
  seen.columns = [];
  for (const table of document.querySelectorAll("main table")) {
    for (const head of table.tHead.rows[0].cells) {
      for (const way of ["ascending", "descending"]) {
        head.querySelector("button").click();
        seen.columns.push({way: way, says: head.getAttribute("aria-sort"), name: head.textContent,
          cells: Array.from(table.tBodies[0].rows, (row) => row.cells[head.cellIndex].textContent.trim())});
      }
    }
  }
  // numbers of every figure, carried in the page
  seen.carried = Array.from(document.querySelectorAll("figcaption a[download]"), (a) => [a.download, a.href]);
  seen.requests = performance.getEntriesByType("resource").map((r) => r.name).filter((n) => !n.startsWith("data:"));
  seen.static_hidden = getComputedStyle(document.querySelector("#figure-portrait .card")).display === "none";
  const note = document.createElement("pre");
  note.id = "seen";
  note.textContent = JSON.stringify(seen);
  document.body.append(note);
})();
</script>"""


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

    def test_report(self):
        self.write_model("m.safetensors", {"step": "0.5"}, W=[[1.0, -1.6], [-1.9, 0.7]],
                         V=[[0.4, -0.1], [-0.2, 0.3]])
        self.done("analyze", "m.safetensors", "--data", "rings", "--samples", "200", "--out", "a")
        report = (self.folder / "a/report.html").read_text()
        results = json.loads((self.folder / "a/results.json").read_text())
        copy = report.replace("<head>", "<head>" + WATCH, 1).replace("</body>", READER + "</body>")
        (self.folder / "copy.html").write_text(copy)
        answer = self.browse("copy.html", "--dump-dom")
        found = re.search(r'<pre id="seen">(.*?)</pre>', answer.stdout, re.S)
        self.assertIsNotNone(found, answer.stderr[-2000:])
        seen = json.loads(html.unescape(found.group(1)))
        self.assertEqual(seen["errors"], [])
        self.assertEqual(seen["requests"], [])
        self.assertTrue(seen["static_hidden"])

        # eigenvalues under the pointer are those of results.json, to the last digit
        expected = {e["pattern"]: e for e in results["equilibria"]["equilibria"]}
        self.assertEqual({h[0] for h in seen["hovered"]}, set(expected))
        for pattern, hidden, flow, multipliers in seen["hovered"]:
            self.assertFalse(hidden)
            for text, key in ((flow, "flow_eigenvalues"), (multipliers, "multipliers")):
                numbers = [float(n.replace("−", "-")) for n in
                           re.findall(r"[-−]?\d+\.?\d*(?:e[-+]?\d+)?", text)]
                self.assertEqual(numbers, [v[0] for v in expected[pattern][key]], text)
        self.assertTrue(seen["hidden_between"])

        # the clicked trajectory is the program's
        text = urllib.parse.unquote(seen["clicked"].split(",", 1)[1])
        rows = list(csv.DictReader(text.splitlines()))
        y0 = f"{rows[0]['y_0']},{rows[0]['y_1']}"
        self.assertAlmostEqual(float(rows[0]["y_0"]), 0.37, delta=0.01)
        self.done("trajectory", "m.safetensors", "--y0", y0, "--t-end", rows[-1]["t"], "--times",
                  len(rows), "--out", "t", "--no-figures")
        with open(self.folder / "t/trajectory.csv") as file:
            ours = list(csv.DictReader(file))
        self.assertEqual(len(ours), len(rows))
        for a, b in zip(rows, ours):
            for name in ("t", "y_0", "y_1"):
                self.assertLess(abs(float(a[name]) - float(b[name])), 1e-6)
        self.assertTrue(seen["zooms"])
        self.assertEqual(seen["starts_after_drag"], 1)  # a drag starts no trajectory

        self.assertGreater(len(seen["columns"]), 40)
        for column in seen["columns"]:
            self.assertEqual(column["says"], column["way"])
            cells = [c for c in column["cells"] if c not in ("", "–")]
            numbers = [leading_number(c) for c in cells]
            if not any(map(math.isnan, numbers)):
                if column["way"] == "descending":
                    numbers.reverse()
                self.assertEqual(numbers, sorted(numbers), column["name"])

        # numbers and scripts of every figure stand in the page, byte for byte
        self.assertGreater(len(seen["carried"]), 15)
        for name, uri in seen["carried"]:
            content = base64.b64decode(uri.split(",", 1)[1])
            self.assertEqual(content, (self.folder / "a/figures" / name).read_bytes(), name)

    def test_screenshot_and_animation(self):
        self.done("portrait", "--system", "heteroclinic-cycle", "--animate", "--out", "p",
                  "--no-figures")
        page = (self.folder / "p/animation.html").read_text()
        # Frames by the clock that the budget of virtual time drives: a busy machine draws none.
        frames = ("<script>window.requestAnimationFrame = (draw) => "
                  "setTimeout(() => draw(performance.now()), 16);</script>")
        (self.folder / "copy.html").write_text(page.replace(
            "<head>", "<head>" + WATCH + frames, 1).replace(
            "</body>", "<script>const text = () => document.querySelector('output').textContent;"
            "let looks = 0; const look = setInterval(() => { if (!text() && ++looks < 70) return;"
            "clearInterval(look); const p = document.createElement('pre'); p.id = 'seen';"
            "p.textContent = JSON.stringify({errors: seen.errors, clock: text()});"
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
        self.write_model("m.safetensors", {"step": "0.5"}, W=[[1.0, -1.6], [-1.9, 0.7]])
        self.done("analyze", "m.safetensors", "--data", "rings", "--samples", "200", "--out", "a")
        report = self.folder / "a/report.html"
        time = first_paint(report)
        self.assertGreater(time, 0.0)
        print(f"report.html: {report.stat().st_size / 1e6:.2f} MB, first contentful paint "
              f"{time:.0f} ms")


if __name__ == "__main__":
    main()
