// What is said of an equilibrium under the pointer, beside it.
import { element, equilibriumWords } from "./tables.js";

/** `tip` within `around`, at the place {x, y, equilibrium} of the picture `stage`; null hides it. */
export function showTip(tip, around, stage, place, digits = 6) {
  tip.hidden = !place || !place.equilibrium;
  if (tip.hidden) {
    return;
  }
  tip.replaceChildren(...equilibriumWords(place.equilibrium, digits).map((text, k) => element(k === 0 ? "b" : "div", text)));
  const box = around.getBoundingClientRect(), own = stage.getBoundingClientRect();
  const left = own.left - box.left + place.x + 14;
  tip.style.left = `${Math.max(0, Math.min(left, box.width - tip.offsetWidth - 4))}px`;
  const top = own.top - box.top + place.y;
  tip.style.top = `${place.y > own.height / 2 ? top - tip.offsetHeight - 12 : top + 14}px`;
}
