"""The explorer in a browser: python3 page_test.py PROGRAM BUILD_FOLDER.

Opens, asks nobody, and computes what the program does; fields dragged, typed into and pasted into;
clicks, fingers, files let go over the page, undo, links, export; names for screen readers; wrong
input gives one line at its field and leaves the last good picture; how long a frame takes. Needs chromium and what script/explorer builds; exits 77, skipped,
without them.
"""
import json
import os
import pathlib
import re
import statistics
import sys
import time
import xml.etree.ElementTree

BUILT = pathlib.Path(sys.argv.pop(2)).resolve() / "explorer.html"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from first_paint import BROWSER  # noqa: E402

if BROWSER is None or not BUILT.exists():
    print("page_test: expected chromium and the page that script/explorer builds, got",
          "no chromium" if BROWSER is None else "no page")
    sys.exit(77)

from browser_tab import Tab  # noqa: E402
from support import ProgramTest, main  # noqa: E402

READY = "window.explorer && window.explorer.shown.state"
BUSY = "window.explorer.busy"


class Explorer(ProgramTest):
    def open(self, *source, address="", **options):
        self.done("explore", *source, "--page", BUILT, "--out", "page")
        tab = Tab(self.folder, self.folder / "page/explorer.html", READY, BUSY, address, **options)
        self.addCleanup(tab.close)
        return tab

    def saved(self, name):
        path = self.folder / "saved" / name
        end = time.monotonic() + 20
        while not (path.exists() and path.stat().st_size):
            self.assertLess(time.monotonic(), end, f"{name} was not saved: {os.listdir(path.parent) if path.parent.exists() else None}")
            time.sleep(0.05)
        return path

    def healthy(self, tab):
        self.assertEqual(tab.do("window.errors"), [])
        self.assertEqual(tab.requests(), [])

    def test_size_and_numbers(self):
        self.assertLess(BUILT.stat().st_size, 4_000_000)
        (self.folder / "W.csv").write_text("0.5,-1.2,0.3\n-0.9,0.3,1\n0.4,-1,0.2\n")
        tab = self.open("--weights", "W.csv", "--activation", "tanh", "--step", "0.5")
        results = json.loads(self.done("equilibria", "--weights", "W.csv", "--activation", "tanh",
                                       "--step", "0.5", "--method", "atlas", "--json").stdout)
        shown = tab.do("JSON.parse(JSON.stringify(window.explorer.shown.atlas))")
        self.assertEqual(shown["counts"], results["counts"])
        for ours, theirs in zip(shown["equilibria"], results["equilibria"]):
            self.assertEqual((ours["pattern"], ours["type"]), (theirs["pattern"], theirs["type"]))
            for key in ("flow_eigenvalues", "multipliers"):
                for a, b in zip(ours[key], theirs[key]):
                    self.assertAlmostEqual(a[0], b[0], delta=1e-9 * max(1, abs(b[0])))
                    self.assertAlmostEqual(a[1], b[1], delta=1e-9 * max(1, abs(b[1])))
        text = tab.do("document.getElementById('counts').textContent")
        self.assertIn(f"Complete: {results['counts']['total']} equilibria", text)
        self.assertIn("proved", text)
        rows = tab.do("document.querySelectorAll('#equilibria tbody tr').length")
        self.assertEqual(rows, results["counts"]["total"])
        tab.rest()
        self.assertEqual(tab.do("document.querySelectorAll('#verdicts tbody tr').length"), 7)
        self.healthy(tab)

    def test_hand(self):
        tab = self.open("--system", "winner-takes-all")
        tab.rest()
        # basins of both winners, the separatrix between them
        names = tab.do("[...new Set(window.explorer.shown.basins.flatMap((b) => b.names))].sort()")
        self.assertEqual(names, ["HL", "LH"])
        # hover: eigenvalues
        chart = tab.do("""(() => { const f = window.explorer.figures.flow; const p =
            f.places.find((one) => one.equilibrium.pattern === "HL"); return [p.x, p.y]; })()""")
        _, _, left, top, *_ = tab.place("#flow")
        tab.mouse("mouseMoved", left + chart[0], top + chart[1])
        tip = tab.do("document.getElementById('tip').textContent")
        self.assertIn("HL: stable node", tip)
        self.assertIn("−1, −2", tip)
        # click: a trajectory in flow and network, which rests where the basin says
        at = tab.do("(() => { const c = window.explorer.figures.flow.chart; return [c.x(0.6), c.y(0.3)]; })()")
        tab.click(left + at[0], top + at[1])
        tab.until("window.explorer.shown.runs.length === 1")
        run = tab.do("JSON.parse(JSON.stringify(window.explorer.shown.runs[0]))")
        self.assertAlmostEqual(run["flow"]["y"][0][0], 0.6, delta=0.01)
        self.assertGreater(run["flow"]["y"][0][-1], 0.99)
        self.assertGreater(run["network"]["y"][0][-1], 0.99)
        self.assertEqual(tab.do("document.querySelectorAll('#runs li').length"), 1)
        # a field dragged sideways
        x, y, *_ = tab.place("#matrix input[data-i='0'][data-j='1']")
        tab.mouse("mouseMoved", x, y)
        tab.mouse("mousePressed", x, y, 1)
        for step in range(1, 31):
            tab.mouse("mouseMoved", x + 5 * step, y, 1)
        tab.mouse("mouseReleased", x + 150, y)
        tab.rest()
        self.assertAlmostEqual(tab.do("window.explorer.state.W[0][1]"), -0.5, delta=1e-9)
        self.assertEqual(tab.do("window.explorer.shown.system.W[0][1]"),
                         tab.do("window.explorer.state.W[0][1]"))
        # undo takes the whole drag back, then the trajectory; redo brings it again
        tab.press("#undo")
        tab.rest()
        self.assertEqual(tab.do("window.explorer.state.W[0][1]"), -2)
        tab.press("#undo")
        tab.rest()
        self.assertEqual(tab.do("window.explorer.state.starts.length"), 0)
        tab.press("#redo")
        tab.rest()
        self.assertEqual(tab.do("window.explorer.state.starts.length"), 1)
        # wheel and drag move the window, the button brings it back
        before = tab.do("document.getElementById('flow').toDataURL()")
        x, y, *_ = tab.place("#flow")
        tab.call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=-240)
        tab.rest()
        self.assertTrue(tab.do("window.explorer.state.window !== null"))
        self.assertNotEqual(tab.do("document.getElementById('flow').toDataURL()"), before)
        tab.press("#whole")
        tab.rest()
        self.assertEqual(tab.do("document.getElementById('flow').toDataURL()"), before)
        # keys: crosshair and Enter
        tab.do("document.getElementById('flow').focus()")
        for name in ("ArrowRight", "ArrowUp", "Enter"):
            tab.key(name)
        tab.rest()
        self.assertEqual(tab.do("window.explorer.state.starts.length"), 2)
        self.healthy(tab)

    def test_link_is_a_figure(self):
        tab = self.open("--system", "heteroclinic-cycle")
        tab.choose("#view-kind", "plane")
        tab.choose("#held", "LLH")
        tab.type("#start", "0.2, 0.3, 1")
        tab.press("#run-start")
        tab.rest()
        time.sleep(0.3)
        address = tab.do("window.location.hash")
        picture = tab.do("document.getElementById('flow').toDataURL()")
        command = tab.do("document.getElementById('command').textContent")
        tab.close()
        self._cleanups.pop()
        other = self.open("--system", "one-unit", address=address)
        other.rest()
        self.assertEqual(other.do("document.getElementById('flow').toDataURL()"), picture)
        # the command that it names gives the same equilibria and separatrices on the plane
        line = command.splitlines()[0]
        self.assertTrue(line.startswith("resdyn portrait --system heteroclinic-cycle"), line)
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line)][1:]
        portrait = json.loads(self.done(*words, "--json", "--no-figures").stdout)["portrait"]
        plane = other.do("JSON.parse(JSON.stringify(window.explorer.shown.plane))")
        self.assertEqual([e["pattern"] for e in plane["equilibria"]],
                         [e["pattern"] for e in portrait["equilibria"]])
        self.assertEqual([(c["kind"], c["from"], c["end"]) for c in plane["curves"]],
                         [(c["kind"], c["from"], c["end"]) for c in portrait["curves"]])
        self.healthy(other)

    def test_paste_and_wrong_input(self):
        tab = self.open("--system", "winner-takes-all")
        tab.rest()
        tab.type("#paste", "array([[ 0.5, -1.2],\n       [-0.9,  0.3]])")
        tab.press("#take")
        tab.rest()
        self.assertEqual(tab.do("window.explorer.state.W"), [[0.5, -1.2], [-0.9, 0.3]])
        self.assertEqual(tab.do("window.explorer.shown.system.W"), [[0.5, -1.2], [-0.9, 0.3]])
        tab.choose("#path-name", "self-coupling")
        tab.rest()
        good = tab.do("document.getElementById('flow').toDataURL()")
        state = tab.do("JSON.stringify(window.explorer.state)")
        wrong = [("#matrix input[data-i='1'][data-j='0']", "abc", "matrix", "W row 1, column 0: expected a number, got “abc”"),
                 ("#matrix input[data-i='0'][data-j='0']", "1e999", "matrix", "expected a number"),
                 ("#matrix input[data-i='0'][data-j='1']", "", "matrix", "expected a number"),
                 ("#step", "-1", "step", "expected a step h > 0, got -1"),
                 ("#step", "fast", "step", "expected a step h > 0"),
                 ("#bias", "1", "bias", "expected 2 numbers (one a unit), got 1"),
                 ("#t-end", "-3", "start", "until t: expected a time"),
                 ("#layers", "2.5", "start", "layers: expected a whole number"),
                 ("#path-from", "9", "path", "from: expected from < to, got 9 to 2"),
                 ("#path-to", "x", "path", "expected a number"),
                 ("#alpha", "77", "path", "α: expected a number from -2 to 2, got 77")]
        for selector, text, field, says in wrong:
            tab.type(selector, text)
            error = tab.do(f"document.getElementById('{field}-error').textContent")
            self.assertIn(says, error, selector)
            self.assertNotIn("\n", error)
            self.assertEqual(tab.do(f"document.querySelector({json.dumps(selector)}).getAttribute('aria-invalid')"), "true")
        for selector, text, button, field, says in (
                ("#paste", "1,2\n3", "#take", "paste", "row 1: expected 2 numbers, got 1"),
                ("#paste", "1,2,3\n4,5,6", "#take", "paste", "expected a square matrix, got 2×3"),
                ("#start", "0.2, 7", "#run-start", "start", "expected residuals from 0 to 1"),
                ("#input", "1 2 3", "#run-input", "input", "expected 2 numbers (one an input), got 3")):
            tab.type(selector, text)
            tab.press(button)
            self.assertIn(says, tab.do(f"document.getElementById('{field}-error').textContent"))
        tab.rest()
        self.assertEqual(tab.do("JSON.stringify(window.explorer.state)"), state)
        self.assertEqual(tab.do("document.getElementById('flow').toDataURL()"), good)
        # put right, the field is quiet again
        tab.type("#step", "0.5")
        self.assertEqual(tab.do("document.getElementById('step-error').textContent"), "")
        tab.rest()
        self.assertEqual(tab.do("window.explorer.shown.system.step"), 0.5)
        self.healthy(tab)

    def test_path(self):
        tab = self.open("--system", "winner-takes-all")
        tab.choose("#path-name", "self-coupling")
        tab.rest()
        tab.until("window.explorer.shown.diagram")
        results = json.loads(self.done("bifurcations", "--system", "winner-takes-all", "--path",
                                       "self-coupling", "--json", "--no-figures").stdout)
        diagram = results.get("diagram", results)
        events = tab.do("JSON.parse(JSON.stringify(window.explorer.shown.diagram.events))")
        self.assertEqual([(e["label"], e["exact"], e["pattern"]) for e in events],
                         [(e["label"], e["exact"], e["pattern"]) for e in diagram["events"]])
        # one steps from event to event, and the picture stands exactly there
        tab.type("#alpha", "-1.9")
        tab.rest()
        after = sorted({e["alpha"] for e in events if e["alpha"] > -1.9})
        for alpha in after[:2]:
            tab.press("#event-after")
            tab.rest()
            self.assertEqual(tab.do("window.explorer.state.path.alpha"), alpha)
            self.assertEqual(tab.do("window.explorer.shown.system.path.alpha"), alpha)
        self.assertIn("at ", tab.do("document.getElementById('here').textContent"))
        self.assertEqual(tab.do("document.querySelectorAll('#marks i').length"), len(events))
        tab.press("[data-save=diagram-csv]")
        rows = self.saved("winner-takes-all-path.csv").read_text().splitlines()
        self.assertEqual(rows[0], "branch,pattern,label,alpha,unstable,outside,y_0,y_1")
        self.healthy(tab)

    def test_export(self):
        tab = self.open("--system", "conservative-pair")
        tab.type("#start", "0.3, 0.2")
        tab.press("#run-start")
        tab.rest()
        for kind in ("svg", "png", "csv", "atlas"):
            tab.press(f"[data-save={kind}]")
        svg = self.saved("conservative-pair.svg")
        root = xml.etree.ElementTree.parse(svg).getroot()
        self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
        self.assertGreater(len(list(root.iter("{http://www.w3.org/2000/svg}path"))), 20)
        self.assertEqual(self.saved("conservative-pair.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        lines = [line.split(",") for line in
                 self.saved("conservative-pair.csv").read_text().splitlines()]
        self.assertEqual(lines[0], ["what", "number", "name", "t", "y_0", "y_1"])
        flow = [[float(v) for v in line[3:]] for line in lines if line[0] == "flow"]
        self.assertEqual(len(flow), 401)
        self.done("trajectory", "--system", "conservative-pair", "--y0", "0.3,0.2", "--times", "401",
                  "--out", "t", "--no-figures")
        theirs = [line.split(",") for line in
                  (self.folder / "t/trajectory.csv").read_text().splitlines()]
        column = [theirs[0].index(name) for name in ("t", "y_0", "y_1")]
        for ours, row in zip(flow, theirs[1:]):
            for a, k in zip(ours, column):
                self.assertAlmostEqual(a, float(row[k]), delta=1e-6)
        atlas = self.saved("conservative-pair-equilibria.csv").read_text().splitlines()
        self.assertEqual(len(atlas) - 1, tab.do("window.explorer.shown.atlas.equilibria.length"))
        self.healthy(tab)

    def test_frames(self):
        # Software rendering on whatever else the machine does: the median is what is asked for.
        tab = self.open("--system", "winner-takes-all")
        tab.rest()
        x, y, *_ = tab.place("#matrix input[data-i='0'][data-j='1']")
        tab.mouse("mouseMoved", x, y)
        tab.mouse("mousePressed", x, y, 1)
        tab.mouse("mouseMoved", x + 6, y, 1)
        tab.do("window.explorer.frames.length = 0")
        for step in range(1, 121):
            tab.mouse("mouseMoved", x + 6 + step, y, 1)
        tab.mouse("mouseReleased", x + 126, y)
        tab.rest()
        frames = tab.do("JSON.parse(JSON.stringify(window.explorer.frames))")
        self.assertGreater(len(frames), 20)
        drawn = statistics.median(frame["drawn"] for frame in frames)
        latency = statistics.median(frame["latency"] for frame in frames)
        print(f"dragging w at N = 2: {len(frames)} frames, median {drawn:.1f} ms of the page's own "
              f"work, {latency:.1f} ms from the change to the picture")
        self.assertLess(drawn, 16)
        times = tab.do("""(async () => { const times = []; const W = Array.from({length: 8}, (_, i) =>
            Array.from({length: 8}, (_, j) => 2 * Math.sin((1 + 7 * i + 3.3 * j) ** 2)));
            for (let k = 0; k < 3; ++k) { const t = performance.now();
              await window.explorer.ask("equilibria", {W, activation: "tanh", step: 0.5});
              times.push(performance.now() - t); } return times; })()""")
        print("atlas of N = 8 in the browser:", ", ".join(f"{t:.0f}" for t in times), "ms")
        self.healthy(tab)

    def test_narrow_dark_and_cube(self):
        for name, options in (("narrow", {"width": 360, "height": 800, "mobile": True}),
                              ("dark", {"dark": True}), ("light", {})):
            tab = self.open("--system", "heteroclinic-cycle", **options)
            tab.rest()
            self.assertEqual(tab.do("window.explorer.state.view"), "cube")
            self.assertLessEqual(tab.do("document.documentElement.scrollWidth"),
                                 tab.do("document.documentElement.clientWidth"), name)
            # every control has a name for a screen reader
            self.assertEqual(tab.do("""[...document.querySelectorAll("input, select, textarea, button, canvas")]
                .filter((n) => n.offsetParent !== null)
                .filter((n) => !(n.getAttribute("aria-label") || n.textContent.trim() || (n.labels && n.labels.length)))
                .map((n) => n.id || n.outerHTML.slice(0, 60))"""), [])
            paper = tab.do("getComputedStyle(document.body).backgroundColor")
            self.assertEqual(paper, "rgb(23, 27, 31)" if name == "dark" else "rgb(255, 255, 255)")
            turned = tab.do("document.getElementById('flow').toDataURL()")
            tab.do("document.getElementById('flow').focus()")
            tab.key("ArrowRight")
            self.assertNotEqual(tab.do("document.getElementById('flow').toDataURL()"), turned)
            if "EXPLORER_SHOTS" in os.environ:
                tab.shot(pathlib.Path(os.environ["EXPLORER_SHOTS"]) / f"{name}.png")
            self.healthy(tab)
            tab.close()
            self._cleanups.pop()

    def test_files_let_go_over_the_page(self):
        tab = self.open("--system", "winner-takes-all")
        tab.rest()
        x, y, *_ = tab.place("#flow")
        (self.folder / "coupled.csv").write_text("0.5,-1.25\n-0.75,0.25\n")
        tab.drop(x, y, self.folder / "coupled.csv")
        tab.until("window.explorer.state.name === 'coupled.csv'")
        tab.rest()
        self.assertEqual(tab.do("window.explorer.shown.system.W"), [[0.5, -1.25], [-0.75, 0.25]])
        self.assertEqual(tab.do("document.querySelector('#matrix input').value"), "0.5")
        self.assertFalse(tab.do("document.body.classList.contains('dropping')"))
        # a network of two matrices, with its activation, step and bias
        self.write_model("m.safetensors", {"step": "0.25", "activation": "tanh"}, drop=("W",),
                         A=[[1.0, 0.5], [0.0, 2.0]], B=[[1.0, -1.0], [0.5, 1.0]], b=[0.5, -0.25])
        tab.drop(x, y, self.folder / "m.safetensors")
        tab.until("window.explorer.state.name === 'm.safetensors'")
        tab.rest()
        shown = tab.do("JSON.parse(JSON.stringify(window.explorer.shown.system))")
        self.assertEqual((shown["activation"], shown["step"], shown["b"]),
                         ("tanh", 0.25, [0.5, -0.25]))
        self.assertEqual((shown["A"], shown["B"]), ([[1, 0.5], [0, 2]], [[1, -1], [0.5, 1]]))
        results = json.loads(self.done("equilibria", "m.safetensors", "--method", "atlas",
                                       "--json").stdout)
        self.assertEqual(tab.do("window.explorer.shown.atlas.counts.total"),
                         results["counts"]["total"])
        # undo goes back to the network before
        tab.press("#undo")
        tab.rest()
        self.assertEqual(tab.do("window.explorer.state.W"), [[0.5, -1.25], [-0.75, 0.25]])
        # what is no network: one line with the file's name, and the last good picture
        good = tab.do("document.getElementById('flow').toDataURL()")
        x, y, *_ = tab.place("#flow")
        for name, content, says in (("odd.csv", b"1,2\n3\n", "row 1: expected 2 numbers, got 1"),
                                    ("wide.csv", b"1,2,3\n4,5,6\n", "expected a square matrix, got 2×3"),
                                    ("cut.safetensors", (self.folder / "m.safetensors").read_bytes()[:60],
                                     "expected"),
                                    ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\0", "expected")):
            (self.folder / name).write_bytes(content)
            tab.drop(x, y, self.folder / name)
            tab.until(f"document.getElementById('paste-error').textContent.startsWith('{name}: ')")
            error = tab.do("document.getElementById('paste-error').textContent")
            self.assertIn(says, error)
            self.assertNotIn("\n", error)
        tab.rest()
        self.assertEqual(tab.do("window.explorer.state.W"), [[0.5, -1.25], [-0.75, 0.25]])
        self.assertEqual(tab.do("document.getElementById('flow').toDataURL()"), good)
        self.healthy(tab)

    def test_fingers(self):
        tab = self.open("--system", "winner-takes-all", width=360, height=800, mobile=True)
        tab.rest()
        state = lambda member: tab.do(f"JSON.parse(JSON.stringify(window.explorer.state.{member}))")
        _, _, left, top, *_ = tab.place("#flow")
        at = lambda x, y: tab.do(f"(() => {{ const c = window.explorer.figures.flow.chart; "
                                 f"return [{left} + c.x({x}), {top} + c.y({y})]; }})()")
        # a tap starts a trajectory, on an equilibrium it tells its eigenvalues
        tab.tap(*at(0.6, 0.3))
        tab.until("window.explorer.shown.runs.length === 1")
        self.assertAlmostEqual(tab.do("window.explorer.shown.runs[0].flow.y[0][0]"), 0.6, delta=0.01)
        tab.rest()
        _, _, left, top, *_ = tab.place("#flow")
        tab.tap(*at(1, 0))
        tip = tab.do("document.getElementById('tip').textContent")
        self.assertIn("HL: stable node", tip)
        self.assertFalse(tab.do("document.getElementById('tip').hidden"))
        self.assertLessEqual(tab.do("document.getElementById('tip').getBoundingClientRect().right"), 360)
        self.assertEqual(len(state("starts")), 1)
        # two fingers apart: half the window, about the middle between them
        x, y = at(0.5, 0.5)
        tab.touch("touchStart", (x - 40, y), (x + 40, y))
        for away in (50, 60, 70, 80):
            tab.touch("touchMove", (x - away, y), (x + away, y))
        tab.touch("touchEnd")
        tab.rest()
        x0, x1, y0, y1 = state("window")
        self.assertAlmostEqual(x1 - x0, 0.5, delta=0.03)
        self.assertAlmostEqual((x0 + x1) / 2, 0.5, delta=0.02)
        self.assertAlmostEqual((y0 + y1) / 2, 0.5, delta=0.02)
        self.assertEqual(len(state("starts")), 1)
        # one finger sideways moves it
        tab.touch("touchStart", (x, y))
        for away in (20, 40, 60):
            tab.touch("touchMove", (x - away, y))
        tab.touch("touchEnd")
        tab.rest()
        moved = state("window")
        self.assertGreater(moved[0], x0 + 0.05)
        self.assertAlmostEqual(moved[1] - moved[0], x1 - x0, delta=1e-6)
        self.assertEqual(len(state("starts")), 1)
        # upwards it scrolls the page, as everywhere
        before = tab.do("window.scrollY")
        tab.touch("touchStart", (x, y))
        for away in range(20, 161, 20):
            tab.touch("touchMove", (x, y - away))
        tab.touch("touchEnd")
        tab.rest()
        self.assertGreater(tab.do("window.scrollY"), before + 60)
        self.assertEqual(state("window"), moved)
        self.assertEqual(len(state("starts")), 1)
        # a weight dragged sideways
        x, y, *_ = tab.place("#matrix input[data-i='0'][data-j='1']")
        tab.touch("touchStart", (x, y))
        for away in range(5, 105, 5):
            tab.touch("touchMove", (x + away, y))
        tab.touch("touchEnd")
        tab.rest()
        self.assertAlmostEqual(state("W[0][1]"), -1, delta=0.011)
        self.assertEqual(tab.do("window.explorer.shown.system.W[0][1]"), state("W[0][1]"))
        self.healthy(tab)

    def test_screen_reader(self):
        tab = self.open("--system", "heteroclinic-cycle")
        tab.choose("#path-name", "coupling")
        tab.choose("#view-kind", "plane")
        tab.do("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        tab.rest()
        nodes = tab.accessible()
        worked = ("application", "button", "checkbox", "combobox", "image", "region", "slider",
                  "spinbutton", "table", "textbox", "DisclosureTriangle")
        named = {(n["role"], n["name"]) for n in nodes if n["role"] in worked}
        self.assertEqual([n for n in nodes if n["role"] in worked and not n["name"].strip()], [])
        self.assertEqual([n for n in nodes if n.get("focusable") and not n["name"].strip()], [])
        for wanted in (("slider", "step h"), ("textbox", "w 0 2: how residual 2 acts on residual 0"),
                       ("combobox", "others at"), ("combobox", "i"), ("textbox", "x₀"),
                       ("button", "one unit fewer"), ("button", "next event"),
                       ("table", "equilibria"), ("table", "weights W"), ("region", "Structure"),
                       ("table", "events along the path"), ("checkbox", "nullclines")):
            self.assertIn(wanted, named)
        # the pictures say what is in them, and which keys they take
        total = tab.do("window.explorer.shown.atlas.counts.total")
        pictures = [n["name"] for n in nodes if n["role"] == "application"]
        self.assertEqual(len(pictures), 2)
        for name, clock in zip(pictures, ("flow", "layer map")):
            self.assertRegex(name, f"^Plane of .*, {clock}: {total} equilibria, 0 stable, 0 traj")
        self.assertIn("arrow keys and Enter", tab.do(
            "document.getElementById(document.getElementById('flow').getAttribute('aria-describedby')).textContent"))
        # what changes by itself is told: the count politely, what is wrong at once
        told = {n["name"] or n["role"]: n.get("live") for n in nodes if n.get("live")}
        self.assertIn("polite", told.values())
        self.assertEqual(tab.do("document.getElementById('counts').getAttribute('aria-live')"), "polite")
        tab.type("#step", "fast")
        alerts = [n for n in tab.accessible() if n["role"] == "alert"]
        self.assertTrue(alerts and all(n["live"] == "assertive" for n in alerts))
        field = [n for n in tab.accessible() if n["role"] == "textbox" and n["name"] == "step h"]
        self.assertEqual([n.get("invalid") for n in field], ["true"])
        # the slider says the parameter and the event that it stands at
        tab.type("#step", "1")
        tab.rest()
        tab.press("#event-after")
        tab.rest()
        self.assertRegex(tab.do("document.getElementById('alpha-slider').getAttribute('aria-valuetext')"),
                         r"^[−\d.]+ at \w+")
        self.healthy(tab)

    def test_model_and_data(self):
        self.write_model("m.safetensors", {"step": "0.5"}, W=[[1.0, -1.6], [-1.9, 0.7]],
                         V=[[0.4, -0.1], [-0.2, 0.3]])
        tab = self.open("m.safetensors", "--data", "rings", "--samples", "6")
        self.assertEqual(tab.do("window.explorer.state.starts.length"), 6)
        self.assertEqual(tab.do("window.explorer.shown.runs.length"), 6)
        self.assertEqual(tab.do("window.explorer.shown.system.step"), 0.5)
        self.healthy(tab)

    def test_without_a_page(self):
        self.refused(2, "explore", "--page", "nowhere.html", says=["nowhere.html", "script/explorer"])


if __name__ == "__main__":
    main()
