// The list of turns: shows which are done, plays one, and follows the chapter player.
//
// `props.marks` comes from the server on every tick of a performance:
//   {script: digest, done: [turn], attention: [turn]}
// `props.starts` with the finished chapter: {script: digest, at: [[turn, seconds]]}
// Both are ignored if they are of another script than the one shown.

const player = () => document.querySelector("#chapter-player audio");
const ofThisScript = (told) => {
  const list = element.querySelector(".tr-turns");
  return list && told.script === list.dataset.script ? told : {};
};
const starts = () => ofThisScript(props.starts).at ?? [];
const rows = () => element.querySelectorAll(".tr-turn");

function show() {
  const { done = [], attention = [] } = ofThisScript(props.marks);
  const finished = new Set(done);
  const doubtful = new Set(attention);
  for (const row of rows()) {
    const turn = Number(row.dataset.turn);
    row.querySelector("button").disabled = !finished.has(turn);
    row.dataset.state = doubtful.has(turn) ? "attention" : finished.has(turn) ? "done" : "";
  }
  goOn();
}

// Playing on: one turn after the other in the player at the foot. What is not performed yet is
// waited for: `show` looks again whenever something has been finished.
let next = null;
let isOn = false;

function goOn() {
  const row = next === null ? null : rows()[next];
  if (isOn && row && !row.querySelector("button").disabled) hear(next);
}

function hear(turn) {
  next = null;
  highlight(turn);
  heard = turn;
  trigger("listen", { turn });
}

let heard = null;
function ended({ target }) {
  if (!target.closest("#dock") || heard === null) return;
  next = isOn && heard + 1 < rows().length ? heard + 1 : null;
  highlight(null);
  goOn();
}

function switchOn(button) {
  isOn = !isOn;
  button.setAttribute("aria-pressed", isOn);
  next = isOn ? 0 : null;
  if (!isOn) document.querySelector("#dock audio")?.pause();
  goOn();
}

function listen(turn) {
  const start = new Map(starts()).get(turn);
  const audio = player();
  if (audio && start !== undefined) {
    audio.currentTime = start;
    audio.play();
  } else {
    hear(turn);
  }
}

function turnAt(seconds) {
  let spoken = null;
  for (const [turn, start] of starts()) {
    if (start <= seconds + 0.01) spoken = turn;
  }
  return spoken;
}

function follow(event) {
  const audio = event.target;
  if (audio !== player()) return;
  highlight(turnAt(audio.currentTime));
}

function highlight(spoken) {
  for (const row of rows()) {
    const now = Number(row.dataset.turn) === spoken;
    if (now && !row.hasAttribute("aria-current")) {
      const list = row.parentElement;
      list.scrollTop = row.offsetTop - list.offsetTop - list.clientHeight / 3;
    }
    row.toggleAttribute("aria-current", now);
  }
}

element.addEventListener("click", (event) => {
  const all = event.target.closest(".tr-play-on");
  if (all) switchOn(all);
  const row = event.target.closest("button") && event.target.closest(".tr-turn");
  if (row) listen(Number(row.dataset.turn));
});
document.addEventListener("timeupdate", follow, true); // media events do not bubble
document.addEventListener("ended", ended, true);
// Another script is shown with the switch off, so it is off.
watch("value", () => {
  isOn = false;
  next = heard = null;
});
watch(["marks", "value"], show);
show();
