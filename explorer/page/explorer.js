// The page: fields to state, state to the library, answers to pictures.
import { unpacked } from "./engine.js";
import { addressOf, newState, product } from "./state.js";
import { beginHistory, canRedo, canUndo, fitToSize, listeners, open, redo, session, undo } from "./session.js";
import { ask, busy, frames, refresh, startEngines } from "./answers.js";
import { $, clearErrors, say } from "./fields.js";
import { fillControls } from "./controls.js";
import { listenToNetworkFields } from "./network_fields.js";
import { listenToPictures } from "./pictures.js";
import { listenToViewFields } from "./view_fields.js";
import { listenToPathFields } from "./path_fields.js";
import { fillResults } from "./results.js";
import { draw, drawn, listenToShade } from "./drawing.js";
import { saveAs } from "./saving.js";

const mostAddress = 30000; // characters that go into the address

let addressTimer = 0;

function showHistory(address) {
  $("undo").disabled = !canUndo();
  $("redo").disabled = !canRedo();
  window.clearTimeout(addressTimer);
  addressTimer = window.setTimeout(() => {
    if (address.length <= mostAddress) {
      window.history.replaceState(null, "", `#${address}`);
    }
  }, 120);
}

/** Whether the address said a state; else one line says what is wrong with it. */
function openAddress(address) {
  try {
    open(address);
    return true;
  } catch (error) {
    say("view", `address: ${error.message}`);
    return false;
  }
}

function listenToTools() {
  $("undo").addEventListener("click", undo);
  $("redo").addEventListener("click", redo);
  document.addEventListener("keydown", (event) => {
    const typing = ["INPUT", "TEXTAREA"].includes(event.target.tagName) && event.target.type !== "checkbox";
    if ((event.ctrlKey || event.metaKey) && !typing && (event.key === "z" || event.key === "y")) {
      event.preventDefault();
      $(event.key === "y" || event.shiftKey ? "redo" : "undo").click();
    }
  });
  $("copy-link").addEventListener("click", async () => {
    const link = `${window.location.href.split("#")[0]}#${addressOf(session.state)}`;
    try {
      await navigator.clipboard.writeText(link);
      $("copy-link").textContent = "copied";
    } catch {
      window.location.hash = addressOf(session.state);
      $("copy-link").textContent = "it is in the address bar";
    }
    window.setTimeout(() => { $("copy-link").textContent = "copy link"; }, 2000);
  });
  for (const place of ["export", "path"]) {
    $(place).addEventListener("click", (event) => event.target.dataset.save && saveAs(event.target.dataset.save));
  }
  $("only-stable").addEventListener("change", fillResults);
  window.addEventListener("resize", draw);
  window.addEventListener("hashchange", () => {
    const address = window.location.hash.slice(1);
    if (address && address !== addressOf(session.state)) {
      openAddress(address);
    }
  });
}

async function begin() {
  listeners.changed = refresh;
  listeners.replaced = () => { clearErrors(); fillControls(); };
  listeners.remembered = showHistory;
  listenToShade();
  startEngines($("glue").textContent, await unpacked($("wasm").textContent));
  session.systems = await ask("systems", {});
  const text = $("given").textContent.trim();
  const given = text.startsWith("{") ? JSON.parse(text) : null; // else as it was built, without one
  const first = given ?? session.systems.find((system) => system.name === "winner-takes-all");
  const state = newState({ ...first, W: (first.W ?? product(first.B, first.A)).map((row) => [...row]) });
  state.view = state.W.length === 3 ? "cube" : state.W.length === 1 ? "line" : "plane";
  if (given && given.t_end) {
    state.tEnd = given.t_end;
  }
  if (given && given.layers) {
    state.layers = given.layers;
  }
  session.state = state;
  beginHistory();
  listenToTools();
  listenToPictures();
  listenToNetworkFields();
  listenToViewFields();
  listenToPathFields();
  fitToSize();
  fillControls();
  const address = window.location.hash.slice(1);
  if (!address || !openAddress(address)) {
    showHistory(addressOf(session.state));
    await refresh();
  }
  // What tests and the curious look at.
  window.explorer = { frames, ask, get state() { return session.state; }, get shown() { return session.shown; }, get busy() { return busy(); }, get figures() { return drawn.figures; } };
}

begin().catch((error) => {
  $("subject").textContent = error.message;
});
