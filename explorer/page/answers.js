// Asking the library for what is shown: at once what must follow the hand, the slow parts when it rests.
import { Cancelled, Engine } from "./engine.js";
import { systemRequest } from "./state.js";
import { atOnce, systemKey, whenAtRest } from "./asking.js";
import { diagramKeyOf, session } from "./session.js";
import { $, complain, say } from "./fields.js";
import { draw } from "./drawing.js";
import { fillDiagram, fillLegendOfPicture, fillResults } from "./results.js";
import { fillVerdicts } from "./tables.js";

const rest = 250; // ms without a change before the slow parts begin

let front, back;
let running = false, again = false;
let restTimer = 0;
export const frames = []; // for who wants to know how fast it is: {drawn, latency} in ms

export function startEngines(glue, wasm) {
  front = new Engine(glue, wasm);
  back = new Engine(glue, wasm);
}

export const ask = (verb, request) => front.ask(verb, request);
export const busy = () => running || front.busy || back.busy;

export async function refresh() {
  window.clearTimeout(restTimer);
  if (back.busy && session.shown.restKey !== restKeyOf(session.state)) {
    back.cancel();
  }
  if (running) {
    again = true;
    return;
  }
  running = true;
  do {
    again = false;
    const asked = performance.now();
    const now = JSON.parse(JSON.stringify(session.state));
    try {
      const answers = await atOnce(front, now, session.dragging, session.shown);
      const same = systemKey(now) === session.shown.key && JSON.stringify(answers.request) === session.shown.requestKey;
      session.shown = { ...session.shown, ...answers, state: now, key: systemKey(now), requestKey: JSON.stringify(answers.request) };
      if (!same) {
        Object.assign(session.shown, { basins: null, cycles: null, doneKey: "" });
      }
      ["view", "path"].forEach((field) => say(field, ""));
      const drawn = performance.now();
      draw();
      frames.push({ drawn: performance.now() - drawn, latency: performance.now() - asked });
      if (frames.length > 2000) {
        frames.shift();
      }
    } catch (error) {
      if (!(error instanceof Cancelled)) {
        complain(error.message);
      }
    }
    await new Promise((done) => window.requestAnimationFrame(done));
  } while (again);
  running = false;
  fillResults();
  restTimer = window.setTimeout(slowParts, rest);
}

const restKeyOf = (one) => JSON.stringify([systemRequest(one), one.plane, one.coordinate, one.window, one.view, one.show.curves, one.show.basins, one.path]);

async function slowParts() {
  if (session.dragging || !session.shown.state) {
    return;
  }
  const key = restKeyOf(session.shown.state);
  if (back.busy) {
    if (session.shown.restKey === key) {
      return;
    }
    back.cancel();
  }
  if (session.shown.doneKey === key) {
    return;
  }
  session.shown.restKey = key;
  const wanted = diagramKeyOf(session.shown.state);
  try {
    await whenAtRest(back, session.shown.state, session.shown, (part, value) => {
      if (session.shown.restKey !== key) {
        return;
      }
      if (part === "band") {
        session.shown.basins = [...session.shown.basins, value];
      } else if (part === "cycles") {
        session.shown.cycles = value;
      } else if (part === "cube cycles") {
        session.shown.cube.cycles = value;
      } else {
        session.shown[part] = value;
      }
      if (part === "diagram") {
        session.diagramKey = wanted;
        fillDiagram();
      } else if (part === "structure") {
        fillVerdicts($("verdicts"), value);
      } else if (part === "basins") {
        fillLegendOfPicture();
      }
      draw();
    }, wanted, session.diagramKey);
    session.shown.doneKey = key;
    $("pictures").dataset.done = "true";
  } catch (error) {
    if (!(error instanceof Cancelled)) {
      complain(error.message);
    }
  }
}
