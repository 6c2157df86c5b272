// Fields of the page and what is wrong in them: one line at the field, and nothing else changes.
import { element } from "./tables.js";

export const $ = (id) => document.getElementById(id);

/** The field of each member that the library refuses by name. */
const fieldOfError = { step: "step", W: "matrix", A: "matrix", B: "matrix", b: "bias", activation: "view", start: "start",
                       path: "path", range: "path", alpha: "path", window: "view", through: "view", units: "view", t_end: "start", layers: "start" };

export function say(field, text) {
  $(`${field}-error`).textContent = text;
}

export function clearErrors() {
  document.querySelectorAll(".error").forEach((place) => { place.textContent = ""; });
}

export function flag(input, bad) {
  input.setAttribute("aria-invalid", bad ? "true" : "false");
}

/** Reads a field; what is wrong is said there, and nothing else changes. */
export function taken(input, field, read) {
  try {
    const value = read(input.value);
    flag(input, false);
    say(field, "");
    return value;
  } catch (error) {
    flag(input, true);
    say(field, error.message);
    return undefined;
  }
}

/** A refusal of the library, at the field that it names. */
export function complain(message) {
  const name = message.split(":")[0].trim();
  say(fieldOfError[name] ?? "view", message);
}

/** The entries [value, text] of a choice, and the one chosen. */
export function options(select, list, value) {
  select.replaceChildren(...list.map(([key, text]) => element("option", text, { value: key })));
  select.value = value;
}
