// The timeline: everything is put together here, last of the files in this folder.
//
// From the server: `props.project` (slug, or empty), `props.opened` (changes when something of the
// project was stored), `props.performed` (changes with every turn that a performance finishes),
// `props.words` (what the timeline says) and `server.ask`.
// To the page: turn_again, and `data-chapter`: the one that would be performed. Nothing is loaded before the section is shown.
// Others point to a turn by the window's event "tableread:turn", whose detail is its number.

const READING_MS = 700;
let loading = null;
let again = 0;
let isStale = true;
let ticking = 0;

const isShown = () => document.body.dataset.section === "listen";
const isWanted = () => isShown() || player.on; // heard while something else is looked at

// Bring what is on the page up to date; while it is under way another wish waits for one more.
async function load() {
  if (!chapter.project) return;
  if (loading) {
    isStale = true;
    return loading;
  }
  isStale = false;
  loading = take();
  await loading;
  loading = null;
  if (isStale && isWanted()) await load();
}

async function take() {
  clearTimeout(again);
  const { project, number } = chapter;
  const answer = await ask({ do: "open", chapter: number, known: chapter.revision });
  if (project !== chapter.project || number !== chapter.number) return;
  if (answer.error) return tell(answer.error, true);
  const before = current.row && { ...current.row };
  Object.assign(chapter, { reading: answer.reading, problem: answer.problem });
  put(answer);
  replaced(before);
  tellState();
  changed();
  if (answer.reading && isWanted()) again = setTimeout(load, READING_MS);
}

function put(answer) {
  chapter.revision = answer.revision;
  chapter.seconds = answer.seconds;
  const changedIds = answer.rows.map((row) => row.id);
  if (answer.whole) {
    Object.assign(chapter, { rows: answer.rows, chapters: answer.chapters, hues: new Map(Object.entries(answer.hues)) });
    chapter.number = answer.chapter;
    root.dataset.chapter = answer.chapter;
    place();
    current.row = null;
    makeRows();
    showChapters();
  } else if (answer.rows.length) {
    const fresh = new Map(answer.rows.map((row) => [row.id, row]));
    chapter.rows = chapter.rows.map((row) => fresh.get(row.id) ?? row);
    for (const row of answer.rows) rowsById.set(row.id, row);
    place();
    if (current.row) current.row = rowsById.get(current.row.id) ?? null;
    answer.rows.forEach((row) => dressRow(row));
  }
  if (!changedIds.length && !answer.whole) return;
  applyFilter();
  showCount();
  fit();
  showInspected();
}

function showChapters() {
  const menu = root.querySelector(".tl-chapter");
  menu.hidden = chapter.chapters.length < 2;
  root.querySelector(".tl-title").hidden = !menu.hidden; // the menu is the title
  menu.replaceChildren(
    ...chapter.chapters.map(({ number, title }) => new Option(title || say("untitled", { number }), number, false, number === chapter.number)),
  );
}

function openChapter(project, number) {
  if (player.on) pause();
  mini.isWished = false;
  const isOther = project !== chapter.project;
  Object.assign(chapter, { project, number, revision: "", rows: [], spoken: [], seconds: 0 });
  root.dataset.chapter = number;
  root.querySelector(".tl-unwritten a").href = `#${encodeURIComponent(project)}/script`;
  if (isOther) sounds.clear();
  player.at = 0;
  view.fits = false;
  view.scale = 20;
  wave.scrollLeft = 0;
  current.row = null;
  root.hidden = !project;
  element.querySelector(".tl-nothing").hidden = Boolean(project);
  list.replaceChildren();
  return isShown() ? load() : void (isStale = true);
}

// Something has moved: what is shown of the place that is heard follows.
function changed() {
  showCurrent();
  const at = position();
  root.querySelector(".tl-clock").textContent = `${clock(at)} / ${clock(chapter.seconds)}`;
  wave.setAttribute("aria-valuemax", chapter.seconds.toFixed(1));
  wave.setAttribute("aria-valuenow", at.toFixed(1));
  const row = current.row;
  wave.setAttribute("aria-valuetext", row ? say("at_turn", { time: clock(at), number: row.number, speaker: row.speaker }) : clock(at));
  Object.assign(root.dataset, { at: at.toFixed(3), level: loudness().toFixed(4) });
  moveHead();
}

function showPlaying() {
  const button = root.querySelector("[data-do=toggle]");
  const words = say(player.on ? "pause" : "play");
  button.querySelector("use").setAttribute("href", player.on ? "#tl-pause" : "#tl-play");
  button.title = words;
  button.setAttribute("aria-label", words);
  root.dataset.playing = player.on ? (player.waits && player.waits !== "sound" ? "waiting" : "playing") : "";
  if (player.on && !ticking) ticking = setInterval(tick, 40);
  showMini();
}

function tick() {
  if (!player.on) {
    clearInterval(ticking);
    ticking = 0;
    return changed();
  }
  if (!element.isConnected) return pause();
  if (!player.waits) {
    beat();
    follow();
  }
  changed();
  nameMini();
}

// One sentence beside the chapter: what is waited for, or what is in the way.
function tellState() {
  const isWaiting = player.on && player.waits && player.waits !== "sound";
  const row = isWaiting && rowsById.get(player.waits);
  if (isWaiting) tell(row ? say("waits", { number: row.number }) : say("waits_any"));
  else if (chapter.problem) tell(chapter.problem, true);
  else if (chapter.reading) tell(say(chapter.reading === 1 ? "reading_one" : "reading", { count: chapter.reading }));
  else tell("");
  if (player.on) root.dataset.playing = isWaiting ? "waiting" : "playing";
}

async function goToTurn(number) {
  let first = 1;
  for (const { number: one, turns } of chapter.chapters) {
    if (number < first + turns) {
      if (one !== chapter.number) await choose(one);
      break;
    }
    first += turns;
  }
  const row = chapter.spoken.find((found) => found.number === number);
  if (row) visit(row);
}

function choose(number) {
  return openChapter(chapter.project, number);
}

const acts = {
  toggle,
  before: () => step(-1),
  after: () => step(1),
  zoom_in: () => zoom(1.5),
  zoom_out: () => zoom(1 / 1.5),
  fit: () => zoomTo(0),
  play_turn: (button) => play(rowsById.get(button.closest(".tr-turn").dataset.turn).start),
  reset: (button) => adjust(inspectedRow(), button.closest("label").dataset.name, null),
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button && event.detail) button.blur(); // so that Space plays, after a click as well
  const row = inspectedRow();
  if (button && acts[button.dataset.do]) acts[button.dataset.do](button);
  else if (button && row) turnActs[button.dataset.do]?.(row);
  else if (event.target.closest(".tr-turn") && !getSelection().toString()) {
    const chosen = rowsById.get(event.target.closest(".tr-turn").dataset.turn);
    if (chosen.start !== undefined) visit(chosen);
  }
});
inspector.addEventListener("submit", (event) => event.preventDefault());
inspector.addEventListener("change", (event) => typed(event.target));
inspector.addEventListener("focusout", () => setTimeout(() => inspect()));
filter.addEventListener("change", applyFilter);
root.querySelector(".tl-chapter").addEventListener("change", ({ target }) => choose(Number(target.value)));
document.addEventListener("keydown", pressKey);
document.addEventListener("play", ({ target }) => target.matches("audio") && hush(), true);
window.addEventListener("tableread:turn", ({ detail }) => element.isConnected && goToTurn(Number(detail)));
window.addEventListener("tableread:project", ({ detail }) => {
  if (element.isConnected && detail !== chapter.project) hush();
});
window.addEventListener("tableread:section", ({ detail }) => {
  if (!element.isConnected) return;
  if (detail === "listen") {
    if (isStale) load();
    requestAnimationFrame(fit);
  }
  showMini();
});
new ResizeObserver(() => isShown() && fit()).observe(wave);
new MutationObserver(drawSoon).observe(document.body, { attributeFilter: ["class"] });

function translate() {
  for (const node of element.querySelectorAll("[data-words]")) node.textContent = say(node.dataset.words);
  for (const node of element.querySelectorAll("[data-label]")) {
    node.title = node === wave || node === list ? "" : say(node.dataset.label);
    node.setAttribute("aria-label", say(node.dataset.label));
  }
  for (const node of element.querySelectorAll("[data-hint]")) node.title = say(node.dataset.hint);
  const hints = root.querySelector(".tl-hints");
  hints.replaceChildren(
    ...(props.words?.hints ?? []).map(([keys, does]) => {
      const hint = document.createElement("span");
      const pressed = keys.split(" ").map((key) => Object.assign(document.createElement("kbd"), { textContent: key }));
      hint.append(...pressed, does);
      return hint;
    }),
  );
}

translate();
listenToGestures();
watch(["project", "opened"], () => {
  if (props.project !== chapter.project) openChapter(props.project, 1);
  else if (isShown()) load();
  else isStale = true;
});
watch(["performed"], () => {
  showCount();
  isWanted() ? load() : (isStale = true);
});
openChapter(props.project ?? "", 1);
