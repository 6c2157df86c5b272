// What stands beside the pictures: tables, legend, words.
import { complex, short } from "./numbers.js";
import { axisName } from "./figures.js";
import { typeName } from "./palette.js";

export function element(tag, text = "", attributes = {}) {
  const node = document.createElement(tag);
  node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value);
  }
  return node;
}

function fill(table, heads, rows, caption = "") {
  const head = element("thead"), line = element("tr"), body = element("tbody");
  heads.forEach((text) => line.append(element("th", text, { scope: "col" })));
  head.append(line);
  body.append(...rows);
  table.replaceChildren(head, body);
  if (caption) {
    table.prepend(element("caption", caption));
  }
}

function row(cells) {
  const line = element("tr");
  cells.forEach((cell) => line.append(element("td", cell)));
  return line;
}

/** A row that keys reach, under the name by which a screen reader tells it. */
function focusable(line, name) {
  line.tabIndex = 0;
  line.setAttribute("aria-label", name);
}

export const most = 200; // rows of equilibria in the page; the CSV has all

/** h* as results.json has it: null where the flow is not stable. */
export function largestStep(clocks) {
  return clocks.h_star === null ? "–" : short(clocks.h_star) + (clocks.h_star_proved ? "" : " (not proved)");
}

export function vectorWords(y, digits = 4) {
  return `(${y.slice(0, 12).map((value) => short(value, digits)).join(", ")}${y.length > 12 ? ", …" : ""})`;
}

/** What is under the pointer; 17 digits are all that a number has. */
export function equilibriumWords(e, digits = 6) {
  const lines = [`${e.pattern}: ${typeName(e.type)} of the flow` +
    (e.clocks ? `, ${typeName(e.clocks.map.type)} of the network` : "")];
  lines.push(`y = ${vectorWords(e.y, digits)}`);
  lines.push(`flow λ = ${e.flow_eigenvalues.map((v) => complex(v, digits)).join(", ")}`);
  lines.push(`network multipliers ${e.multipliers.map((v) => complex(v, digits)).join(", ")}`);
  if (e.clocks && e.clocks.h_star !== null) {
    lines.push(`stable in the network for h < ${largestStep(e.clocks)}`);
  }
  if (e.clocks) {
    lines.push(e.clocks.proved ? "both counts decided exactly" : "counts of the map in double precision");
  }
  if (e.on_continuum) {
    lines.push("lies on a continuum of equilibria");
  }
  return lines;
}

export function fillEquilibria(table, atlas, onlyStable, look) {
  const list = atlas.equilibria.filter((e) => !onlyStable || e.type.startsWith("stable"));
  const rows = list.slice(0, most).map((e) => {
    const line = row([e.pattern, typeName(e.type), e.clocks ? typeName(e.clocks.map.type) : "–", vectorWords(e.y),
      e.flow_eigenvalues.map((v) => complex(v)).join(", "), e.multipliers.map((v) => complex(v)).join(", "),
      e.clocks ? largestStep(e.clocks) : "–", String(e.residual === 0 ? 0 : e.residual.toExponential(0))]);
    focusable(line, `${e.pattern}, ${typeName(e.type)} of the flow`);
    for (const [event, lit] of [["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]]) {
      line.addEventListener(event, () => look(lit ? e.pattern : null));
    }
    return line;
  });
  const heads = ["pattern", "flow", "network", "y", "λ", "multipliers", "h*", "|y′|"];
  fill(table, heads, rows, list.length > most ? `the first ${most} of ${list.length}; the CSV has all` : "");
}

export function countWords(atlas) {
  const counts = atlas.counts;
  if (!atlas.complete) {
    return `${counts.total} equilibria met by ${atlas.starts ?? "some"} random starts, ${counts.stable} of them stable. ` +
      "A sample: beyond 14 units they are not enumerated here.";
  }
  const unstable = counts.by_unstable_dimension.map((n, k) => `${n} with ${k}`).join(", ");
  const continua = atlas.continua > 0 ? ` ${atlas.continua} faces hold continua.` : "";
  const marginal = counts.non_hyperbolic > 0 ? ` ${counts.non_hyperbolic} not hyperbolic.` : "";
  return `Complete: ${counts.total} equilibria (${counts.vertices} corners, ${counts.faces} with free units), ` +
    `${counts.stable} stable.${marginal}${continua} Unstable dimensions: ${unstable}. ${capital(atlas.proof)}.`;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export function fillVerdicts(table, structure) {
  const rows = structure.verdicts.map((v) => {
    const network = v.network_holds === null || v.network_holds === undefined ? "–" : v.network_holds ? "kept" : "not proved";
    const says = v.holds ? v.consequence : v.witness;
    return row([v.name, v.status.replace(/_/g, " "), short(v.margin), network, says]);
  });
  fill(table, ["verdict", "status", "margin", `network at this h`, "what follows, or what breaks it"], rows);
}

/** From where to where a trajectory goes, on both clocks. */
export function runWords(run) {
  const end = (side) => {
    const where = vectorWords(side.y.map((row) => row.at(-1)));
    return side.rest ? `at rest at ${side.rest.pattern}` : side.limit ? `${where}, proved to go to ${side.limit.pattern}` : where;
  };
  const layers = run.network.t.length - 1;
  return `from ${vectorWords(run.flow.y.map((row) => row[0]))}: flow at t = ${short(run.flow.t.at(-1))} ${end(run.flow)}; ` +
    `network after ${layers} ${layers === 1 ? "layer" : "layers"} ${end(run.network)} `;
}

const eventWords = { TC: "transcritical", HB: "Hopf", PD: "period doubling (network)", NS: "Neimark–Sacker (network)", singular: "continuum" };

export function fillEvents(table, diagram, go) {
  const rows = diagram.events.slice(0, most).map((event) => {
    const unstable = event.unstable.map((k) => k ?? "–").join(" → ");
    const line = row([event.label, eventWords[event.label] ?? "", event.exact ?? short(event.alpha, 10),
      event.exact ? "exact" : `± ${((event.bracket[1] - event.bracket[0]) / 2).toExponential(0)}`,
      event.pattern + (event.partner ? ` and ${event.partner}` : ""), unstable]);
    focusable(line, `go to ${event.label} at ${event.exact ?? short(event.alpha, 10)}`);
    line.addEventListener("click", () => go(event.alpha));
    line.addEventListener("keydown", (key) => {
      if (key.key === "Enter") {
        go(event.alpha);
      }
    });
    return line;
  });
  fill(table, ["event", "", "α", "", "pattern", "unstable"], rows,
    diagram.events.length > most ? `the first ${most} of ${diagram.events.length}` : "");
}

const glyphs = { "stable node": "●", "stable focus": "⬟", "saddle": "◇", "unstable node": "○", "unstable focus": "⬠", "center": "□", "non-hyperbolic": "△" };

/** Entries of the legend: [glyph, colour, text]. */
export function legendOf({ colours, view, show, plane, equilibria, basinNames, colourOf, curves }) {
  const entries = [];
  if (view === "plane" && show.nullclines && plane) {
    [0, 1].forEach((axis) => {
      const line = plane.drawn.nullclines.find((one) => one.axis === axis && !one.edge);
      const name = axisName(plane.slice.axes[axis]);
      entries.push(["╍", colours.nullcline[axis], `${name}′ = 0${line ? `: ${axisName(line.where)}` : ""}`]);
    });
  }
  if (show.curves) {
    const kinds = new Set((curves ?? []).map((curve) => curve.kind));
    const words = { unstable: ["━", colours.unstable, "unstable manifold"], stable: ["━", colours.stable, "stable manifold"], ray: ["╍", colours.ray, "invariant ray"] };
    kinds.forEach((kind) => words[kind] && entries.push(words[kind]));
  }
  new Set(equilibria.map((e) => typeName(e.type))).forEach((type) => entries.push([glyphs[type] ?? "△", colours.ink, type]));
  if (show.basins) {
    basinNames.forEach((name) => entries.push(["■", colourOf(name), `goes to ${name}`]));
  }
  return entries;
}

export function fillLegend(place, entries) {
  place.replaceChildren(...entries.flatMap(([glyph, colour, text]) => {
    const span = element("span");
    const sign = element("i", glyph + " ");
    sign.style.color = colour;
    span.append(sign, text);
    return [span, " "]; // lines break between entries
  }));
}
