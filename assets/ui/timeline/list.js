// The turns of the chapter as a list: who says what, how it stands with it, and a button to hear it.

const template = root.querySelector("template");
const filter = root.querySelector(".tl-filter");
const current = { row: null };
const SEEN_PX = 120; // of the list, so that it counts as in sight
const AROUND_PX = 4;

const SHOWN = {
  "": () => true,
  flagged: (row) => row.flagged,
  attention: (row) => row.state === "attention" || row.state === "stale",
  missing: (row) => row.state === "missing" || isAtWork(row),
  adjusted: isAdjusted,
};

function makeRows() {
  list.replaceChildren();
  rowsById.clear();
  let scene = null;
  const made = chapter.rows.map((row) => {
    rowsById.set(row.id, row);
    const item = template.content.firstElementChild.cloneNode(true);
    item.dataset.turn = row.id;
    item.classList.toggle("tl-scene", scene !== null && row.scene !== scene);
    scene = row.scene;
    dressRow(row, item);
    return item;
  });
  list.append(...made);
}

const itemOf = (row) => list.querySelector(`[data-turn="${row.id}"]`);

// What is kept may say something else than the script.
const kindOf = (row) => (row.state === "locked" && row.stale ? "locked_stale" : row.state);

function dressRow(row, item = itemOf(row)) {
  const button = item.firstElementChild;
  item.style.setProperty("--hue", hueOf(row.speaker).toFixed(0));
  item.dataset.state = row.state;
  item.toggleAttribute("data-old", kindOf(row) === "locked_stale");
  button.disabled = !isReady(row);
  const label = say("play_turn", { number: row.number, speaker: row.speaker });
  button.setAttribute("aria-label", label);
  button.title = label;
  item.querySelector(".tr-speaker").textContent = row.speaker;
  item.querySelector(".tr-text").replaceChildren(...row.parts.map(makePart));
  const marks = [
    row.flagged && ["⚑", say("flagged"), "flag"],
    isAdjusted(row) && ["●", say("adjusted"), "adjusted"],
    row.state !== "done" && ["", say(`state_${kindOf(row)}`), "state"],
  ].filter(Boolean);
  item.querySelector(".tl-marks").replaceChildren(
    ...marks.map(([sign, words, kind]) => {
      const mark = document.createElement("span");
      mark.textContent = sign || words;
      mark.dataset.kind = kind;
      mark.title = kind === "state" ? row.reason || props.words?.[`about_${kindOf(row)}`] || words : words;
      if (sign) {
        mark.setAttribute("role", "img");
        mark.setAttribute("aria-label", words);
      }
      return mark;
    }),
  );
}

function makePart([kind, words]) {
  if (kind === "words") return document.createTextNode(words);
  const span = document.createElement("span");
  span.className = kind === "direction" ? "tr-direction" : "tr-pause";
  span.textContent = kind === "direction" ? `[${words}]` : words;
  return span;
}

function showCount() {
  const { number, rows } = chapter;
  const heard = rows.filter((row) => row.length !== undefined && row.state !== "missing" && !isAtWork(row));
  const old = heard.filter((row) => row.state === "stale").length; // to be performed again
  const done = heard.length - old;
  const total = chapter.spoken.length;
  const title = chapter.chapters.find((one) => one.number === number)?.title;
  root.querySelector(".tl-title").textContent = title || say("untitled", { number });
  const changes = old ? say(old === 1 ? "count_old_one" : "count_old", { old }) : "";
  const counted = say(total === 1 ? "count_one" : "count", { done, total });
  root.querySelector(".tl-count").textContent = isCounted() ? "" : counted + changes;
  showAmount();
  showEmpty();
}

// How much the button that performs would perform; where nothing is left it is not the loudest.
function showAmount() {
  const section = root.closest(".tr-section");
  const left = chapter.spoken.filter((row) => ["missing", "stale"].includes(row.state) || isAtWork(row)).length;
  const words = !left ? "" : say(left === 1 ? "amount_one" : "amount", { count: left });
  section?.style.setProperty("--tl-amount", JSON.stringify(words));
  section?.toggleAttribute("data-all-performed", !left && chapter.spoken.length > 0);
}

// Before anything can be heard it is said how it comes to be, and nothing looks as if it could be.
function showEmpty() {
  const isHopeless = !chapter.spoken.some((row) => isReady(row) || isComing(row)) && !isPerforming();
  const isUnwritten = !chapter.spoken.length && !chapter.problem;
  root.closest(".tr-section")?.toggleAttribute("data-unwritten", isUnwritten);
  root.querySelector(".tl-unwritten").hidden = !isUnwritten;
  root.toggleAttribute("data-empty", isHopeless);
  const empty = root.querySelector(".tl-empty");
  const total = chapter.spoken.length;
  empty.hidden = !isHopeless || !total || Boolean(chapter.problem);
  empty.textContent = say(total === 1 ? "empty_one" : "empty", { total });
  for (const button of root.querySelectorAll("[data-do=toggle]")) button.disabled = isHopeless;
}

function applyFilter() {
  const fits = SHOWN[filter.value];
  let shown = 0;
  for (const row of chapter.rows) {
    const isShown = fits(row);
    shown += isShown;
    itemOf(row).hidden = !isShown;
  }
  root.querySelector(".tl-none").hidden = shown > 0 || !chapter.rows.length;
}
const shownRows = () => (filter.value ? chapter.spoken.filter(SHOWN[filter.value]) : chapter.spoken);

// The turn at the place that is heard is the current one, in the list, the waveform and below it.
function showCurrent() {
  const row = rowAt(position());
  if (row === current.row) return;
  list.querySelector("[aria-current]")?.removeAttribute("aria-current");
  current.row = row;
  if (row) {
    const item = itemOf(row);
    item.setAttribute("aria-current", "true");
    if (player.on) keepInSight(item);
  }
  inspect();
  drawSoon();
}

const bringIntoSight = (item) => isShown() && item.scrollIntoView({ block: "nearest" });

// While it is played the list follows; the page does where the list is out of sight, or all the page.
function keepInSight(item) {
  if (!isShown()) return;
  const { top, bottom } = list.getBoundingClientRect();
  const isSeen = top < window.innerHeight - SEEN_PX && bottom > SEEN_PX;
  if (isSeen && getComputedStyle(list).overflowY !== "visible") scrollList(item);
  else bringIntoSight(item);
}

function scrollList(item) {
  const [here, around] = [item.getBoundingClientRect(), list.getBoundingClientRect()];
  if (here.top < around.top) list.scrollTop -= around.top - here.top + AROUND_PX;
  else if (here.bottom > around.bottom) list.scrollTop += here.bottom - around.bottom + AROUND_PX;
}

function step(by) {
  const rows = shownRows();
  const here = current.row ? rows.findIndex((row) => row.number >= current.row.number) : 0;
  const isHere = rows[here] === current.row;
  const at = here < 0 ? rows.length - 1 : by > 0 && !isHere ? here : here + by;
  const row = rows[Math.min(rows.length - 1, Math.max(0, at))];
  if (row) visit(row);
}

function visit(row) {
  seek(row.start);
  changed();
  follow();
  bringIntoSight(itemOf(row));
}
