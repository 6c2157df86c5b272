// What the page shows: the network, the plane, the path, the starts. The address holds all of it, so
// that a link is a figure, and undoing is going to the address before.
import { numberFrom } from "./numbers.js";
import { matrixFromText, matrixText } from "./matrix_text.js";

export const activations = ["logistic", "tanh", "softplus", "relu"];
export const bounded = (activation) => activation === "logistic" || activation === "tanh";

export function newState(network = {}) {
  const W = network.W ?? [[1, -2], [-2, 1]];
  return {
    name: network.name ?? "winner-takes-all",
    W, B: network.B ?? null, A: network.A ?? null,
    b: network.b ?? W.map(() => 0),
    activation: network.activation ?? "logistic",
    step: network.step ?? 1,
    view: W.length === 1 ? "line" : "plane",
    plane: { kind: "units", units: [0, 1], at: null, through: [] },
    coordinate: "y",
    window: null,
    path: null, // {name, i, j, from, to, alpha}
    starts: network.starts ?? [], // {y} or {u} or {x}
    tEnd: 40, layers: 20,
    show: { field: true, nullclines: true, curves: true, basins: true },
    turn: [28, 20],
    unit: 0, // of the diagram
  };
}

/** BA, rounded, for two-matrix blocks. */
export function product(B, A) {
  return B.map((row) => A[0].map((_, j) => row.reduce((sum, value, k) => sum + value * A[k][j], 0)));
}

/** As the library's functions take it. */
export function systemRequest(state, withPath = true) {
  const request = { activation: state.activation, step: state.step, b: state.b };
  if (state.B) {
    request.B = state.B;
    request.A = state.A;
  } else {
    request.W = state.W;
  }
  if (withPath && state.path) {
    request.path = { ...state.path };
  }
  return request;
}

const vectorText = (v) => v.join(",");

export function addressOf(state) {
  const words = new URLSearchParams();
  words.set("name", state.name);
  if (state.B) {
    words.set("B", matrixText(state.B));
    words.set("A", matrixText(state.A));
  } else {
    words.set("W", matrixText(state.W));
  }
  words.set("f", state.activation);
  words.set("h", state.step);
  if (state.b.some((value) => value !== 0)) {
    words.set("b", vectorText(state.b));
  }
  words.set("view", state.view);
  if (state.plane.kind === "units") {
    words.set("units", vectorText(state.plane.units));
    if (state.plane.at) {
      words.set("at", state.plane.at);
    }
  } else if (state.plane.kind === "through") {
    words.set("through", state.plane.through.join(","));
  } else {
    words.set("principal", 1);
  }
  if (state.coordinate !== "y") {
    words.set("coordinate", state.coordinate);
  }
  if (state.window) {
    words.set("window", vectorText(state.window));
  }
  if (state.path) {
    const { name, i, j, from, to, alpha } = state.path;
    words.set("path", name === "coupling" ? `coupling,${i},${j}` : name);
    words.set("range", `${from},${to}`);
    words.set("alpha", alpha);
  }
  for (const start of state.starts) {
    const [variable] = Object.keys(start);
    words.append("start", `${variable}:${vectorText(start[variable])}`);
  }
  words.set("t", state.tEnd);
  words.set("n", state.layers);
  words.set("show", Object.keys(state.show).filter((key) => state.show[key]).join(","));
  if (state.view === "cube") {
    words.set("turn", vectorText(state.turn.map((degrees) => Math.round(degrees))));
  }
  words.set("unit", state.unit);
  return words.toString();
}

/** Throws one line where the address says something else than a state. */
export function stateFrom(address) {
  const words = new URLSearchParams(address);
  const numbers = (text, what) => text.split(",").map((word) => numberFrom(word, what));
  const matrix = (key) => (words.has(key) ? matrixFromText(words.get(key)) : null);
  const B = matrix("B"), A = matrix("A");
  const W = B && A ? product(B, A) : matrix("W");
  if (!W || W.some((row) => row.length !== W.length)) {
    throw new Error("expected an address with a square W");
  }
  const state = newState({ name: words.get("name") ?? "W", W, B, A });
  const inside = (unit) => Number.isInteger(unit) && unit >= 0 && unit < W.length;
  state.activation = activations.includes(words.get("f")) ? words.get("f") : "logistic";
  state.step = words.has("h") ? numberFrom(words.get("h"), "a step h > 0") : 1;
  state.b = words.has("b") ? numbers(words.get("b"), "a bias") : state.b;
  state.view = words.get("view") ?? state.view;
  if (words.has("through")) {
    state.plane = { kind: "through", units: [0, 1], at: null, through: words.get("through").split(",") };
  } else if (words.has("principal")) {
    state.plane = { kind: "principal", units: [0, 1], at: null, through: [] };
  } else if (words.has("units")) {
    const units = numbers(words.get("units"), "a unit");
    if (units.length === 2 && units.every(inside) && units[0] !== units[1]) {
      state.plane.units = units;
    }
    state.plane.at = words.get("at");
  }
  state.coordinate = words.get("coordinate") === "u" ? "u" : "y";
  state.window = words.has("window") ? numbers(words.get("window"), "a window") : null;
  if (words.has("path")) {
    const [name, i, j] = words.get("path").split(",");
    const [from, to] = numbers(words.get("range"), "a range");
    state.path = { name, from, to, alpha: numberFrom(words.get("alpha")) };
    if (name === "coupling") {
      Object.assign(state.path, { i: Number(i), j: Number(j) });
    }
  }
  state.starts = words.getAll("start").map((text) => {
    const [variable, values] = text.split(":");
    return { [variable]: numbers(values, "a start") };
  });
  state.tEnd = words.has("t") ? numberFrom(words.get("t")) : 40;
  state.layers = words.has("n") ? numberFrom(words.get("n")) : 20;
  if (words.has("show")) {
    const shown = words.get("show").split(",");
    Object.keys(state.show).forEach((key) => { state.show[key] = shown.includes(key); });
  }
  state.turn = words.has("turn") ? numbers(words.get("turn")) : state.turn;
  state.unit = inside(Number(words.get("unit"))) ? Number(words.get("unit")) : 0;
  return state;
}

/** States one can go back to. */
export class History {
  constructor(address) {
    this.past = [];
    this.here = address;
    this.future = [];
  }

  /** A step of one kind within the same gesture replaces the one before. */
  add(address, gesture = null) {
    if (address === this.here) {
      return;
    }
    if (gesture === null || gesture !== this.gesture) {
      this.past.push(this.here);
    }
    this.gesture = gesture;
    this.here = address;
    this.future = [];
  }

  undo() {
    return this.move(this.past, this.future);
  }

  redo() {
    return this.move(this.future, this.past);
  }

  move(from, to) {
    if (from.length === 0) {
      return null;
    }
    to.push(this.here);
    this.here = from.pop();
    this.gesture = null;
    return this.here;
  }
}
