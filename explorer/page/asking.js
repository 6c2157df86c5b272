// What is asked of the library for a state, in two parts: what must be there at once, and what is
// worked out when the hand rests.
import { bounded, systemRequest } from "./state.js";

export const enumerated = 10; // units up to which the atlas lists all
const dragged = 6;            // units up to which it is remade while a field is dragged
const coarse = 24, fine = 120, band = 12; // cells a side of maps of basins

/** What a state's pictures hang on, starts and looks left out. */
export function systemKey(state) {
  return JSON.stringify(systemRequest(state));
}

/** The residuals at which the other units are held, and the pattern's name. */
export function heldAt(state, atlas) {
  const known = atlas ? atlas.equilibria : [];
  const named = known.find((e) => e.pattern === state.plane.at);
  const chosen = named ?? known.find((e) => e.type.startsWith("stable")) ?? known[0];
  if (chosen && (named || !state.plane.at || state.plane.at.length !== state.W.length)) {
    return { pattern: chosen.pattern, y: chosen.y };
  }
  const low = state.activation === "tanh" ? -1 : 0;
  const word = state.plane.at ?? "L".repeat(state.W.length);
  if (/^[LH]+$/.test(word) && word.length === state.W.length) {
    return { pattern: word, y: [...word].map((letter) => (letter === "H" ? 1 : low)) };
  }
  return chosen ? { pattern: chosen.pattern, y: chosen.y } : { pattern: word, y: state.W.map(() => low) };
}

export function planeRequest(state, atlas) {
  const request = { coordinate: bounded(state.activation) ? state.coordinate : "u", grid: 21, trace: 60 };
  if (state.plane.kind === "through" && state.plane.through.length === 3) {
    request.through = state.plane.through;
  } else if (state.plane.kind === "principal" && state.W.length > 2) {
    request.principal = true;
  } else {
    request.units = state.plane.units;
    if (state.W.length > 2 && request.coordinate === "y") {
      request.held = heldAt(state, atlas).y;
    }
  }
  if (state.window) {
    request.window = state.window;
  }
  return request;
}

/** {atlas, plane | line | cube, runs}: `last` serves where asking would take too long. */
export async function atOnce(engine, state, dragging, last) {
  const system = systemRequest(state);
  const units = state.W.length;
  const isBounded = bounded(state.activation);
  const remake = isBounded && !(dragging && units > dragged);
  const answers = { system, atlas: isBounded ? last.atlas : null, plane: null, line: null, cube: null, runs: [] };
  const atlas = remake ? engine.ask("equilibria", system) : null;
  if (atlas && units > 2) {
    answers.atlas = await atlas; // the plane hangs on it
  }
  const request = units > 1 ? { ...system, ...planeRequest(state, answers.atlas) } : null;
  const picture = state.view === "line" ? engine.ask("line", system)
    : state.view === "cube" ? engine.ask("cube", system) : engine.ask("plane", request);
  const runs = state.starts.map((start) => engine.ask("trajectory", {
    ...system, start, t_end: state.tEnd, layers: state.layers, samples: 401,
    ...(state.view === "plane" ? { plane: request } : {}),
  }));
  const settled = await Promise.allSettled([atlas, picture, ...runs]);
  const failed = settled.find((one) => one.status === "rejected");
  if (failed) {
    throw failed.reason;
  }
  const [list, drawn, ...orbits] = settled.map((one) => one.value);
  if (list) {
    answers.atlas = list;
  }
  answers[state.view] = drawn;
  answers.runs = orbits;
  answers.request = request;
  if (answers.plane) {
    answers.plane.drawn.grid = request.grid;
    const clocks = new Map((answers.atlas ? answers.atlas.equilibria : []).map((e) => [e.pattern, e.clocks]));
    answers.plane.equilibria.forEach((e) => { e.clocks = e.clocks ?? clocks.get(e.pattern); });
  }
  return answers;
}

/** Calls `take(part, value)` as parts come; ends by Cancelled where another state takes over. */
export async function whenAtRest(engine, state, answers, take, diagramKey, knownKey) {
  const system = answers.system;
  const isBounded = bounded(state.activation);
  if (state.path && isBounded && diagramKey !== knownKey) {
    const { alpha, ...path } = state.path; // events do not hang on where one stands
    take("diagram", await engine.ask("branches", { ...systemRequest(state, false), path, from: path.from, to: path.to, points: 31 }));
  }
  take("structure", await engine.ask("structure", system));
  if (isBounded && state.show.curves && answers.plane && state.coordinate === "y" && answers.plane.slice.invariant) {
    const more = await engine.ask("plane", { ...answers.request, cycle_starts: 24 });
    take("cycles", more.drawn.cycles);
  }
  if (isBounded && state.show.curves && answers.cube) {
    take("cube cycles", (await engine.ask("cube", { ...system, cycles: true })).cycles);
  }
  if (isBounded && state.show.basins && answers.plane && answers.request.coordinate === "y") {
    const [x0, x1, y0, y1] = answers.plane.slice.window;
    const ask = async (window, width, height) => {
      const map = await engine.ask("basins", { ...answers.request, window, width, height });
      return { window, width, height, labels: map.labels, proof: map.proof,
               names: map.attractors.map((one) => one.name ?? one.pattern) };
    };
    take("basins", [await ask([x0, x1, y0, y1], coarse, coarse)]);
    for (let row = 0; row < fine; row += band) {
      const at = (k) => y0 + ((y1 - y0) * k) / fine;
      take("band", await ask([x0, x1, at(row), at(row + band)], fine, band));
    }
  }
}
