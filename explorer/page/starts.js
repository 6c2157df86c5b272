// Where trajectories begin.
import { bounded } from "./state.js";

/** What residuals lie between. */
export function levelsOf(activation) {
  return activation === "tanh" ? [-1, 1] : activation === "logistic" ? [0, 1] : [0, 4];
}

/** The start at a point of a plane, {y} or {u}; none outside the cube. */
export function startOnPlane(slice, activation, point) {
  const q = slice.origin.map((value, i) => value + slice.basis[0][i] * point[0] + slice.basis[1][i] * point[1]);
  if (slice.coordinate !== "y") {
    return { u: q.map((value) => Number(value.toPrecision(12))) };
  }
  const [low, high] = levelsOf(activation);
  if (q.some((value) => value < low - 1e-12 || value > high + 1e-12)) {
    return null;
  }
  return { y: q.map((value) => insideLevels(value, activation)) };
}

/** A residual as it is written, within its levels. */
export function insideLevels(value, activation) {
  const [low, high] = levelsOf(activation);
  return Math.min(high, Math.max(low, Number(value.toPrecision(12))));
}

export function randomStart(units, activation) {
  const [low, high] = levelsOf(activation);
  if (bounded(activation)) {
    return { y: Array.from({ length: units }, () => Number((low + (high - low) * (0.03 + 0.94 * Math.random())).toFixed(4))) };
  }
  return { u: Array.from({ length: units }, () => Number((6 * Math.random() - 3).toFixed(4))) };
}
