// The command and the Python lines that repeat what is shown.
import { matrixText } from "./matrix_text.js";

const named = (state, systems) => systems.find((system) => system.name === state.name &&
  matrixText(system.W) === matrixText(state.W));

function planeWords(state) {
  if (state.view !== "plane" || state.W.length < 3) {
    return [];
  }
  if (state.plane.kind === "through") {
    return [["through", state.plane.through]];
  }
  if (state.plane.kind === "principal") {
    return []; // of the program: of data
  }
  return [["units", state.plane.units], ...(state.plane.at ? [["at", state.plane.at]] : [])];
}

function startWords(state) {
  if (state.starts.length === 0) {
    return [];
  }
  const [variable] = Object.keys(state.starts[0]);
  const list = state.starts.filter((start) => start[variable]).map((start) => start[variable]);
  return [[`${variable}0`, list]];
}

const file = (name, rows) => `printf '${rows.map((row) => row.join(",")).join("\\n")}\\n' > ${name}`;

export function commandLines(state, systems) {
  const system = named(state, systems);
  const lines = [];
  const source = ["--activation", state.activation, "--step", state.step];
  if (system) {
    source.unshift("--system", system.name);
  } else {
    lines.push(file("W.csv", state.W));
    source.unshift("--weights", "W.csv");
  }
  if (state.b.some((value) => value !== 0)) {
    source.push("--bias", `"${state.b.join(",")}"`);
  }
  if (state.path) {
    const name = state.path.name === "coupling" ? `coupling ${state.path.i} ${state.path.j}` : state.path.name;
    lines.push(["resdyn bifurcations", ...source, "--path", name, "--from", state.path.from, "--to", state.path.to].join(" "));
    return lines;
  }
  const words = [];
  for (const [key, value] of [...planeWords(state), ...startWords(state)]) {
    const text = key.endsWith("0") ? `"${matrixText(value)}"`
      : Array.isArray(value) ? value.join(",") : value;
    words.push(`--${key}`, text);
  }
  if (state.coordinate !== "y") {
    words.push("--coordinates", state.coordinate);
  }
  if (state.window && state.view === "plane") {
    words.push(`--window=${state.window.join(",")}`);
  }
  lines.push(["resdyn portrait", ...source, ...words, "--t-end", state.tEnd, "--layers", state.layers].join(" "));
  lines.push(["resdyn equilibria", ...source, "--method atlas"].join(" "));
  return lines;
}

const literal = (value) => (typeof value === "string" ? JSON.stringify(value)
  : Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : String(value));

export function pythonLines(state) {
  const common = `activation=${literal(state.activation)}, step=${state.step}`;
  const lines = ["import resdyn", `W = ${literal(state.W)}`];
  if (state.path) {
    const path = state.path.name === "coupling" ? ["coupling", state.path.i, state.path.j] : state.path.name;
    lines.push(`diagram = resdyn.bifurcations(W, path=${literal(path)}, start=${state.path.from}, end=${state.path.to}, ${common})`);
    return lines;
  }
  const words = [...planeWords(state), ...startWords(state)].map(([key, value]) => `${key}=${literal(value)}`);
  if (state.coordinate !== "y") {
    words.push(`coordinates=${literal(state.coordinate)}`);
  }
  if (state.window && state.view === "plane") {
    words.push(`window=${literal(state.window)}`);
  }
  lines.push(`portrait = resdyn.portrait(${["W", ...words, `t_end=${state.tEnd}`, `layers=${state.layers}`, common].join(", ")})`);
  lines.push(`atlas = resdyn.equilibria(W, method="atlas", ${common})`);
  return lines;
}
