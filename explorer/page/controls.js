// The fields of the page, filled with the state.
import { activations, bounded } from "./state.js";
import { matrixText } from "./matrix_text.js";
import { session } from "./session.js";
import { $, options } from "./fields.js";
import { fillMatrix } from "./matrix_fields.js";
import { placeAlpha } from "./path.js";

/** All fields as the state has them. */
export function fillControls() {
  const n = session.state.W.length;
  options($("system"), [...session.systems.map((s) => [s.name, s.name]), ...(session.systems.some((s) => s.name === session.state.name) ? [] : [[session.state.name, session.state.name]])], session.state.name);
  const system = session.systems.find((s) => s.name === session.state.name);
  $("about").textContent = system && matrixText(system.W) === matrixText(session.state.W) ? system.about : "";
  options($("activation"), activations.map((f) => [f, f]), session.state.activation);
  $("step").value = session.state.step;
  $("step-slider").value = session.state.step;
  $("size").textContent = n;
  $("fewer").disabled = n === 1;
  fillMatrix();
  $("bias").value = session.state.b.join(", ");
  const units = session.state.W.map((_, i) => [i, i]);
  options($("view-kind"), (n === 1 ? ["line"] : n === 3 && bounded(session.state.activation) ? ["plane", "cube"] : ["plane"]).map((v) => [v, v]), session.state.view);
  $("plane-kind").value = session.state.plane.kind;
  options($("unit-x"), units, session.state.plane.units[0]);
  options($("unit-y"), units, session.state.plane.units[1]);
  $("coordinate").value = bounded(session.state.activation) ? session.state.coordinate : "u";
  $("coordinate").disabled = !bounded(session.state.activation);
  const plane = session.state.view === "plane";
  const toggle = (selector, on) => document.querySelectorAll(selector).forEach((node) => { node.hidden = !on; });
  toggle(".of-plane", plane && n > 1);
  $("plane-kind").parentElement.hidden = !plane || n < 3;
  toggle(".of-units", plane && session.state.plane.kind === "units" && n > 2);
  toggle(".of-through", plane && session.state.plane.kind === "through");
  document.querySelectorAll("[data-show]").forEach((box) => {
    box.checked = session.state.show[box.dataset.show];
    box.parentElement.hidden = !(plane || (session.state.view === "cube" && box.dataset.show === "curves"));
  });
  $("keys").textContent = {
    plane: "Click, or arrow keys and Enter: a trajectory. Drag moves, wheel or + − zoom, 0 shows all; rest on an equilibrium for its eigenvalues.",
    cube: "Drag, or arrow keys: the cube turns. Enter: a random start; or type y₀. Rest on an equilibrium for its eigenvalues.",
    line: "Click: a trajectory from there. Enter: a random start. Rest on an equilibrium for its eigenvalues.",
  }[session.state.view];
  $("t-end").value = session.state.tEnd;
  $("layers").value = session.state.layers;
  toggle(".of-path", Boolean(session.state.path));
  $("path-name").value = session.state.path ? session.state.path.name : "";
  $("path-name").disabled = !bounded(session.state.activation);
  $("coupling").hidden = !(session.state.path && session.state.path.name === "coupling");
  options($("path-i"), units, session.state.path && session.state.path.i !== undefined ? session.state.path.i : 0);
  options($("path-j"), units, session.state.path && session.state.path.j !== undefined ? session.state.path.j : Math.min(1, n - 1));
  options($("path-unit"), units, session.state.unit);
  if (session.state.path) {
    $("path-from").value = session.state.path.from;
    $("path-to").value = session.state.path.to;
    placeAlpha();
  }
}
