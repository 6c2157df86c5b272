// The weights as fields: typed into, dragged sideways, moved by the arrow keys.
import { numberFrom } from "./numbers.js";
import { element } from "./tables.js";
import { change, listeners, session } from "./session.js";
import { $, flag, options, say, taken } from "./fields.js";

export function fillMatrix() {
  const n = session.state.W.length;
  const place = $("matrix");
  if (n > 24) {
    place.replaceChildren(element("p", `${n}×${n}: too many fields to show; paste or drop another.`, { class: "note" }));
    return;
  }
  place.classList.toggle("many", n > 4);
  const table = element("table", "", { "aria-label": "weights W" });
  const head = element("tr");
  head.append(element("th"), ...session.state.W.map((_, j) => element("th", j, { scope: "col" })));
  table.append(head);
  session.state.W.forEach((row, i) => {
    const line = element("tr");
    line.append(element("th", i, { scope: "row" }));
    row.forEach((value, j) => {
      const cell = element("td");
      const input = element("input", "", { inputmode: "decimal", autocomplete: "off", "aria-label": `w ${i} ${j}: how residual ${j} acts on residual ${i}`, "data-i": i, "data-j": j });
      input.value = value;
      scrub(input, () => session.state.W[i][j], (w, gesture) => setWeight(i, j, w, gesture), "matrix", `W row ${i}, column ${j}`);
      cell.append(input);
      line.append(cell);
    });
    table.append(line);
  });
  place.replaceChildren(table);
}

function setWeight(i, j, value, gesture) {
  if (session.state.B) {
    session.state.B = null; // an edited W is no product any more
    session.state.A = null;
  }
  session.state.W[i][j] = value;
  if (session.systems.some((system) => system.name === session.state.name)) {
    session.state.name = "W";
    options($("system"), [...session.systems.map((s) => [s.name, s.name]), ["W", "W"]], "W");
    $("about").textContent = "";
  }
  change(gesture);
}

/** A field that is typed in, dragged sideways, or moved by the arrow keys. */
function scrub(input, get, set, field, what) {
  let from = null, gesture = 0;
  const rounded = (value) => Number(value.toFixed(4));
  const move = (event) => {
    const dx = event.clientX - from.x;
    if (!from.moved && Math.abs(dx) > 3) {
      from.moved = true;
      session.dragging = true;
      input.blur();
    }
    if (from.moved) {
      event.preventDefault();
      const value = rounded(from.value + dx * (event.shiftKey ? 0.1 : 0.01));
      if (value !== get()) {
        input.value = value;
        flag(input, false);
        say(field, "");
        set(value, `${what} ${gesture}`);
      }
    }
  };
  // The document listens, for the pointer leaves the field; a field that is typed in is left alone.
  const end = () => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    document.body.classList.remove("scrubbing");
    if (from.moved) {
      session.dragging = false;
      input.blur();
      listeners.changed();
    }
    from = null;
  };
  input.addEventListener("pointerdown", (event) => {
    if (document.activeElement !== input && from === null) {
      from = { x: event.clientX, value: get(), moved: false };
      ++gesture;
      document.body.classList.add("scrubbing");
      document.addEventListener("pointermove", move);
      document.addEventListener("pointerup", end);
      document.addEventListener("pointercancel", end);
    }
  });
  input.addEventListener("focus", () => !(from && from.moved) && input.select());
  input.addEventListener("change", () => {
    const value = taken(input, field, (text) => {
      try {
        return numberFrom(text);
      } catch (error) {
        throw new Error(`${what}: ${error.message}`);
      }
    });
    if (value !== undefined && value !== get()) {
      set(value, null);
    }
  });
  input.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (way) {
      event.preventDefault();
      const value = rounded(get() + way * (event.shiftKey ? 1 : event.altKey ? 0.01 : 0.1));
      input.value = value;
      set(value, `${what} keys`);
    }
  });
}
