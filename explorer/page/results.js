// What stands beside the pictures for the state that they show: words, tables, the legend, how to repeat it.
import { heldAt } from "./asking.js";
import { change, diagramNow, session } from "./session.js";
import { $, options } from "./fields.js";
import { countWords, element, fillEquilibria, fillEvents, fillLegend, legendOf, runWords } from "./tables.js";
import { commandLines, pythonLines } from "./repeat.js";
import { colourOf, colours, light } from "./drawing.js";
import { goToAlpha, placeAlpha } from "./path.js";
import { short } from "./numbers.js";

export function fillResults() {
  if (!session.shown.state) {
    return;
  }
  const n = session.state.W.length;
  $("subject").textContent = `${session.state.name}: ${n} ${n === 1 ? "unit" : "units"}, ${session.state.activation}, h = ${short(session.shown.system.path && session.shown.system.path.name === "step" ? session.shown.system.path.alpha : session.state.step)}`;
  if (session.shown.atlas) {
    $("counts").textContent = countWords(session.shown.atlas);
    fillEquilibria($("equilibria"), session.shown.atlas, $("only-stable").checked, light);
  } else {
    $("counts").textContent = `${session.state.activation} is unbounded: equilibria are cones and are not listed here.`;
    $("equilibria").replaceChildren();
  }
  const counts = session.shown.atlas ? `${session.shown.atlas.counts.total} equilibria, ${session.shown.atlas.counts.stable} stable` : "unbounded activation";
  const what = { plane: `Plane of ${session.shown.plane ? session.shown.plane.slice.about : ""}`, cube: "Cube of three units", line: "Line of one unit" }[session.state.view];
  $("flow").setAttribute("aria-label", `${what}, flow: ${counts}, ${session.shown.runs.length} trajectories`);
  $("net").setAttribute("aria-label", `${what}, layer map: ${counts}, ${session.shown.runs.length} trajectories`);
  $("flow-caption").textContent = session.state.view === "line" ? "y₀′ = g(y₀) w y₀" : "y′ = g(y) ∘ (Wy)";
  $("network-caption").textContent = `u ← u + h W f(u), h = ${short(session.shown.state.path && session.shown.state.path.name === "step" ? session.shown.state.path.alpha : session.state.step)}`;
  fillLegendOfPicture();
  $("notes").replaceChildren(...(session.shown.plane ? session.shown.plane.notes : []).map((note) => element("li", note)));
  fillRuns();
  const repeated = session.state.W.length > 2 && session.state.view === "plane" && session.state.plane.kind === "units"
    ? { ...session.state, plane: { ...session.state.plane, at: heldAt(session.state, session.shown.atlas).pattern } } : session.state;
  $("command").textContent = commandLines(repeated, session.systems).join("\n");
  $("python").textContent = pythonLines(repeated).join("\n");
  fillHeld();
}

export function fillLegendOfPicture() {
  const curves = session.shown.plane ? session.shown.plane.drawn.curves : session.shown.cube ? session.shown.cube.curves : [];
  fillLegend($("legend"), legendOf({ colours: colours(), view: session.state.view, show: session.state.show, plane: session.shown.plane,
    equilibria: session.shown.plane ? session.shown.plane.equilibria : session.shown.atlas ? session.shown.atlas.equilibria : [],
    basinNames: session.shown.basins ? [...new Set(session.shown.basins.flatMap((band) => band.names))] : [], colourOf, curves }));
}

function fillRuns() {
  $("runs").replaceChildren(...session.shown.runs.map((run, k) => {
    const item = element("li");
    const sign = element("b", "● ");
    sign.style.color = colours().path[k % colours().path.length];
    const remove = element("button", "×", { type: "button", "aria-label": `remove trajectory ${k}` });
    remove.addEventListener("click", () => {
      session.state.starts.splice(k, 1);
      change();
    });
    item.append(sign, runWords(run), remove);
    return item;
  }));
}

function fillHeld() {
  const n = session.state.W.length;
  if (!session.shown.atlas || n < 3) {
    return;
  }
  const list = session.shown.atlas.equilibria.slice(0, 600).map((e) => [e.pattern, `${e.pattern}${e.type.startsWith("stable") ? " (stable)" : ""}`]);
  const now = heldAt(session.state, session.shown.atlas).pattern;
  if (!list.some(([pattern]) => pattern === now)) {
    list.unshift([now, now]);
  }
  options($("held"), list, now);
  if (session.state.plane.kind === "through") {
    $("through").replaceChildren(...[0, 1, 2].map((k) => {
      const select = element("select", "", { "aria-label": `equilibrium ${k} of the plane` });
      options(select, list, session.state.plane.through[k]);
      select.addEventListener("change", () => {
        session.state.plane.through[k] = select.value;
        session.state.window = null;
        change();
      });
      return select;
    }));
  }
}

export function fillDiagram() {
  const diagram = diagramNow();
  if (!diagram) {
    return;
  }
  fillEvents($("events"), diagram, goToAlpha);
  $("scope").textContent = `${diagram.complete ? "Complete" : "Not complete"}: ${diagram.events.length} events on ${diagram.branches.length} branches. ${diagram.scope}`;
  $("diagram").setAttribute("aria-label", `Bifurcation diagram: unit ${session.state.unit} along the path, ${diagram.events.length} events`);
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
