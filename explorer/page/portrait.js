// The live portrait of a report: what the program has computed, drawn, moved and zoomed here;
// trajectories from a click, and the field where one zooms in, by the same library, which is
// unpacked when it is first asked.
import { Engine, unpacked } from "./engine.js";
import { padded, planeFigure, zoomed } from "./figures.js";
import { paint } from "./scene.js";
import { onPaper, palette } from "./palette.js";
import { listenToStage } from "./pointer.js";
import { randomStart, startOnPlane } from "./starts.js";
import { element, fillLegend, legendOf, runWords } from "./tables.js";
import { showTip } from "./tip.js";
import { short } from "./numbers.js";

const widest = 640; // px
const grid = 21;    // arrows a side
const samples = 401;
const allDigits = 17;
const waited = 120; // ms without a move before the field of what is seen is asked for

const frameOfPortrait = `
<div class="stage"><canvas tabindex="0" role="application" aria-roledescription="interactive picture" aria-describedby="portrait-keys"></canvas></div>
<div class="tip" role="status" hidden></div>
<p class="tools"><button type="button" data-do="whole">whole plane</button>
<button type="button" data-do="clear">remove my trajectories</button>
<button type="button" data-do="still">still picture</button></p>
<p class="keys" id="portrait-keys">Click, or arrow keys and Enter: a trajectory. Drag moves, wheel, two fingers or + − zoom, 0 shows all; rest on an equilibrium for its eigenvalues.</p>
<p class="error" role="alert"></p>
<p class="legend"></p>
<ul class="starts" aria-label="trajectories that you started" aria-live="polite"></ul>`;

/** What the figures take of a plane, as the explorer has it of its engine. */
function planeOf(data) {
  data.plane.drawn.grid = Math.round(Math.sqrt(data.plane.drawn.field.length));
  return data.plane;
}

class LivePortrait {
  constructor(data, figure) {
    this.data = data;
    this.plane = planeOf(data);
    this.field = { grid: this.plane.drawn.grid, field: this.plane.drawn.field };
    this.window = null; // the whole
    this.cursor = null;
    this.runs = [];     // that the reader has started
    this.waiting = 0;
    this.timer = 0;
    this.dark = window.matchMedia("(prefers-color-scheme: dark)");
    this.frame = element("div", "", { class: "live" });
    this.frame.innerHTML = frameOfPortrait;
    const card = figure.querySelector(".card");
    card.classList.add("behind");
    figure.insertBefore(this.frame, card);
    this.canvas = this.part("canvas");
    this.listen();
    this.draw();
  }

  part(selector) {
    return this.frame.querySelector(selector);
  }

  // ---- asking the library ----------------------------------------------------------------------------

  /** The answer, or null with a line that says why there is none. */
  async ask(verb, request) {
    ++this.waiting;
    try {
      this.engine = this.engine ?? unpacked(document.getElementById("portrait-wasm").textContent)
        .then((wasm) => new Engine(document.getElementById("portrait-glue").textContent, wasm));
      const answer = await (await this.engine).ask(verb, { ...this.data.system, ...request });
      this.part(".error").textContent = "";
      return answer;
    } catch (error) {
      this.part(".error").textContent = error.message;
      return null;
    } finally {
      --this.waiting;
    }
  }

  async start(start) {
    const run = start && await this.ask("trajectory", { start, samples, t_end: this.data.t_end, layers: this.data.layers });
    if (run) {
      for (const side of [run.flow, run.network]) {
        side.s = side.y; // the plane of two units is all that there is
      }
      this.runs.push(run);
      this.list(run);
      this.draw();
    }
  }

  list(run) {
    const { t, y } = run.flow;
    const lines = ["t,y_0,y_1", ...t.map((time, k) => [time, y[0][k], y[1][k]].join(","))];
    const link = element("a", "numbers", { download: `trajectory-${this.runs.length}.csv`,
      href: `data:text/csv;charset=utf-8,${encodeURIComponent(`${lines.join("\n")}\n`)}` });
    const item = element("li", runWords(run));
    item.append(link);
    this.part(".starts").append(item);
  }

  // ---- what is seen ----------------------------------------------------------------------------------

  look(window) {
    this.window = window;
    this.draw();
    clearTimeout(this.timer);
    if (window) {
      this.timer = setTimeout(() => this.askField(window), waited);
    } else {
      this.timer = 0;
      this.show(this.field);
    }
  }

  async askField(window) {
    this.timer = 0;
    const answer = await this.ask("field", { coordinate: "y", units: [0, 1], window, grid });
    if (answer && this.window === window) {
      this.show(answer);
    }
  }

  show(field) {
    Object.assign(this.plane.drawn, field);
    this.draw();
  }

  draw() {
    const isDark = this.dark.matches, colours = palette(isDark);
    const width = Math.max(240, Math.min(widest, this.frame.clientWidth)), height = width + 12; // axes of one scale
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const given = this.data.trajectories.map((run) => ({ ...run, colour: onPaper(run.colour, isDark), width: 1.4 }));
    const own = this.runs.map((run) => ({ ...run, colour: colours.ink }));
    this.figure = planeFigure({ width, height, colours, data: this.plane, clock: "flow", orbits: ["flow", "network"], runs: [...given, ...own],
      show: { field: true, nullclines: true, curves: true, basins: false }, window: padded(this.window ?? this.plane.slice.window),
      cursor: document.activeElement === this.canvas ? this.cursor : null });
    paint(this.figure.scene, this.canvas, window.devicePixelRatio || 1);
    this.canvas.setAttribute("aria-label", `Live phase portrait: ${this.plane.equilibria.length} equilibria, ` +
      `${this.data.trajectories.length} trajectories of the report, ${this.runs.length} of yours`);
    this.drawLegend(colours, isDark);
  }

  drawLegend(colours, isDark) {
    const entries = legendOf({ colours, view: "plane", show: { nullclines: true, curves: true }, plane: this.plane,
      equilibria: this.plane.equilibria, basinNames: [], curves: this.plane.drawn.curves });
    const classes = new Map(this.data.trajectories.map((run) => [run.label, run.colour]));
    [...classes].sort(([a], [b]) => a - b).forEach(([label, colour]) =>
      entries.push(["━", onPaper(colour, isDark), label === null ? "flow" : `flow, class ${label}`]));
    if (this.runs.length) {
      entries.push(["━", colours.ink, "yours"]);
    }
    entries.push(["•", colours.soft, `layers, h = ${short(this.data.system.step)}`]);
    fillLegend(this.part(".legend"), entries);
  }

  // ---- the hand --------------------------------------------------------------------------------------

  listen() {
    const { activation } = this.data.system;
    listenToStage([this.canvas], {
      figureOf: () => this.figure,
      isCube: () => false,
      hover: (place) => showTip(this.part(".tip"), this.frame, this.canvas, place, allDigits),
      click: (point) => this.start(startOnPlane(this.plane.slice, activation, point)),
      cursor: () => this.cursor,
      setCursor: (point) => { this.cursor = point; this.draw(); },
      window: () => this.window ?? this.plane.slice.window,
      pan: (window) => this.look(window),
      turned: () => null,
      zoom: (factor, point) => this.look(zoomed(this.window ?? this.plane.slice.window, factor, point) ?? this.window),
      whole: () => this.look(null),
      startRandom: () => this.start(randomStart(2, activation)),
    });
    this.canvas.addEventListener("blur", () => this.draw());
    this.frame.addEventListener("click", (event) => this.press(event.target));
    window.addEventListener("resize", () => this.draw());
    this.dark.addEventListener("change", () => this.draw());
  }

  press(button) {
    if (button.dataset.do === "whole") {
      this.look(null);
    } else if (button.dataset.do === "clear") {
      this.runs = [];
      this.part(".starts").replaceChildren();
      this.draw();
    } else if (button.dataset.do === "still") {
      const isStill = this.frame.classList.toggle("still");
      button.textContent = isStill ? "live picture" : "still picture";
      this.draw();
    }
  }

  get busy() {
    return this.waiting > 0 || this.timer !== 0;
  }
}

const data = document.getElementById("portrait-data"), figure = document.getElementById("figure-portrait");
if (data && figure) {
  window.livePortrait = new LivePortrait(JSON.parse(data.textContent), figure); // for tests and the curious
}
