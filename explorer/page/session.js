// What the page is about: the network and how it is looked at, what the library has answered for it,
// and the states before, to which undoing goes back.
import { History, addressOf, bounded, newState, product, stateFrom, systemRequest } from "./state.js";

const mostStarts = 40;

export const session = {
  systems: [], // that the library knows by name
  state: newState(),
  shown: { atlas: null, plane: null, line: null, cube: null, runs: [], basins: null, structure: null, diagram: null },
  dragging: false,
  diagramKey: "",
  cursor: null, // of the arrow keys, on the picture that has the focus
};

/** What follows from changes: `changed` computes and draws, `replaced` fills the fields with another
    state, `remembered` is told the address. */
export const listeners = { changed: null, replaced: null, remembered: null };

let history;

export function beginHistory() {
  history = new History(addressOf(session.state));
}

/** Every change ends here. `gesture` joins the steps of one drag into one step back. */
export function change(gesture = null) {
  fitToSize();
  remember(gesture);
  listeners.changed();
}

/** The state as it is now is one to which undoing can go back. */
export function remember(gesture = null) {
  const address = addressOf(session.state);
  history.add(address, gesture);
  listeners.remembered(address);
}

export const canUndo = () => history.past.length > 0;
export const canRedo = () => history.future.length > 0;

export function undo() {
  const address = history.undo();
  address !== null && goTo(address);
}

export function redo() {
  const address = history.redo();
  address !== null && goTo(address);
}

/** What hangs on the number of units. */
export function fitToSize() {
  const n = session.state.W.length;
  const views = n === 1 ? ["line"] : n === 3 ? ["plane", "cube"] : ["plane"];
  if (!views.includes(session.state.view)) {
    session.state.view = n === 3 ? "cube" : views[0];
  }
  if (n > 1 && session.state.plane.units.some((unit) => unit >= n)) {
    session.state.plane.units = [0, 1];
  }
  session.state.starts = session.state.starts.filter((start) => Object.values(start)[0].length === (start.x && session.state.A ? session.state.A.length : n));
  if (!bounded(session.state.activation)) {
    session.state.path = null;
    session.state.view = n === 1 ? "line" : "plane";
    session.state.starts = session.state.starts.filter((start) => !start.y);
  }
  if (session.state.b.length !== n) {
    session.state.b = session.state.W.map(() => 0);
  }
  session.state.unit = Math.min(session.state.unit, n - 1);
}

function goTo(address) {
  session.state = stateFrom(address);
  fitToSize();
  listeners.replaced();
  listeners.remembered(address);
  listeners.changed();
}

/** Another state, by its address. Throws one line where that says something else. */
export function open(address) {
  goTo(address);
  history.add(address);
}

/** Another network: {name, W or B and A, b, activation, step, starts}. */
export function take(network) {
  const show = session.state.show;
  session.state = newState(network);
  session.state.show = show;
  if (network.B) {
    session.state.W = product(network.B, network.A);
    session.state.b = network.b ?? session.state.W.map(() => 0);
  }
  session.state.view = session.state.W.length === 3 ? "cube" : session.state.W.length === 1 ? "line" : "plane";
  session.state.window = null;
  session.cursor = null;
  fitToSize();
  listeners.replaced();
  change();
}

export function addStart(start) {
  session.state.starts = [...session.state.starts, start].slice(-mostStarts);
  change();
}

/** The diagram, where it is the one of the path and the network as they are now. */
export const diagramNow = () => (session.state.path && session.shown.diagram && session.diagramKey === diagramKeyOf(session.state) ? session.shown.diagram : null);

export const diagramKeyOf = (one) => (one.path ? JSON.stringify([systemRequest(one, false), { ...one.path, alpha: 0 }]) : "");
