// A turn is heard in the page's player; or the chapter, turn after turn, the one that sounds marked.
//
// The player at the foot belongs to the page: what it plays comes from the server (`turn_play`), in
// an element that is made anew for every sound. Whatever else begins to sound ends the chapter here.

const GONE_MS = 500;

let sounding = null; // {turn, on: whether the next one follows, source: what plays, once it does}
let isUnwanted = false; // stopped before its sound came
let goneTimer = 0;

const dockSound = () => document.querySelector("#dock audio");
const isHere = () => element.isConnected && document.body.dataset.section === "script";

const canBeHeard = (id) => Boolean(states[id]?.heard);
const heardFrom = (at) => sheet.order.find((id, place) => place >= at && canBeHeard(id));

function play(turn) {
  if (stateOf(turn).heard) sound(turn.id, false);
}

// From the turn that is written in, or the first; again: no more.
function playChapter() {
  if (sounding?.on) return hush();
  const first = firstHeard();
  if (first) sound(first, true);
}

function firstHeard() {
  const here = turnOf(document.activeElement) ?? turnOf(list.querySelector(".tr-here"));
  return heardFrom(here ? place(here) : 0) ?? heardFrom(0);
}

function sound(turn, on) {
  sounding = { turn, on, source: "" };
  isUnwanted = false;
  trigger("turn_play", { project: sheet.project, turn });
  showPlaying();
  clearInterval(goneTimer);
  goneTimer = setInterval(() => sounding?.source && !dockSound() && stopPlaying(), GONE_MS);
  if (on && isShown()) rowsById.get(turn)?.scrollIntoView({ block: "nearest" });
}

function hush() {
  isUnwanted = !sounding.source;
  dockSound()?.pause();
  stopPlaying();
}

function stopPlaying() {
  sounding = null;
  clearInterval(goneTimer);
  showPlaying();
}

function showPlaying() {
  for (const row of list.querySelectorAll(".tr-sounding")) row.classList.remove("tr-sounding");
  if (sounding) rowsById.get(sounding.turn)?.classList.add("tr-sounding");
  showWhatPlays();
}

// What the button would do now: where another turn is written in, it begins there.
function showWhatPlays() {
  const button = element.querySelector('[data-do="play_chapter"]');
  const isWhole = firstHeard() === heardFrom(0);
  const words = sounding?.on ? say("stop_playing") : say(isWhole ? "play_chapter" : "play_from_here");
  if (button.textContent !== words) button.textContent = words;
  button.disabled = !sounding?.on && !heardFrom(0);
}

function begun({ target }) {
  const isDocks = Boolean(target.closest("#dock"));
  if (isUnwanted && isDocks) {
    isUnwanted = false;
    if (isHere()) target.pause();
  }
  if (!sounding) return;
  const isOurs = isDocks && [target.currentSrc, ""].includes(sounding.source);
  if (isOurs) sounding.source = target.currentSrc;
  else stopPlaying(); // something else is listened to
}

function ended({ target }) {
  if (!sounding?.source || target.currentSrc !== sounding.source) return;
  const next = sounding.on && isHere() && heardFrom(sheet.order.indexOf(sounding.turn) + 1);
  if (next) sound(next, true);
  else stopPlaying();
}

function listenToPlaying() {
  document.addEventListener("play", begun, true); // neither of the two bubbles
  document.addEventListener("ended", ended, true);
}
