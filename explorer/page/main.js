// The page: fields to state, state to the library, answers to pictures.
import { Cancelled, Engine, unpacked } from "./engine.js";
import { History, activations, addressOf, bounded, newState, product, stateFrom, systemRequest } from "./state.js";
import { atOnce, heldAt, systemKey, whenAtRest } from "./asking.js";
import { cubeFigure, diagramFigure, lineFigure, padded, planeFigure, timeFigure } from "./figures.js";
import { paint, svgText } from "./scene.js";
import { basinColours, palette } from "./palette.js";
import { countWords, element, equilibriumWords, fillEquilibria, fillEvents, fillLegend, fillVerdicts, legendOf, vectorWords } from "./tables.js";
import { diagramCsv, equilibriaCsv, planeCsv, spaceCsv } from "./csv.js";
import { commandLines, pythonLines } from "./repeat.js";
import { matrixText, squareFromText } from "./matrix_text.js";
import { isSafetensors, networkFromSafetensors } from "./safetensors.js";
import { numberFrom, short } from "./numbers.js";
import { listenToStage } from "./pointer.js";

const $ = (id) => document.getElementById(id);
const rest = 250;         // ms without a change before the slow parts begin
const mostStarts = 40;
const mostAddress = 30000; // characters that go into the address
const pathRanges = { "self-coupling": [-2, 2], symmetry: [0, 1], step: [0.01, 2] };

let systems = [];
let state = newState();
let history;
let front, back;
let shown = { atlas: null, plane: null, line: null, cube: null, runs: [], basins: null, structure: null, diagram: null };
let running = false, again = false, dragging = false;
let restTimer = 0, diagramKey = "";
let lit = null, cursor = null;
let figures = {};
const frames = []; // for who wants to know how fast it is: {drawn, latency} in ms
const dark = window.matchMedia("(prefers-color-scheme: dark)");
let shade = null; // null: as the system says

// ---- errors at their fields ------------------------------------------------------------------------

const fieldOfError = { step: "step", W: "matrix", A: "matrix", B: "matrix", b: "bias", activation: "view", start: "start",
                       path: "path", range: "path", alpha: "path", window: "view", through: "view", units: "view", t_end: "start", layers: "start" };

function say(field, text) {
  const place = $(`${field}-error`);
  place.textContent = text;
}

function clearErrors() {
  document.querySelectorAll(".error").forEach((place) => { place.textContent = ""; });
}

function flag(input, bad) {
  input.setAttribute("aria-invalid", bad ? "true" : "false");
}

/** Reads a field; what is wrong is said there, and nothing else changes. */
function taken(input, field, read) {
  try {
    const value = read(input.value);
    flag(input, false);
    say(field, "");
    return value;
  } catch (error) {
    flag(input, true);
    say(field, error.message);
    return undefined;
  }
}

// ---- state -------------------------------------------------------------------------------------------

/** Every change ends here. `gesture` joins the steps of one drag into one step back. */
function change(gesture = null) {
  fitToSize();
  const address = addressOf(state);
  history.add(address, gesture);
  showHistory(address);
  refresh();
}

function showHistory(address) {
  $("undo").disabled = history.past.length === 0;
  $("redo").disabled = history.future.length === 0;
  window.clearTimeout(showHistory.timer);
  showHistory.timer = window.setTimeout(() => {
    if (address.length <= mostAddress) {
      window.history.replaceState(null, "", `#${address}`);
    }
  }, 120);
}

/** What hangs on the number of units. */
function fitToSize() {
  const n = state.W.length;
  const views = n === 1 ? ["line"] : n === 3 ? ["plane", "cube"] : ["plane"];
  if (!views.includes(state.view)) {
    state.view = n === 3 ? "cube" : views[0];
  }
  if (n > 1 && state.plane.units.some((unit) => unit >= n)) {
    state.plane.units = [0, 1];
  }
  state.starts = state.starts.filter((start) => Object.values(start)[0].length === (start.x && state.A ? state.A.length : n));
  if (!bounded(state.activation)) {
    state.path = null;
    state.view = n === 1 ? "line" : "plane";
    state.starts = state.starts.filter((start) => !start.y);
  }
  if (state.b.length !== n) {
    state.b = state.W.map(() => 0);
  }
  state.unit = Math.min(state.unit, n - 1);
}

function goTo(address) {
  state = stateFrom(address);
  clearErrors();
  fitToSize();
  fillControls();
  showHistory(address);
  refresh();
}

function take(network) {
  const show = state.show;
  state = newState(network);
  state.show = show;
  clearErrors();
  if (network.B) {
    state.W = product(network.B, network.A);
    state.b = network.b ?? state.W.map(() => 0);
  }
  state.view = state.W.length === 3 ? "cube" : state.W.length === 1 ? "line" : "plane";
  state.window = null;
  cursor = null;
  fitToSize();
  fillControls();
  change();
}

// ---- asking ------------------------------------------------------------------------------------------

async function refresh() {
  window.clearTimeout(restTimer);
  if (back.busy && shown.restKey !== restKeyOf(state)) {
    back.cancel();
  }
  if (running) {
    again = true;
    return;
  }
  running = true;
  do {
    again = false;
    const asked = performance.now();
    const now = JSON.parse(JSON.stringify(state));
    try {
      const answers = await atOnce(front, now, dragging, shown);
      const same = systemKey(now) === shown.key && JSON.stringify(answers.request) === shown.requestKey;
      shown = { ...shown, ...answers, state: now, key: systemKey(now), requestKey: JSON.stringify(answers.request) };
      if (!same) {
        Object.assign(shown, { basins: null, cycles: null, doneKey: "" });
      }
      ["view", "path"].forEach((field) => say(field, ""));
      const drawn = performance.now();
      draw();
      frames.push({ drawn: performance.now() - drawn, latency: performance.now() - asked });
      if (frames.length > 2000) {
        frames.shift();
      }
    } catch (error) {
      if (!(error instanceof Cancelled)) {
        complain(error.message);
      }
    }
    await new Promise((done) => window.requestAnimationFrame(done));
  } while (again);
  running = false;
  fillResults();
  restTimer = window.setTimeout(slowParts, rest);
}

function complain(message) {
  const name = message.split(":")[0].trim();
  say(fieldOfError[name] ?? "view", message);
}

const restKeyOf = (one) => JSON.stringify([systemRequest(one), one.plane, one.coordinate, one.window, one.view, one.show.curves, one.show.basins, one.path]);

/** The diagram, where it is the one of the path and the network as they are now. */
const diagramNow = () => (state.path && shown.diagram && diagramKey === diagramKeyOf(state) ? shown.diagram : null);

const diagramKeyOf = (one) => (one.path ? JSON.stringify([systemRequest(one, false), { ...one.path, alpha: 0 }]) : "");

async function slowParts() {
  if (dragging || !shown.state) {
    return;
  }
  const key = restKeyOf(shown.state);
  if (back.busy) {
    if (shown.restKey === key) {
      return;
    }
    back.cancel();
  }
  if (shown.doneKey === key) {
    return;
  }
  shown.restKey = key;
  const wanted = diagramKeyOf(shown.state);
  try {
    await whenAtRest(back, shown.state, shown, (part, value) => {
      if (shown.restKey !== key) {
        return;
      }
      if (part === "band") {
        shown.basins = [...shown.basins, value];
      } else if (part === "cycles") {
        shown.cycles = value;
      } else if (part === "cube cycles") {
        shown.cube.cycles = value;
      } else {
        shown[part] = value;
      }
      if (part === "diagram") {
        diagramKey = wanted;
        fillDiagram();
      } else if (part === "structure") {
        fillVerdicts($("verdicts"), value);
      } else if (part === "basins") {
        fillLegendOfPicture();
      }
      draw();
    }, wanted, diagramKey);
    shown.doneKey = key;
    $("pictures").dataset.done = "true";
  } catch (error) {
    if (!(error instanceof Cancelled)) {
      complain(error.message);
    }
  }
}

// ---- drawing -----------------------------------------------------------------------------------------

const colours = () => palette(shade === null ? dark.matches : shade);
const basinNames = new Map();
function colourOf(name) {
  if (!basinNames.has(name)) {
    basinNames.set(name, basinColours[basinNames.size % basinColours.length]);
  }
  return basinNames.get(name);
}

function sizeOf(canvas) {
  const width = Math.max(220, canvas.parentElement.clientWidth);
  const side = Math.min(width, 560);
  canvas.style.height = `${side}px`;
  return [width, side];
}

function put(canvas, figure) {
  paint(figure.scene, canvas, window.devicePixelRatio || 1);
}

function windowShown() {
  return padded(state.window ?? shown.plane.slice.window);
}

function levelsOf(one) {
  return one.activation === "tanh" ? [-1, 1] : one.activation === "logistic" ? [0, 1] : [0, 4];
}

function buildFigures(theme) {
  const runs = shown.runs.map((run, k) => ({ ...run, colour: theme.path[k % theme.path.length] }));
  const equilibria = shown.atlas ? shown.atlas.equilibria : [];
  const of = (canvas, clock) => {
    const [width, height] = sizeOf(canvas);
    const common = { width, height, colours: theme, clock, show: state.show, runs, lit, basins: shown.basins, colourOf, equilibria };
    if (shown.plane) {
      const plane = { ...shown.plane, cycles: shown.cycles ?? undefined };
      return planeFigure({ ...common, data: plane, window: windowShown(), cursor: document.activeElement === canvas ? cursor : null });
    }
    if (shown.cube) {
      return cubeFigure({ ...common, data: shown.cube, turn: state.turn });
    }
    if (clock === "flow") {
      return lineFigure({ ...common, data: shown.line });
    }
    return timeFigure({ ...common, range: levelsOf(state), run: runs.at(-1), units: [0], step: shown.state.step });
  };
  return { flow: of($("flow"), "flow"), net: of($("net"), "network") };
}

function draw() {
  if (!shown.plane && !shown.cube && !shown.line) {
    return;
  }
  const theme = colours();
  figures = { ...figures, ...buildFigures(theme) };
  put($("flow"), figures.flow);
  put($("net"), figures.net);
  drawDiagram(theme);
}

function drawDiagram(theme) {
  const diagram = diagramNow();
  if (!diagram) {
    return;
  }
  const canvas = $("diagram");
  const width = Math.max(260, canvas.parentElement.clientWidth - 2), height = Math.min(360, Math.round(0.5 * width) + 60);
  canvas.style.height = `${height}px`;
  const onStep = state.path.name === "step";
  figures.diagram = diagramFigure({ width, height, colours: theme, diagram, range: levelsOf(state), unit: state.unit,
    alpha: state.path.alpha, name: onStep ? "step h" : "α", onStep });
  put(canvas, figures.diagram);
}

// ---- what stands beside the pictures -------------------------------------------------------------------

function fillResults() {
  if (!shown.state) {
    return;
  }
  const n = state.W.length;
  $("subject").textContent = `${state.name}: ${n} ${n === 1 ? "unit" : "units"}, ${state.activation}, h = ${short(shown.system.path && shown.system.path.name === "step" ? shown.system.path.alpha : state.step)}`;
  if (shown.atlas) {
    $("counts").textContent = countWords(shown.atlas);
    fillEquilibria($("equilibria"), shown.atlas, $("only-stable").checked, light);
  } else {
    $("counts").textContent = `${state.activation} is unbounded: equilibria are cones and are not listed here.`;
    $("equilibria").replaceChildren();
  }
  const counts = shown.atlas ? `${shown.atlas.counts.total} equilibria, ${shown.atlas.counts.stable} stable` : "unbounded activation";
  const what = { plane: `Plane of ${shown.plane ? shown.plane.slice.about : ""}`, cube: "Cube of three units", line: "Line of one unit" }[state.view];
  $("flow").setAttribute("aria-label", `${what}, flow: ${counts}, ${shown.runs.length} trajectories`);
  $("net").setAttribute("aria-label", `${what}, layer map: ${counts}, ${shown.runs.length} trajectories`);
  $("flow-caption").textContent = state.view === "line" ? "y₀′ = g(y₀) w y₀" : "y′ = g(y) ∘ (Wy)";
  $("network-caption").textContent = `u ← u + h W f(u), h = ${short(shown.state.path && shown.state.path.name === "step" ? shown.state.path.alpha : state.step)}`;
  fillLegendOfPicture();
  $("notes").replaceChildren(...(shown.plane ? shown.plane.notes : []).map((note) => element("li", note)));
  fillRuns();
  const repeated = state.W.length > 2 && state.view === "plane" && state.plane.kind === "units"
    ? { ...state, plane: { ...state.plane, at: heldAt(state, shown.atlas).pattern } } : state;
  $("command").textContent = commandLines(repeated, systems).join("\n");
  $("python").textContent = pythonLines(repeated).join("\n");
  fillHeld();
}

function fillLegendOfPicture() {
  const curves = shown.plane ? shown.plane.drawn.curves : shown.cube ? shown.cube.curves : [];
  fillLegend($("legend"), legendOf({ colours: colours(), view: state.view, show: state.show, plane: shown.plane,
    equilibria: shown.plane ? shown.plane.equilibria : shown.atlas ? shown.atlas.equilibria : [],
    basinNames: shown.basins ? [...new Set(shown.basins.flatMap((band) => band.names))] : [], colourOf, curves }));
}

function fillRuns() {
  $("runs").replaceChildren(...shown.runs.map((run, k) => {
    const item = element("li");
    const sign = element("b", "● ");
    sign.style.color = colours().path[k % colours().path.length];
    const end = (side) => {
      const where = vectorWords(side.y.map((row) => row.at(-1)));
      return side.rest ? `at rest at ${side.rest.pattern}` : side.limit ? `${where}, proved to go to ${side.limit.pattern}` : where;
    };
    const remove = element("button", "×", { type: "button", "aria-label": `remove trajectory ${k}` });
    remove.addEventListener("click", () => {
      state.starts.splice(k, 1);
      change();
    });
    item.append(sign, `from ${vectorWords(run.flow.y.map((row) => row[0]))}: flow at t = ${short(run.flow.t.at(-1))} ${end(run.flow)}; ` +
      `network after ${run.network.t.length - 1} layers ${end(run.network)} `, remove);
    return item;
  }));
}

function light(pattern) {
  lit = pattern;
  draw();
}

function fillDiagram() {
  const diagram = diagramNow();
  if (!diagram) {
    return;
  }
  fillEvents($("events"), diagram, goToAlpha);
  $("scope").textContent = `${diagram.complete ? "Complete" : "Not complete"}: ${diagram.events.length} events on ${diagram.branches.length} branches. ${diagram.scope}`;
  $("diagram").setAttribute("aria-label", `Bifurcation diagram: unit ${state.unit} along the path, ${diagram.events.length} events`);
  const marks = diagram.events.slice(0, 400).map((event) => {
    const tick = element("i");
    tick.style.left = `${100 * (event.alpha - diagram.from) / (diagram.to - diagram.from)}%`;
    return tick;
  });
  let free = -1;
  const names = [];
  for (const event of diagram.events) {
    const at = 100 * (event.alpha - diagram.from) / (diagram.to - diagram.from);
    if (at > free) {
      const name = element("span", event.label);
      name.style.left = `${at}%`;
      names.push(name);
      free = at + 5;
    }
  }
  $("marks").replaceChildren(...marks, ...names);
  placeAlpha();
}

// ---- controls ------------------------------------------------------------------------------------------

function options(select, list, value) {
  select.replaceChildren(...list.map(([key, text]) => element("option", text, { value: key })));
  select.value = value;
}

function fillControls() {
  const n = state.W.length;
  options($("system"), [...systems.map((s) => [s.name, s.name]), ...(systems.some((s) => s.name === state.name) ? [] : [[state.name, state.name]])], state.name);
  const system = systems.find((s) => s.name === state.name);
  $("about").textContent = system && matrixText(system.W) === matrixText(state.W) ? system.about : "";
  options($("activation"), activations.map((f) => [f, f]), state.activation);
  $("step").value = state.step;
  $("step-slider").value = state.step;
  $("size").textContent = n;
  $("fewer").disabled = n === 1;
  fillMatrix();
  $("bias").value = state.b.join(", ");
  const units = state.W.map((_, i) => [i, i]);
  options($("view-kind"), (n === 1 ? ["line"] : n === 3 && bounded(state.activation) ? ["plane", "cube"] : ["plane"]).map((v) => [v, v]), state.view);
  $("plane-kind").value = state.plane.kind;
  options($("unit-x"), units, state.plane.units[0]);
  options($("unit-y"), units, state.plane.units[1]);
  $("coordinate").value = bounded(state.activation) ? state.coordinate : "u";
  $("coordinate").disabled = !bounded(state.activation);
  const plane = state.view === "plane";
  const toggle = (selector, on) => document.querySelectorAll(selector).forEach((node) => { node.hidden = !on; });
  toggle(".of-plane", plane && n > 1);
  $("plane-kind").parentElement.hidden = !plane || n < 3;
  toggle(".of-units", plane && state.plane.kind === "units" && n > 2);
  toggle(".of-through", plane && state.plane.kind === "through");
  document.querySelectorAll("[data-show]").forEach((box) => {
    box.checked = state.show[box.dataset.show];
    box.parentElement.hidden = !(plane || (state.view === "cube" && box.dataset.show === "curves"));
  });
  $("keys").textContent = {
    plane: "Click, or arrow keys and Enter: a trajectory. Drag moves, wheel or + − zoom, 0 shows all; rest on an equilibrium for its eigenvalues.",
    cube: "Drag, or arrow keys: the cube turns. Enter: a random start; or type y₀. Rest on an equilibrium for its eigenvalues.",
    line: "Click: a trajectory from there. Enter: a random start. Rest on an equilibrium for its eigenvalues.",
  }[state.view];
  $("t-end").value = state.tEnd;
  $("layers").value = state.layers;
  toggle(".of-path", Boolean(state.path));
  $("path-name").value = state.path ? state.path.name : "";
  $("path-name").disabled = !bounded(state.activation);
  $("coupling").hidden = !(state.path && state.path.name === "coupling");
  options($("path-i"), units, state.path && state.path.i !== undefined ? state.path.i : 0);
  options($("path-j"), units, state.path && state.path.j !== undefined ? state.path.j : Math.min(1, n - 1));
  options($("path-unit"), units, state.unit);
  if (state.path) {
    $("path-from").value = state.path.from;
    $("path-to").value = state.path.to;
    placeAlpha();
  }
}

function fillHeld() {
  const n = state.W.length;
  if (!shown.atlas || n < 3) {
    return;
  }
  const list = shown.atlas.equilibria.slice(0, 600).map((e) => [e.pattern, `${e.pattern}${e.type.startsWith("stable") ? " (stable)" : ""}`]);
  const now = heldAt(state, shown.atlas).pattern;
  if (!list.some(([pattern]) => pattern === now)) {
    list.unshift([now, now]);
  }
  options($("held"), list, now);
  if (state.plane.kind === "through") {
    $("through").replaceChildren(...[0, 1, 2].map((k) => {
      const select = element("select", "", { "aria-label": `equilibrium ${k} of the plane` });
      options(select, list, state.plane.through[k]);
      select.addEventListener("change", () => {
        state.plane.through[k] = select.value;
        state.window = null;
        change();
      });
      return select;
    }));
  }
}

function fillMatrix() {
  const n = state.W.length;
  const place = $("matrix");
  if (n > 24) {
    place.replaceChildren(element("p", `${n}×${n}: too many fields to show; paste or drop another.`, { class: "note" }));
    return;
  }
  place.classList.toggle("many", n > 4);
  const table = element("table");
  const head = element("tr");
  head.append(element("th"), ...state.W.map((_, j) => element("th", j, { scope: "col" })));
  table.append(head);
  state.W.forEach((row, i) => {
    const line = element("tr");
    line.append(element("th", i, { scope: "row" }));
    row.forEach((value, j) => {
      const cell = element("td");
      const input = element("input", "", { inputmode: "decimal", autocomplete: "off", "aria-label": `w ${i} ${j}: how residual ${j} acts on residual ${i}`, "data-i": i, "data-j": j });
      input.value = value;
      scrub(input, () => state.W[i][j], (w, gesture) => setWeight(i, j, w, gesture), "matrix", `W row ${i}, column ${j}`);
      cell.append(input);
      line.append(cell);
    });
    table.append(line);
  });
  place.replaceChildren(table);
}

function setWeight(i, j, value, gesture) {
  if (state.B) {
    state.B = null; // an edited W is no product any more
    state.A = null;
  }
  state.W[i][j] = value;
  if (systems.some((system) => system.name === state.name)) {
    state.name = "W";
    options($("system"), [...systems.map((s) => [s.name, s.name]), ["W", "W"]], "W");
    $("about").textContent = "";
  }
  change(gesture);
}

/** A field that is typed in, dragged sideways, or moved by the arrow keys. */
function scrub(input, get, set, field, what) {
  let from = null, gesture = 0;
  const rounded = (value) => Number(value.toFixed(4));
  const move = (event) => {
    const dx = event.clientX - from.x;
    if (!from.moved && Math.abs(dx) > 3) {
      from.moved = true;
      dragging = true;
      input.blur();
    }
    if (from.moved) {
      event.preventDefault();
      const value = rounded(from.value + dx * (event.shiftKey ? 0.1 : 0.01));
      if (value !== get()) {
        input.value = value;
        flag(input, false);
        say(field, "");
        set(value, `${what} ${gesture}`);
      }
    }
  };
  // The document listens, for the pointer leaves the field; a field that is typed in is left alone.
  const end = () => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    document.body.classList.remove("scrubbing");
    if (from.moved) {
      dragging = false;
      input.blur();
      refresh();
    }
    from = null;
  };
  input.addEventListener("pointerdown", (event) => {
    if (document.activeElement !== input && from === null) {
      from = { x: event.clientX, value: get(), moved: false };
      ++gesture;
      document.body.classList.add("scrubbing");
      document.addEventListener("pointermove", move);
      document.addEventListener("pointerup", end);
      document.addEventListener("pointercancel", end);
    }
  });
  input.addEventListener("focus", () => !(from && from.moved) && input.select());
  input.addEventListener("change", () => {
    const value = taken(input, field, (text) => {
      try {
        return numberFrom(text);
      } catch (error) {
        throw new Error(`${what}: ${error.message}`);
      }
    });
    if (value !== undefined && value !== get()) {
      set(value, null);
    }
  });
  input.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (way) {
      event.preventDefault();
      const value = rounded(get() + way * (event.shiftKey ? 1 : event.altKey ? 0.01 : 0.1));
      input.value = value;
      set(value, `${what} keys`);
    }
  });
}

function setStep(value, gesture = null) {
  state.step = value;
  $("step").value = value;
  $("step-slider").value = value;
  change(gesture);
}

const stepFrom = (text) => {
  const value = numberFrom(text, "a step h > 0");
  if (!(value > 0)) {
    throw new Error(`expected a step h > 0, got ${text.trim()}`);
  }
  return value;
};

function vectorFrom(text, size, what) {
  const words = text.trim().split(/[\s,;]+/).filter(Boolean);
  if (words.length !== size) {
    throw new Error(`expected ${size} numbers (${what}), got ${words.length}`);
  }
  return words.map((word) => numberFrom(word));
}

function resize(n) {
  const W = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (state.W[i] && state.W[i][j] !== undefined ? state.W[i][j] : i === j ? 1 : 0)));
  Object.assign(state, { W, B: null, A: null, name: "W", b: W.map((_, i) => state.b[i] ?? 0), starts: [], window: null, path: null });
  state.plane = { kind: "units", units: [0, 1], at: null, through: [] };
  fitToSize();
  fillControls();
  change();
}

function addStart(start) {
  state.starts = [...state.starts, start].slice(-mostStarts);
  change();
}

// ---- the path ----------------------------------------------------------------------------------------

function setPath(name) {
  if (!name) {
    state.path = null;
  } else {
    const n = state.W.length;
    const i = 0, j = Math.min(1, n - 1);
    const [from, to] = pathRanges[name] ?? [state.W[i][j] - 2, state.W[i][j] + 2];
    const alpha = { "self-coupling": 0, symmetry: 0.5, step: state.step }[name] ?? state.W[i][j];
    state.path = { name, from, to, alpha: Math.min(to, Math.max(from, alpha)), ...(name === "coupling" ? { i, j } : {}) };
  }
  fillControls();
  change();
}

function placeAlpha() {
  const { from, to, alpha } = state.path;
  $("alpha").value = alpha;
  $("alpha-slider").value = Math.round((1000 * (alpha - from)) / (to - from));
  const here = diagramNow() ? shown.diagram.events.filter((event) => event.alpha === alpha) : [];
  $("here").textContent = here.length ? `at ${[...new Set(here.map((event) => event.label))].join(", ")}` : "";
  $("alpha-slider").setAttribute("aria-valuetext", `${short(alpha)} ${$("here").textContent}`);
}

function goToAlpha(alpha, gesture = null) {
  state.path.alpha = alpha;
  placeAlpha();
  change(gesture);
}

/** The nearest event within a hundredth of the range, else the place itself. */
function snapped(alpha) {
  const { from, to } = state.path;
  const events = diagramNow() ? shown.diagram.events.map((event) => event.alpha) : [];
  const nearest = events.reduce((best, one) => (Math.abs(one - alpha) < Math.abs(best - alpha) ? one : best), Infinity);
  return Math.abs(nearest - alpha) < 0.006 * (to - from) ? nearest : alpha;
}

function stepToEvent(way) {
  const events = diagramNow() ? shown.diagram.events.map((event) => event.alpha) : [];
  const beyond = events.filter((alpha) => way * (alpha - state.path.alpha) > 0);
  if (beyond.length) {
    goToAlpha(way > 0 ? Math.min(...beyond) : Math.max(...beyond));
  }
}

// ---- saving ------------------------------------------------------------------------------------------

function save(name, content, type) {
  const link = element("a", "", { download: name });
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 5000);
}

function pictureCsv() {
  if (shown.plane) {
    return planeCsv({ ...shown.plane, cycles: shown.cycles ?? undefined }, shown.runs, state.show);
  }
  return spaceCsv(state.W.length, shown.atlas ? shown.atlas.equilibria : [], shown.cube ? shown.cube.curves : [], shown.runs);
}

function saveAs(kind) {
  const about = `${$("subject").textContent}. ${$("counts").textContent} ${window.location.hash}`;
  const name = state.name.replace(/[^\w.-]+/g, "-");
  if (kind === "svg") {
    save(`${name}.svg`, svgText([figures.flow.scene, figures.net.scene], "Flow and network", about), "image/svg+xml");
  } else if (kind === "png") {
    const scenes = [figures.flow.scene, figures.net.scene], scale = 2;
    const sheet = document.createElement("canvas");
    const part = document.createElement("canvas");
    sheet.width = scale * (scenes[0].width + scenes[1].width);
    sheet.height = scale * Math.max(scenes[0].height, scenes[1].height);
    scenes.forEach((scene, k) => {
      paint(scene, part, scale);
      sheet.getContext("2d").drawImage(part, k * scale * scenes[0].width, 0);
    });
    sheet.toBlob((blob) => save(`${name}.png`, blob), "image/png");
  } else if (kind === "csv") {
    save(`${name}.csv`, pictureCsv(), "text/csv");
  } else if (kind === "atlas") {
    save(`${name}-equilibria.csv`, equilibriaCsv(shown.atlas ? shown.atlas.equilibria : []), "text/csv");
  } else if (figures.diagram && kind === "diagram-svg") {
    save(`${name}-path.svg`, svgText([figures.diagram.scene], "Along the path", about), "image/svg+xml");
  } else if (shown.diagram && kind === "diagram-csv") {
    save(`${name}-path.csv`, diagramCsv(shown.diagram), "text/csv");
  }
}

// ---- files -------------------------------------------------------------------------------------------

async function takeFile(file) {
  const buffer = await file.arrayBuffer();
  try {
    const network = isSafetensors(buffer) ? networkFromSafetensors(buffer) : { W: squareFromText(new TextDecoder().decode(buffer)) };
    say("paste", "");
    take({ activation: state.activation, step: state.step, ...network, name: file.name });
  } catch (error) {
    $("paste-part").open = true;
    say("paste", `${file.name}: ${error.message}`);
  }
}

// ---- wiring ------------------------------------------------------------------------------------------

function showTip(place, stage, x, y) {
  const tip = $("tip");
  tip.hidden = !place;
  if (place) {
    const words = place.equilibrium ? equilibriumWords(place.equilibrium) : [];
    tip.replaceChildren(...words.map((text, k) => element(k === 0 ? "b" : "div", text)));
    const box = $("pictures").getBoundingClientRect(), own = stage.getBoundingClientRect();
    const left = own.left - box.left + x + 14;
    tip.style.left = `${Math.max(0, Math.min(left, box.width - tip.offsetWidth - 4))}px`;
    const top = own.top - box.top + y;
    tip.style.top = `${y > own.height / 2 ? top - tip.offsetHeight - 12 : top + 14}px`;
  }
}

function startAt(point) {
  const inside = (value) => Math.min(levelsOf(state)[1], Math.max(levelsOf(state)[0], Number(value.toPrecision(12))));
  if (state.view === "line") {
    addStart({ y: [inside(point[0])] });
  }
  if (!shown.plane) {
    return;
  }
  const slice = shown.plane.slice;
  const q = slice.origin.map((value, i) => value + slice.basis[0][i] * point[0] + slice.basis[1][i] * point[1]);
  const [low, high] = levelsOf(state);
  if (slice.coordinate === "y") {
    if (q.some((value) => value < low - 1e-12 || value > high + 1e-12)) {
      return;
    }
    addStart({ y: q.map(inside) });
  } else {
    addStart({ u: q.map((value) => Number(value.toPrecision(12))) });
  }
}

function randomStart() {
  const [low, high] = levelsOf(state);
  if (bounded(state.activation)) {
    addStart({ y: state.W.map(() => Number((low + (high - low) * (0.03 + 0.94 * Math.random())).toFixed(4))) });
  } else {
    addStart({ u: state.W.map(() => Number((6 * Math.random() - 3).toFixed(4))) });
  }
}

function zoom(factor, point = null) {
  if (!shown.plane) {
    return;
  }
  const [x0, x1, y0, y1] = state.window ?? shown.plane.slice.window;
  const [cx, cy] = point ?? [(x0 + x1) / 2, (y0 + y1) / 2];
  const next = [cx + (x0 - cx) * factor, cx + (x1 - cx) * factor, cy + (y0 - cy) * factor, cy + (y1 - cy) * factor];
  if (next[1] - next[0] > 1e-6 && next[1] - next[0] < 1e4) {
    state.window = next.map((value) => Number(value.toPrecision(9)));
    change("zoom");
  }
}

function wire() {
  listenToStage([$("flow"), $("net")], {
    figureOf: (canvas) => figures[canvas.id],
    isCube: () => Boolean(shown.cube),
    hover: showTip,
    click: startAt,
    cursor: () => cursor,
    setCursor: (point) => { cursor = point; draw(); },
    window: () => (shown.plane ? state.window ?? shown.plane.slice.window : null),
    pan: (window) => { state.window = window; change("pan"); },
    turn: (turn) => { state.turn = turn; draw(); history.add(addressOf(state), "turn"); showHistory(addressOf(state)); },
    turned: () => state.turn,
    zoom, whole: () => $("whole").click(),
    startRandom: randomStart,
  });
  $("undo").addEventListener("click", () => { const address = history.undo(); address !== null && goTo(address); });
  $("redo").addEventListener("click", () => { const address = history.redo(); address !== null && goTo(address); });
  document.addEventListener("keydown", (event) => {
    const typing = ["INPUT", "TEXTAREA"].includes(event.target.tagName) && event.target.type !== "checkbox";
    if ((event.ctrlKey || event.metaKey) && !typing && (event.key === "z" || event.key === "y")) {
      event.preventDefault();
      $(event.key === "y" || event.shiftKey ? "redo" : "undo").click();
    }
  });
  $("copy-link").addEventListener("click", async () => {
    const link = `${window.location.href.split("#")[0]}#${addressOf(state)}`;
    try {
      await navigator.clipboard.writeText(link);
      $("copy-link").textContent = "copied";
    } catch {
      window.location.hash = addressOf(state);
      $("copy-link").textContent = "it is in the address bar";
    }
    window.setTimeout(() => { $("copy-link").textContent = "copy link"; }, 2000);
  });
  $("shade").addEventListener("click", () => {
    shade = !(shade === null ? dark.matches : shade);
    showShade();
  });
  dark.addEventListener("change", showShade);
  $("system").addEventListener("change", () => {
    const system = systems.find((one) => one.name === $("system").value);
    if (system) {
      take({ name: system.name, W: system.W.map((row) => [...row]), activation: system.activation, step: state.step });
    }
  });
  $("activation").addEventListener("change", () => {
    Object.assign(state, { activation: $("activation").value, starts: [], window: null });
    fitToSize();
    fillControls();
    change();
  });
  $("step").addEventListener("change", () => {
    const value = taken($("step"), "step", stepFrom);
    value !== undefined && setStep(value);
  });
  $("step-slider").addEventListener("input", () => {
    flag($("step"), false);
    say("step", "");
    setStep(Number($("step-slider").value), "step slider");
  });
  $("fewer").addEventListener("click", () => resize(state.W.length - 1));
  $("more").addEventListener("click", () => resize(state.W.length + 1));
  $("bias").addEventListener("change", () => {
    const value = taken($("bias"), "bias", (text) => vectorFrom(text, state.W.length, "one a unit"));
    if (value) {
      state.b = value;
      change();
    }
  });
  $("run-input").addEventListener("click", () => {
    const size = state.A ? state.A.length : state.W.length;
    const x = taken($("input"), "input", (text) => vectorFrom(text, size, "one an input"));
    x && addStart({ x });
  });
  $("take").addEventListener("click", () => {
    const W = taken($("paste"), "paste", squareFromText);
    W && take({ name: "W", W, activation: state.activation, step: state.step });
  });
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (event.target.id !== "paste" && /[\n;[\t]/.test(text.trim())) {
      event.preventDefault();
      $("paste").value = text;
      $("paste-part").open = true;
      $("take").click();
    }
  });
  $("file").addEventListener("change", () => $("file").files.length && takeFile($("file").files[0]));
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      document.body.classList.toggle("dropping", name === "dragenter" || name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        takeFile(event.dataTransfer.files[0]);
      }
    });
  }
  const choose = (id, set) => $(id).addEventListener("change", () => {
    set($(id).value);
    state.window = null;
    fillControls();
    change();
  });
  choose("view-kind", (value) => { state.view = value; });
  choose("plane-kind", (value) => {
    state.plane.kind = value;
    if (value === "through" && shown.atlas) {
      const far = shown.atlas.equilibria.map((e) => e.pattern);
      state.plane.through = [far[0], far[1], far[2]];
    }
  });
  const units = (axis) => (value) => {
    const other = state.plane.units[1 - axis];
    state.plane.units[axis] = Number(value);
    if (Number(value) === other) {
      state.plane.units[1 - axis] = state.W.findIndex((_, i) => i !== Number(value));
    }
  };
  choose("unit-x", units(0));
  choose("unit-y", units(1));
  choose("held", (value) => { state.plane.at = value; });
  choose("coordinate", (value) => { state.coordinate = value; });
  document.querySelectorAll("[data-show]").forEach((box) => box.addEventListener("change", () => {
    state.show[box.dataset.show] = box.checked;
    change();
  }));
  $("whole").addEventListener("click", () => {
    Object.assign(state, { window: null, turn: [28, 20] });
    change();
  });
  $("random-start").addEventListener("click", randomStart);
  $("clear").addEventListener("click", () => {
    state.starts = [];
    change();
  });
  $("run-start").addEventListener("click", () => {
    const [low, high] = levelsOf(state);
    const y = taken($("start"), "start", (text) => {
      const values = vectorFrom(text, state.W.length, "one a unit");
      if (bounded(state.activation) && values.some((value) => value < low || value > high)) {
        throw new Error(`expected residuals from ${low} to ${high}, got ${text.trim()}`);
      }
      return values;
    });
    y && addStart(bounded(state.activation) ? { y } : { u: y });
  });
  const count = (id, key, read) => $(id).addEventListener("change", () => {
    const value = taken($(id), "start", read);
    if (value !== undefined) {
      state[key] = value;
      change();
    }
  });
  count("t-end", "tEnd", (text) => {
    const value = numberFrom(text, "a time from 0.1 to 10000");
    if (value < 0.1 || value > 10000) {
      throw new Error(`until t: expected a time from 0.1 to 10000, got ${text.trim()}`);
    }
    return value;
  });
  count("layers", "layers", (text) => {
    const value = numberFrom(text, "layers from 0 to 5000");
    if (!Number.isInteger(value) || value < 0 || value > 5000) {
      throw new Error(`layers: expected a whole number from 0 to 5000, got ${text.trim()}`);
    }
    return value;
  });
  $("export").addEventListener("click", (event) => event.target.dataset.save && saveAs(event.target.dataset.save));
  $("path").addEventListener("click", (event) => event.target.dataset.save && saveAs(event.target.dataset.save));
  $("only-stable").addEventListener("change", fillResults);
  // the path
  $("path-name").addEventListener("change", () => setPath($("path-name").value));
  for (const id of ["path-i", "path-j"]) {
    $(id).addEventListener("change", () => {
      const i = Number($("path-i").value), j = Number($("path-j").value), w = state.W[i][j];
      Object.assign(state.path, { i, j, from: w - 2, to: w + 2, alpha: w });
      fillControls();
      change();
    });
  }
  for (const [id, key] of [["path-from", "from"], ["path-to", "to"]]) {
    $(id).addEventListener("change", () => {
      const value = taken($(id), "path", (text) => {
        const number = numberFrom(text);
        const [from, to] = key === "from" ? [number, state.path.to] : [state.path.from, number];
        if (!(from < to) || (state.path.name === "step" && from <= 0)) {
          throw new Error(`${key}: expected ${state.path.name === "step" ? "0 < " : ""}from < to, got ${from} to ${to}`);
        }
        return number;
      });
      if (value !== undefined) {
        state.path[key] = value;
        state.path.alpha = Math.min(state.path.to, Math.max(state.path.from, state.path.alpha));
        placeAlpha();
        change();
      }
    });
  }
  $("path-unit").addEventListener("change", () => {
    state.unit = Number($("path-unit").value);
    change();
  });
  $("alpha").addEventListener("change", () => {
    const value = taken($("alpha"), "path", (text) => {
      const number = numberFrom(text);
      if (number < state.path.from || number > state.path.to) {
        throw new Error(`α: expected a number from ${state.path.from} to ${state.path.to}, got ${text.trim()}`);
      }
      return number;
    });
    value !== undefined && goToAlpha(value);
  });
  $("alpha-slider").addEventListener("input", () => {
    const { from, to } = state.path;
    const share = Number($("alpha-slider").value) / 1000;
    dragging = true;
    goToAlpha(snapped(Number((from + share * (to - from)).toPrecision(6))), "alpha slider");
  });
  $("alpha-slider").addEventListener("change", () => {
    dragging = false;
    refresh();
  });
  $("event-before").addEventListener("click", () => stepToEvent(-1));
  $("event-after").addEventListener("click", () => stepToEvent(1));
  $("diagram").addEventListener("click", (event) => {
    if (figures.diagram) {
      const box = $("diagram").getBoundingClientRect();
      const [alpha] = figures.diagram.chart.at(event.clientX - box.left, event.clientY - box.top);
      const { from, to } = state.path;
      goToAlpha(snapped(Math.min(to, Math.max(from, Number(alpha.toPrecision(6))))));
    }
  });
  window.addEventListener("resize", draw);
  window.addEventListener("hashchange", () => {
    const address = window.location.hash.slice(1);
    if (address && address !== addressOf(state)) {
      open(address);
    }
  });
}

function open(address) {
  try {
    goTo(address);
    history.add(address);
  } catch (error) {
    say("view", `address: ${error.message}`);
  }
}

function showShade() {
  const isDark = shade === null ? dark.matches : shade;
  document.documentElement.classList.toggle("dark", isDark);
  document.documentElement.classList.toggle("light", !isDark);
  $("shade").textContent = isDark ? "light" : "dark";
  draw();
}

async function begin() {
  showShade();
  const wasm = await unpacked($("wasm").textContent);
  front = new Engine($("glue").textContent, wasm);
  back = new Engine($("glue").textContent, wasm);
  systems = await front.ask("systems", {});
  const text = $("given").textContent.trim();
  const given = text.startsWith("{") ? JSON.parse(text) : null; // else as it was built, without one
  const first = given ?? systems.find((system) => system.name === "winner-takes-all");
  state = newState({ ...first, W: (first.W ?? product(first.B, first.A)).map((row) => [...row]) });
  state.view = state.W.length === 3 ? "cube" : state.W.length === 1 ? "line" : "plane";
  if (given && given.t_end) {
    state.tEnd = given.t_end;
  }
  if (given && given.layers) {
    state.layers = given.layers;
  }
  history = new History(addressOf(state));
  wire();
  fitToSize();
  const address = window.location.hash.slice(1);
  fillControls();
  if (address) {
    open(address);
  } else {
    showHistory(addressOf(state));
    await refresh();
  }
  // What tests and the curious look at.
  window.explorer = { frames, ask: (verb, request) => front.ask(verb, request), get state() { return state; }, get shown() { return shown; }, get busy() { return running || front.busy || back.busy; }, get figures() { return figures; } };
}

begin().catch((error) => {
  $("subject").textContent = error.message;
});
