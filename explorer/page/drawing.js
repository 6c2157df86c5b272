// The pictures on the page, drawn of what the library has answered.
import { cubeFigure, diagramFigure, lineFigure, padded, planeFigure, timeFigure } from "./figures.js";
import { paint } from "./scene.js";
import { basinColours, palette } from "./palette.js";
import { levelsOf } from "./starts.js";
import { diagramNow, session } from "./session.js";
import { $ } from "./fields.js";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
let shade = null; // null: as the system says
let lit = null;   // the pattern whose marker is ringed

/** What stands where: of `flow`, `net` and `diagram`. */
export const drawn = { figures: {} };

const isDark = () => (shade === null ? dark.matches : shade);
export const colours = () => palette(isDark());

const basinNames = new Map();
export function colourOf(name) {
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
  return padded(session.state.window ?? session.shown.plane.slice.window);
}

function buildFigures(theme) {
  const runs = session.shown.runs.map((run, k) => ({ ...run, colour: theme.path[k % theme.path.length] }));
  const equilibria = session.shown.atlas ? session.shown.atlas.equilibria : [];
  const of = (canvas, clock) => {
    const [width, height] = sizeOf(canvas);
    const common = { width, height, colours: theme, clock, show: session.state.show, runs, lit, basins: session.shown.basins, colourOf, equilibria };
    if (session.shown.plane) {
      const plane = { ...session.shown.plane, cycles: session.shown.cycles ?? undefined };
      return planeFigure({ ...common, data: plane, window: windowShown(), cursor: document.activeElement === canvas ? session.cursor : null });
    }
    if (session.shown.cube) {
      return cubeFigure({ ...common, data: session.shown.cube, turn: session.state.turn });
    }
    if (clock === "flow") {
      return lineFigure({ ...common, data: session.shown.line });
    }
    return timeFigure({ ...common, range: levelsOf(session.state.activation), run: runs.at(-1), units: [0], step: session.shown.state.step });
  };
  return { flow: of($("flow"), "flow"), net: of($("net"), "network") };
}

export function draw() {
  if (!session.shown.plane && !session.shown.cube && !session.shown.line) {
    return;
  }
  const theme = colours();
  drawn.figures = { ...drawn.figures, ...buildFigures(theme) };
  put($("flow"), drawn.figures.flow);
  put($("net"), drawn.figures.net);
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
  const onStep = session.state.path.name === "step";
  drawn.figures.diagram = diagramFigure({ width, height, colours: theme, diagram, range: levelsOf(session.state.activation), unit: session.state.unit,
    alpha: session.state.path.alpha, name: onStep ? "step h" : "α", onStep });
  put(canvas, drawn.figures.diagram);
}

/** Rings the marker of an equilibrium; null: of none. */
export function light(pattern) {
  lit = pattern;
  draw();
}

/** Dark and light, by the system until the button is pressed. */
export function listenToShade() {
  $("shade").addEventListener("click", () => {
    shade = !isDark();
    showShade();
  });
  dark.addEventListener("change", showShade);
  showShade();
}

function showShade() {
  const now = isDark();
  document.documentElement.classList.toggle("dark", now);
  document.documentElement.classList.toggle("light", !now);
  $("shade").textContent = now ? "light" : "dark";
  draw();
}
