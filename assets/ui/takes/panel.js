// The takes of one turn, part by part: heard, compared, chosen, locked, and more of them made.
//
// Opened by the window's event "tableread:takes" {project, turn}; tells "tableread:taken" when
// something has changed, and "tableread:takes-closed". `server.takes` does everything; `props.words` is what the panel says.

const LOOK_MS = 1000;
const AT_WORK = ["queued", "performing"];

const dialog = element.querySelector(".tr-takes");
const takeTemplate = dialog.querySelector("template");
const partOf = (name) => dialog.querySelector(`.tr-takes-${name}`);
const say = (name, values = {}) =>
  (props.words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

let open = null; // {project, turn}
let beside = {}; // ids of the turns before and behind it
let takes = [];
let working = false;
let lookTimer = 0;
let playing = null; // {number, audio}
const peaks = new Map(); // number of a take -> its bars

async function ask(request) {
  const mine = open;
  const answer = await server.takes({ project: mine.project, turn: mine.turn, ...request });
  if (mine !== open) return null;
  partOf("problem").textContent = answer ? (answer.error?.message ?? "") : say("offline");
  return answer && !answer.error ? answer : null;
}

async function show(detail) {
  open = { project: detail.project, turn: detail.turn };
  takes = [];
  partOf("list").replaceChildren();
  for (const name of ["line b", "line q", "state"]) partOf(name).textContent = "";
  dialog.querySelector("h2").textContent = "";
  working = false;
  if (!dialog.open) dialog.showModal();
  await look();
  partOf("list").querySelector(".tr-take[data-heard] button, .tr-take button")?.focus();
}

async function look() {
  clearTimeout(lookTimer);
  if (open) take(await ask({ do: "history" }));
}

function take(answer) {
  if (!answer) return;
  const ended = working && !AT_WORK.includes(answer.state);
  const same = JSON.stringify(takes) === JSON.stringify(answer.takes);
  takes = answer.takes;
  working = AT_WORK.includes(answer.state);
  describe(answer);
  if (!same || !partOf("list").children.length) list();
  if (working) lookTimer = setTimeout(look, LOOK_MS);
  if (ended) tell();
}

function describe({ turn, state, reason, previous, next, restorable }) {
  beside = { previous, next };
  for (const way of ["previous", "next"]) dialog.querySelector(`[data-do="${way}"]`).setAttribute("aria-disabled", !beside[way]);
  dialog.querySelector("h2").textContent = say("title", turn);
  partOf("line b").textContent = turn.speaker;
  partOf("line q").textContent = turn.text;
  const words = say(`state_${state}`) + (reason ? `: ${reason}` : "");
  if (partOf("state").textContent !== words) partOf("state").textContent = words;
  partOf("state").dataset.state = state;
  partOf("again").querySelector("[type=submit]").textContent = say(takes.length ? "again" : "first");
  partOf("again").querySelector("[type=submit]").setAttribute("aria-disabled", working); // keeps the focus
  dialog.querySelector('[data-do="restore"]').hidden = !restorable;
}

function list() {
  const here = document.activeElement?.closest?.(".tr-take")?.dataset.take;
  const act = document.activeElement?.dataset?.do;
  const parts = Map.groupBy ? Map.groupBy(takes, (one) => one.part) : grouped(takes);
  partOf("list").replaceChildren(...[...parts].flatMap(([part, own]) => drawPart(part, own, parts.size)));
  if (!takes.length) partOf("list").append(paragraph(say("nothing")));
  if (here) partOf("list").querySelector(`[data-take="${here}"] [data-do="${act}"]`)?.focus();
  drawPeaks();
}

function grouped(list) {
  const parts = new Map();
  for (const one of list) parts.set(one.part, [...(parts.get(one.part) ?? []), one]);
  return parts;
}

function drawPart(part, own, parts) {
  const title = document.createElement("h3");
  title.textContent = say("part", { part: part + 1, parts });
  const rows = own.map((one, at) => drawTake(one, at + 1, own)).reverse(); // the newest on top
  return parts > 1 ? [title, ...rows] : rows;
}

function drawTake(one, number, own) {
  const row = takeTemplate.content.firstElementChild.cloneNode(true);
  const find = (selector) => row.querySelector(selector);
  const locked = own.find((other) => other.locked);
  row.dataset.take = one.number;
  row.dataset.verdict = one.verdict;
  row.toggleAttribute("data-heard", one.selected);
  find("b").textContent = say("take", { number });
  find('[data-badge="heard"]').hidden = !one.selected;
  find('[data-badge="locked"]').hidden = !one.locked;
  find("small").textContent = facts(one);
  find(".tr-take-verdict").textContent = say(one.verdict, one);
  find(".tr-take-how").textContent = how(one);
  find(".tr-take-says").textContent = one.text && one.text !== own.at(-1).text ? say("says", one) : "";
  find('[data-do="play"]').dataset.words = say("play", { number });
  name(find('[data-do="play"]'), say("play", { number }));
  const seconds = one.seconds?.toFixed(1) ?? "?";
  find("canvas").setAttribute("aria-label", say("waveform", { number, seconds }));
  find("canvas").dataset.share = one.seconds ? one.seconds / Math.max(...own.map((other) => other.seconds)) : 1;
  const use = find('[data-do="select"]');
  use.hidden = one.selected;
  use.disabled = Boolean(locked);
  use.title = locked ? say("unlock_first") : "";
  use.setAttribute("aria-label", `${say("use")}: ${say("take", { number })}`);
  const lock = find('[data-do="lock"]');
  if (one.locked) lock.dataset.do = "unlock";
  lock.textContent = say(lock.dataset.do);
  lock.setAttribute("aria-pressed", one.locked);
  lock.disabled = Boolean(locked) && !one.locked;
  lock.title = lock.disabled ? say("unlock_first") : say("lock_title", { number });
  return row;
}

// The engine's own names and numbers, for who wants them.
function how({ seed, made_with: made }) {
  const known = ["checkpoint", "temperature", "top_p", "top_k"].filter((name) => made[name] != null);
  return [...known.map((name) => say(name, made)), say("seed", { seed })].join(" · ");
}

function facts({ seconds, voice, created }) {
  const when = new Date(created).toLocaleString("en", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const words = [voice && say("voice", { voice }), when];
  if (seconds != null) words.unshift(say("seconds", { seconds: seconds.toFixed(1) }));
  return words.filter(Boolean).join(" · ");
}

function name(button, words) {
  button.title = words;
  button.setAttribute("aria-label", words);
}

function paragraph(words) {
  const made = document.createElement("p");
  made.textContent = words;
  return made;
}

const canvasOf = (number) => partOf("list").querySelector(`[data-take="${number}"] canvas`);

function paint(number, played = 0) {
  const canvas = canvasOf(number);
  const bars = peaks.get(number);
  if (canvas && bars) drawWaveform(canvas, bars, { share: Number(canvas.dataset.share), played });
}

// One after the other: each may have to be decoded first.
async function drawPeaks() {
  const mine = open;
  for (const { number } of takes) paint(number);
  for (const { number } of takes) {
    if (peaks.has(number)) continue;
    const answer = await server.takes({ do: "peaks", ...mine, take: number });
    if (mine !== open) return;
    if (!answer?.peaks) continue;
    peaks.set(number, answer.peaks);
    paint(number);
  }
}

async function play(row) {
  const number = Number(row.dataset.take);
  const again = playing?.number === number;
  hush();
  if (again) return;
  const answer = await ask({ do: "sound", take: number });
  if (!answer) return;
  const audio = new Audio(answer.address);
  playing = { number, audio };
  audio.addEventListener("ended", hush);
  audio.addEventListener("playing", () => follow(playing));
  sign(number, true);
  for (const other of document.querySelectorAll("audio")) other.pause();
  audio.play().catch(hush);
}

function follow(one) {
  if (!one || one !== playing) return;
  paint(one.number, one.audio.currentTime / (one.audio.duration || 1));
  requestAnimationFrame(() => follow(one));
}

function hush() {
  if (!playing) return;
  const { number, audio } = playing;
  playing = null;
  audio.pause();
  paint(number);
  sign(number, false);
}

function sign(number, sounds) {
  const button = canvasOf(number)?.closest(".tr-take").querySelector(".tr-take-play");
  if (!button) return;
  button.querySelector("use").setAttribute("href", sounds ? "#tr-takes-stop" : "#tr-takes-play");
  name(button, sounds ? say("stop") : button.dataset.words);
}

const tell = () => window.dispatchEvent(new CustomEvent("tableread:taken", { detail: { ...open } }));

async function change(request) {
  const answer = await ask(request);
  if (!answer) return;
  take(answer);
  tell();
}

async function again(event) {
  event.preventDefault();
  if (working) return;
  const { candidates, seed, temperature } = partOf("again").elements;
  const asked = { turns: [open.turn], candidates: Number(candidates.value), seed: Math.max(0, Math.floor(Number(seed.value) || 0)) };
  if (temperature.value) asked.temperature = Number(temperature.value);
  const mine = open;
  const answer = await server.takes({ do: "perform", project: mine.project, ...asked });
  if (mine !== open) return;
  if (!answer || answer.error) partOf("problem").textContent = answer ? answer.error.message : say("offline");
  else {
    working = true;
    tell();
    look();
  }
}

function goTo(turn) {
  if (!turn) return;
  hush();
  show({ project: open.project, turn });
}

const acts = {
  previous: () => goTo(beside.previous),
  next: () => goTo(beside.next),
  close: () => dialog.close(),
  restore: () => change({ do: "restore" }),
  play,
  select: (row) => change({ do: "select", take: Number(row.dataset.take) }),
  lock: (row) => change({ do: "lock", take: Number(row.dataset.take) }),
  unlock: (row) => change({ do: "unlock", take: Number(row.dataset.take) }),
};

dialog.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) acts[button.dataset.do](button.closest(".tr-take"));
  else if (event.target === dialog && !inside(event)) dialog.close(); // beside the panel
});
dialog.addEventListener("keydown", (event) => {
  event.stopPropagation(); // the page's own keys rest
  const way = { PageUp: "previous", PageDown: "next" }[event.key];
  if (way) {
    event.preventDefault();
    goTo(beside[way]);
    return;
  }
  const row = event.target.closest(".tr-take");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!row || !step) return;
  event.preventDefault();
  const rows = [...partOf("list").querySelectorAll(".tr-take")];
  rows[rows.indexOf(row) + step]?.querySelector("button").focus();
});
dialog.addEventListener("close", () => {
  hush();
  clearTimeout(lookTimer);
  open = null;
  window.dispatchEvent(new CustomEvent("tableread:takes-closed"));
});
partOf("again").addEventListener("submit", again);

function inside({ clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

for (const root of [dialog, takeTemplate.content]) {
  for (const node of root.querySelectorAll("[data-words]")) node.textContent = say(node.dataset.words);
  for (const node of root.querySelectorAll("[data-named]")) name(node, say(node.dataset.named));
  for (const node of root.querySelectorAll("[data-hint]")) node.placeholder = say(node.dataset.hint);
}
window.addEventListener("tableread:takes", ({ detail }) => element.isConnected && show(detail));
window.addEventListener("resize", () => open && takes.forEach(({ number }) => paint(number)));
