// The chapter on the page: its turns, their order, their rows, and what the server says of them.
//
// A turn is {id, speaker, text, scene, draft, sent, fresh, sentFresh, held, problem}: `text` is what
// is saved, `draft` what stands on the page where that is something else, `sent` the draft that is
// on its way; a fresh turn is not saved yet.
// `saved` is the order that the server has; `order` is the one on the page, a step ahead of it.

const sheet = {
  project: "", chapter: 1, revision: "", order: [], saved: [], turns: new Map(),
  chapters: [], speakers: [], directions: [], hues: new Map(), canUndo: false, canRedo: false,
};
const rowsById = new Map();

const list = element.querySelector(".tr-sheet");
const rowTemplate = element.querySelector(".tr-row-template");

const say = (name, values = {}) =>
  (props.words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
const turnOf = (node) => sheet.turns.get(node?.closest(".tr-row")?.dataset.turn);
const rowOf = (turn) => rowsById.get(turn.id);
const blockOf = (turn) => rowOf(turn).querySelector(".tr-block");
const shownText = (turn) => turn.draft ?? turn.text;
const place = (turn) => sheet.order.indexOf(turn.id);
const neighbor = (turn, step) => sheet.turns.get(sheet.order[place(turn) + step]);
const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// The server gives every speaker a hue, the same in all sections; until it knows of one, the first.
const hueOf = (speaker) => sheet.hues.get(speaker) ?? 200;

function makeRow(turn) {
  const row = rowTemplate.content.firstElementChild.cloneNode(true);
  row.dataset.turn = turn.id;
  rowsById.set(turn.id, row);
  draw(row.querySelector(".tr-block"), shownText(turn));
  return row;
}

// Everything of a row but its text.
function dress(turn, at = place(turn)) {
  const row = rowOf(turn);
  const name = row.querySelector(".tr-name");
  if (name.textContent !== turn.speaker) name.textContent = turn.speaker;
  row.style.setProperty("--hue", hueOf(turn.speaker).toFixed(0));
  row.classList.toggle("tr-scene-start", turn.scene && at > 0);
  const before = sheet.turns.get(sheet.order[at - 1]);
  row.classList.toggle("tr-follows", before?.speaker === turn.speaker && !turn.scene);
  const problem = row.querySelector(".tr-row-problem");
  problem.textContent = turn.problem ?? "";
  row.querySelector(".tr-block").setAttribute("aria-invalid", Boolean(turn.problem));
  showStatus(turn);
}

// The number of a turn is part of its label: kept for the rows that are looked at.
function label(turn) {
  const values = { number: place(turn) + 1, speaker: turn.speaker };
  const row = rowOf(turn);
  row.querySelector(".tr-block").setAttribute("aria-label", say("turn", values));
  row.querySelector(".tr-speaker-button").setAttribute("aria-label", say("speaker_of", values));
}

// Bring the rows on the page into the order of `sheet.order`, moving as few as need be.
function arrange() {
  for (const [id, row] of rowsById) {
    if (sheet.turns.has(id)) continue;
    row.remove();
    rowsById.delete(id);
  }
  let here = list.firstElementChild;
  for (const id of sheet.order) {
    const row = rowsById.get(id) ?? makeRow(sheet.turns.get(id));
    if (row === here) here = here.nextElementSibling;
    else if (row === here?.nextElementSibling) here = moveBehind(here, row);
    else list.insertBefore(row, here);
  }
  sheet.order.forEach((id, at) => dress(sheet.turns.get(id), at));
}

function dressAround(rows) {
  for (const { id } of rows) {
    const at = sheet.order.indexOf(id);
    for (const other of [at, at + 1]) {
      const turn = sheet.turns.get(sheet.order[other]);
      if (at >= 0 && turn) dress(turn, other);
    }
  }
}

// `row` is wanted where `here` stands and comes next: one of the two has moved.
function moveBehind(here, row) {
  const target = sheet.order.indexOf(here.dataset.turn);
  const behind = target > 0 ? rowsById.get(sheet.order[target - 1]) : null;
  if (behind && behind !== row && behind.parentElement) behind.after(here);
  else row.after(here);
  return row.nextElementSibling;
}

function putTurn(turn, at) {
  const next = rowsById.get(sheet.order[at]) ?? null;
  sheet.turns.set(turn.id, turn);
  sheet.order.splice(at, 0, turn.id);
  list.insertBefore(makeRow(turn), next);
  dressAround([turn]);
}

function dropTurns(turns) {
  const at = Math.min(...turns.map(place));
  for (const { id } of turns) {
    rowsById.get(id).remove();
    rowsById.delete(id);
    sheet.turns.delete(id);
    chosen.delete(id);
  }
  sheet.order = sheet.order.filter((id) => sheet.turns.has(id));
  const next = sheet.turns.get(sheet.order[at]);
  if (next) dress(next, at);
}

const freshTurn = (speaker) => ({
  id: newId(), speaker, text: "", scene: false, draft: "", sent: null, fresh: true, sentFresh: false,
  held: false, problem: "",
});

// Take what the server says of turns. Text that was typed since then stays on the page, and with
// more requests on their way the page is ahead in everything else.
function takeRows(rows, force, ahead = false) {
  for (const { id, speaker, text, scene } of rows) {
    const known = sheet.turns.get(id);
    const turn = known ?? { id, draft: null, held: false, problem: "", sent: null };
    Object.assign(turn, known && ahead && !force ? { text } : { speaker, text, scene }, { fresh: false });
    if (!known) sheet.turns.set(id, turn);
    if (force) Object.assign(turn, { draft: null, held: false, problem: "", sent: null });
    if (rowsById.has(id)) showText(turn, force);
  }
}

function showText(turn, force) {
  const block = blockOf(turn);
  const typing = document.activeElement === block && !force;
  if (turn.draft !== null || typing || block.textContent === turn.text) return;
  draw(block, turn.text);
  if (document.activeElement === block) select(block, turn.text.length);
}

// The order on the page becomes the server's; fresh turns stay behind the turn they follow.
function settleOrder() {
  const wanted = [...sheet.saved];
  sheet.order.forEach((id, at) => {
    if (!sheet.turns.get(id)?.fresh || wanted.includes(id)) return;
    const before = sheet.order.slice(0, at).findLast((other) => wanted.includes(other));
    wanted.splice(before ? wanted.indexOf(before) + 1 : 0, 0, id);
  });
  const known = new Set(wanted);
  for (const id of sheet.turns.keys()) if (!known.has(id)) sheet.turns.delete(id);
  sheet.order = wanted;
  if (!wanted.length) {
    const turn = freshTurn(sheet.speakers.at(-1) ?? NARRATOR);
    sheet.turns.set(turn.id, turn);
    sheet.order = [turn.id];
  }
  arrange();
}

function orderDiffers() {
  const here = sheet.order.filter((id) => !sheet.turns.get(id).fresh);
  return here.length !== sheet.saved.length || here.some((id, at) => id !== sheet.saved[at]);
}

function takeFrame(frame) {
  Object.assign(sheet, {
    revision: frame.revision, chapters: frame.chapters, speakers: frame.speakers,
    canUndo: frame.can_undo, canRedo: frame.can_redo,
  });
  takeHues(new Map(Object.entries(frame.hues)));
  showFrame();
}

function takeHues(hues) {
  const differ = [...hues].some(([speaker, hue]) => sheet.hues.get(speaker) !== hue);
  sheet.hues = hues;
  if (!differ) return;
  for (const [id, row] of rowsById) {
    const turn = sheet.turns.get(id);
    if (turn) row.style.setProperty("--hue", hueOf(turn.speaker).toFixed(0));
  }
}
