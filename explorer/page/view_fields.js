// The fields of the view: which plane, what is drawn, where trajectories start and how long they run.
import { bounded } from "./state.js";
import { addStart, change, session } from "./session.js";
import { $, taken } from "./fields.js";
import { numberFrom, numbersFrom } from "./numbers.js";
import { levelsOf } from "./starts.js";
import { fillControls } from "./controls.js";
import { startAnywhere } from "./pictures.js";

export function listenToViewFields() {
  const choose = (id, set) => $(id).addEventListener("change", () => {
    set($(id).value);
    session.state.window = null;
    fillControls();
    change();
  });
  choose("view-kind", (value) => { session.state.view = value; });
  choose("plane-kind", (value) => {
    session.state.plane.kind = value;
    if (value === "through" && session.shown.atlas) {
      const far = session.shown.atlas.equilibria.map((e) => e.pattern);
      session.state.plane.through = [far[0], far[1], far[2]];
    }
  });
  const units = (axis) => (value) => {
    const other = session.state.plane.units[1 - axis];
    session.state.plane.units[axis] = Number(value);
    if (Number(value) === other) {
      session.state.plane.units[1 - axis] = session.state.W.findIndex((_, i) => i !== Number(value));
    }
  };
  choose("unit-x", units(0));
  choose("unit-y", units(1));
  choose("held", (value) => { session.state.plane.at = value; });
  choose("coordinate", (value) => { session.state.coordinate = value; });
  document.querySelectorAll("[data-show]").forEach((box) => box.addEventListener("change", () => {
    session.state.show[box.dataset.show] = box.checked;
    change();
  }));
  $("whole").addEventListener("click", () => {
    Object.assign(session.state, { window: null, turn: [28, 20] });
    change();
  });
  $("random-start").addEventListener("click", startAnywhere);
  $("clear").addEventListener("click", () => {
    session.state.starts = [];
    change();
  });
  $("run-start").addEventListener("click", () => {
    const [low, high] = levelsOf(session.state.activation);
    const y = taken($("start"), "start", (text) => {
      const values = numbersFrom(text, session.state.W.length, "one a unit");
      if (bounded(session.state.activation) && values.some((value) => value < low || value > high)) {
        throw new Error(`expected residuals from ${low} to ${high}, got ${text.trim()}`);
      }
      return values;
    });
    y && addStart(bounded(session.state.activation) ? { y } : { u: y });
  });
  const count = (id, key, read) => $(id).addEventListener("change", () => {
    const value = taken($(id), "start", read);
    if (value !== undefined) {
      session.state[key] = value;
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
}
