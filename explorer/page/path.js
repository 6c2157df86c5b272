// Along a path of weights or of h: where one stands on it, and the events to go to.
import { short } from "./numbers.js";
import { change, diagramNow, session } from "./session.js";
import { $ } from "./fields.js";

export function placeAlpha() {
  const { from, to, alpha } = session.state.path;
  $("alpha").value = alpha;
  $("alpha-slider").value = Math.round((1000 * (alpha - from)) / (to - from));
  const here = diagramNow() ? session.shown.diagram.events.filter((event) => event.alpha === alpha) : [];
  $("here").textContent = here.length ? `at ${[...new Set(here.map((event) => event.label))].join(", ")}` : "";
  $("alpha-slider").setAttribute("aria-valuetext", `${short(alpha)} ${$("here").textContent}`);
}

export function goToAlpha(alpha, gesture = null) {
  session.state.path.alpha = alpha;
  placeAlpha();
  change(gesture);
}

/** The nearest event within a hundredth of the range, else the place itself. */
export function snapped(alpha) {
  const { from, to } = session.state.path;
  const events = diagramNow() ? session.shown.diagram.events.map((event) => event.alpha) : [];
  const nearest = events.reduce((best, one) => (Math.abs(one - alpha) < Math.abs(best - alpha) ? one : best), Infinity);
  return Math.abs(nearest - alpha) < 0.006 * (to - from) ? nearest : alpha;
}

export function stepToEvent(way) {
  const events = diagramNow() ? session.shown.diagram.events.map((event) => event.alpha) : [];
  const beyond = events.filter((alpha) => way * (alpha - session.state.path.alpha) > 0);
  if (beyond.length) {
    goToAlpha(way > 0 ? Math.min(...beyond) : Math.max(...beyond));
  }
}
