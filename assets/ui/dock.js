// The player at the foot: it plays what was asked for, and leaves when that is over or closed.
//
// What comes when its asker has gone to another section is dropped. While it is prepared, the button
// that asked says so.

const LINGERS_MS = 4000; // after the end of a sound
const GIVEN_UP_MS = 120_000;
const ASKING = "[data-do=audition], [data-do=line], [data-do=codes]";
const SOUNDING = ["script", "cast", "voices"]; // the sections that ask for sounds

const here = () => document.body.dataset.section;
const sound = () => element.querySelector("audio");
let asked = "";
let leaving = 0;
let asker = null;

function leave() {
  clearTimeout(leaving);
  sound()?.pause();
  props.value = "";
}

function prepared() {
  if (!asker) return;
  clearTimeout(asker.late);
  asker.button.removeAttribute("data-preparing");
  asker.button.removeAttribute("aria-busy");
  asker = null;
}

function ask(event) {
  if (!element.isConnected || event.target.closest?.("nav, #dock") || !SOUNDING.includes(here())) return;
  asked = here();
  const button = event.type === "click" && event.target.closest?.(ASKING);
  if (!button) return;
  prepared();
  asker = { button, late: setTimeout(prepared, GIVEN_UP_MS) };
  button.dataset.preparing = props.preparing;
  button.setAttribute("aria-busy", "true");
}

function arrived() {
  clearTimeout(leaving);
  prepared();
  const isLate = props.value && SOUNDING.includes(asked) && asked !== here();
  if (isLate) leave();
  document.body.toggleAttribute("data-dock", Boolean(props.value));
}

element.addEventListener("click", ({ target }) => target.closest("[data-do=close]") && leave());
element.addEventListener("keydown", ({ key }) => key === "Escape" && leave());
// Events of a sound do not bubble.
element.addEventListener("ended", () => (leaving = setTimeout(leave, LINGERS_MS)), true);
element.addEventListener("play", () => clearTimeout(leaving), true);
document.addEventListener("play", ({ target }) => target !== sound() && sound()?.pause(), true);
document.addEventListener("click", ask, true);
document.addEventListener("keydown", ask, true);
window.addEventListener("tableread:section", () => element.isConnected && sound()?.paused && leave());
// A complaint comes in the place of a sound.
new MutationObserver(() => document.querySelector(".toast-body, .tr-complaint") && prepared())
  .observe(document.body, { childList: true });
watch("value", arrived);
