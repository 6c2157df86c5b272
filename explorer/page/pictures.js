// The hand on the two pictures: trajectories from a click, the window moved and zoomed, the cube turned.
import { zoomed } from "./figures.js";
import { insideLevels, randomStart, startOnPlane } from "./starts.js";
import { addStart, change, remember, session } from "./session.js";
import { $ } from "./fields.js";
import { draw, drawn } from "./drawing.js";
import { listenToStage } from "./pointer.js";
import { showTip } from "./tip.js";

function startAt(point) {
  const { activation, view } = session.state;
  if (view === "line") {
    addStart({ y: [insideLevels(point[0], activation)] });
  } else if (session.shown.plane) {
    const start = startOnPlane(session.shown.plane.slice, activation, point);
    start && addStart(start);
  }
}

export function startAnywhere() {
  addStart(randomStart(session.state.W.length, session.state.activation));
}

const windowNow = () => (session.shown.plane ? session.state.window ?? session.shown.plane.slice.window : null);

function zoom(factor, point = null) {
  const next = windowNow() && zoomed(windowNow(), factor, point);
  if (next) {
    session.state.window = next;
    change("zoom");
  }
}

export function listenToPictures() {
  listenToStage([$("flow"), $("net")], {
    figureOf: (canvas) => drawn.figures[canvas.id],
    isCube: () => Boolean(session.shown.cube),
    hover: (place, stage) => showTip($("tip"), $("pictures"), stage, place),
    click: startAt,
    cursor: () => session.cursor,
    setCursor: (point) => { session.cursor = point; draw(); },
    window: windowNow,
    pan: (window) => { session.state.window = window; change("pan"); },
    turn: (turn) => { session.state.turn = turn; draw(); remember("turn"); },
    turned: () => session.state.turn,
    zoom, whole: () => $("whole").click(),
    startRandom: startAnywhere,
  });
}
