// The fields of the path: which parameter, its range, the slider that stops at events, the diagram.
import { change, listeners, session } from "./session.js";
import { $, taken } from "./fields.js";
import { numberFrom } from "./numbers.js";
import { fillControls } from "./controls.js";
import { drawn } from "./drawing.js";
import { goToAlpha, placeAlpha, snapped, stepToEvent } from "./path.js";

const pathRanges = { "self-coupling": [-2, 2], symmetry: [0, 1], step: [0.01, 2] };

function setPath(name) {
  if (!name) {
    session.state.path = null;
  } else {
    const n = session.state.W.length;
    const i = 0, j = Math.min(1, n - 1);
    const [from, to] = pathRanges[name] ?? [session.state.W[i][j] - 2, session.state.W[i][j] + 2];
    const alpha = { "self-coupling": 0, symmetry: 0.5, step: session.state.step }[name] ?? session.state.W[i][j];
    session.state.path = { name, from, to, alpha: Math.min(to, Math.max(from, alpha)), ...(name === "coupling" ? { i, j } : {}) };
  }
  fillControls();
  change();
}

export function listenToPathFields() {
  $("path-name").addEventListener("change", () => setPath($("path-name").value));
  for (const id of ["path-i", "path-j"]) {
    $(id).addEventListener("change", () => {
      const i = Number($("path-i").value), j = Number($("path-j").value), w = session.state.W[i][j];
      Object.assign(session.state.path, { i, j, from: w - 2, to: w + 2, alpha: w });
      fillControls();
      change();
    });
  }
  for (const [id, key] of [["path-from", "from"], ["path-to", "to"]]) {
    $(id).addEventListener("change", () => {
      const value = taken($(id), "path", (text) => {
        const number = numberFrom(text);
        const [from, to] = key === "from" ? [number, session.state.path.to] : [session.state.path.from, number];
        if (!(from < to) || (session.state.path.name === "step" && from <= 0)) {
          throw new Error(`${key}: expected ${session.state.path.name === "step" ? "0 < " : ""}from < to, got ${from} to ${to}`);
        }
        return number;
      });
      if (value !== undefined) {
        session.state.path[key] = value;
        session.state.path.alpha = Math.min(session.state.path.to, Math.max(session.state.path.from, session.state.path.alpha));
        placeAlpha();
        change();
      }
    });
  }
  $("path-unit").addEventListener("change", () => {
    session.state.unit = Number($("path-unit").value);
    change();
  });
  $("alpha").addEventListener("change", () => {
    const value = taken($("alpha"), "path", (text) => {
      const number = numberFrom(text);
      if (number < session.state.path.from || number > session.state.path.to) {
        throw new Error(`α: expected a number from ${session.state.path.from} to ${session.state.path.to}, got ${text.trim()}`);
      }
      return number;
    });
    value !== undefined && goToAlpha(value);
  });
  $("alpha-slider").addEventListener("input", () => {
    const { from, to } = session.state.path;
    const share = Number($("alpha-slider").value) / 1000;
    session.dragging = true;
    goToAlpha(snapped(Number((from + share * (to - from)).toPrecision(6))), "alpha slider");
  });
  $("alpha-slider").addEventListener("change", () => {
    session.dragging = false;
    listeners.changed();
  });
  $("event-before").addEventListener("click", () => stepToEvent(-1));
  $("event-after").addEventListener("click", () => stepToEvent(1));
  $("diagram").addEventListener("click", (event) => {
    if (drawn.figures.diagram) {
      const box = $("diagram").getBoundingClientRect();
      const [alpha] = drawn.figures.diagram.chart.at(event.clientX - box.left, event.clientY - box.top);
      const { from, to } = session.state.path;
      goToAlpha(snapped(Math.min(to, Math.max(from, Number(alpha.toPrecision(6))))));
    }
  });
}
