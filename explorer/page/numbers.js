// Numbers as people write and read them.

/** Four significant digits, a true minus. */
export function short(value, digits = 4) {
  if (value === null || value === undefined) {
    return "–";
  }
  if (value === "infinity" || value === Infinity) {
    return "∞";
  }
  if (value === "-infinity" || value === -Infinity) {
    return "−∞";
  }
  return String(Number(Number(value).toPrecision(digits))).replace("-", "−");
}

/** [re, im] as in results.json. */
export function complex([re, im], digits = 4) {
  if (im === 0) {
    return short(re, digits);
  }
  const size = Math.abs(im);
  return `${short(re, digits)} ${im < 0 ? "−" : "+"} ${short(size, digits)}i`;
}

/** A number as a field has it; throws what was expected. */
export function numberFrom(text, what = "a number") {
  const plain = String(text).trim().replace(/^[−–]/, "-").replace(/^\+/, "");
  if (!/^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) || !Number.isFinite(Number(plain))) {
    throw new Error(`expected ${what}, got “${String(text).trim().slice(0, 24)}”`);
  }
  return Number(plain);
}

/** 1, 2 or 5 times a power of ten, so that at most `most` + 1 ticks stand on `span`. */
export function tickStep(span, most = 5) {
  const power = Math.pow(10, Math.floor(Math.log10(span / most)));
  return [1, 2, 5, 10].map((k) => k * power).find((step) => span / step <= most) ?? 10 * power;
}

/** Ticks within [from, to]. */
export function ticks(from, to, most = 5) {
  const step = tickStep(to - from, most);
  const list = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9 * step; ++k) {
    list.push(Number((k * step).toPrecision(10)));
  }
  return list;
}

/** `size` numbers (`what` they are) apart by commas, semicolons or spaces. */
export function numbersFrom(text, size, what) {
  const words = text.trim().split(/[\s,;]+/).filter(Boolean);
  if (words.length !== size) {
    throw new Error(`expected ${size} numbers (${what}), got ${words.length}`);
  }
  return words.map((word) => numberFrom(word));
}
