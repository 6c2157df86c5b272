// The fields of the network: a named system, activation, step, size, bias, a matrix pasted or dropped.
import { squareFromText } from "./matrix_text.js";
import { isSafetensors, networkFromSafetensors } from "./safetensors.js";
import { addStart, change, fitToSize, session, take } from "./session.js";
import { $, flag, say, taken } from "./fields.js";
import { fillControls } from "./controls.js";
import { numberFrom, numbersFrom } from "./numbers.js";

function setStep(value, gesture = null) {
  session.state.step = value;
  $("step").value = value;
  $("step-slider").value = value;
  change(gesture);
}

const stepFrom = (text) => {
  const value = numberFrom(text, "a step h > 0");
  if (!(value > 0)) {
    throw new Error(`expected a step h > 0, got ${text.trim()}`);
  }
  return value;
};

async function takeFile(file) {
  const buffer = await file.arrayBuffer();
  try {
    const network = isSafetensors(buffer) ? networkFromSafetensors(buffer) : { W: squareFromText(new TextDecoder().decode(buffer)) };
    say("paste", "");
    take({ activation: session.state.activation, step: session.state.step, ...network, name: file.name });
  } catch (error) {
    $("paste-part").open = true;
    say("paste", `${file.name}: ${error.message}`);
  }
}

/** n units: weights that are there stay, new units keep to themselves. */
function resize(n) {
  const W = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (session.state.W[i] && session.state.W[i][j] !== undefined ? session.state.W[i][j] : i === j ? 1 : 0)));
  Object.assign(session.state, { W, B: null, A: null, name: "W", b: W.map((_, i) => session.state.b[i] ?? 0), starts: [], window: null, path: null });
  session.state.plane = { kind: "units", units: [0, 1], at: null, through: [] };
  fitToSize();
  fillControls();
  change();
}

export function listenToNetworkFields() {
  $("system").addEventListener("change", () => {
    const system = session.systems.find((one) => one.name === $("system").value);
    if (system) {
      take({ name: system.name, W: system.W.map((row) => [...row]), activation: system.activation, step: session.state.step });
    }
  });
  $("activation").addEventListener("change", () => {
    Object.assign(session.state, { activation: $("activation").value, starts: [], window: null });
    fitToSize();
    fillControls();
    change();
  });
  $("step").addEventListener("change", () => {
    const value = taken($("step"), "step", stepFrom);
    value !== undefined && setStep(value);
  });
  $("step-slider").addEventListener("input", () => {
    flag($("step"), false);
    say("step", "");
    setStep(Number($("step-slider").value), "step slider");
  });
  $("fewer").addEventListener("click", () => resize(session.state.W.length - 1));
  $("more").addEventListener("click", () => resize(session.state.W.length + 1));
  $("bias").addEventListener("change", () => {
    const value = taken($("bias"), "bias", (text) => numbersFrom(text, session.state.W.length, "one a unit"));
    if (value) {
      session.state.b = value;
      change();
    }
  });
  $("run-input").addEventListener("click", () => {
    const size = session.state.A ? session.state.A.length : session.state.W.length;
    const x = taken($("input"), "input", (text) => numbersFrom(text, size, "one an input"));
    x && addStart({ x });
  });
  $("take").addEventListener("click", () => {
    const W = taken($("paste"), "paste", squareFromText);
    W && take({ name: "W", W, activation: session.state.activation, step: session.state.step });
  });
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (event.target.id !== "paste" && /[\n;[\t]/.test(text.trim())) {
      event.preventDefault();
      $("paste").value = text;
      $("paste-part").open = true;
      $("take").click();
    }
  });
  $("file").addEventListener("change", () => $("file").files.length && takeFile($("file").files[0]));
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      document.body.classList.toggle("dropping", name === "dragenter" || name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        takeFile(event.dataTransfer.files[0]);
      }
    });
  }
}
