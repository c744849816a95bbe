// What is typed goes to the server in the order in which it was typed, one request at a time.
//
// - Text is sent a moment after the last letter; until it is saved it is kept in the browser too.
// - An answer of "conflict" means that another window was faster: the chapter is read again, and
//   what was typed here goes on top of it, except in a turn that was changed there as well.
// - Where the server does not answer, the request is repeated until it does.

const PAUSE_MS = 120; // after the last letter
const HOLD_MS = 2500; // a text with an open bracket is given time to be finished
const STEP_MS = 1500; // a longer pause in typing begins a new step of undo
const RETRY_MS = [500, 1000, 2000, 4000];

const waiting = []; // requests: {request() -> object, done(answer), force}
let sending = false;
let flushTimer = 0;
let holdTimer = 0;
let step = { name: newId(), turn: "", moment: 0 };
let untold = false;
let opening = 0; // how often something was opened

const dirty = () => [...sheet.turns.values()].filter((turn) => turn.draft !== null);
const idle = () => !sending && !waiting.length;

async function ask(request) {
  const { project, chapter } = sheet; // another may be opened before it is answered
  for (let attempt = 0; ; attempt += 1) {
    const answer = await server.ask({ project, chapter, ...request });
    if (answer) return answer;
    indicate("offline");
    await new Promise((go) => setTimeout(go, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
  }
}

function send(request, { done = () => {}, force = false, turn = null } = {}) {
  waiting.push({ request, done, force, turn });
  indicate("saving");
  pump();
}

async function pump() {
  if (sending) return;
  sending = true;
  while (waiting.length) {
    const { request, done, force, turn } = waiting.shift();
    const answer = await ask(request());
    try {
      if (answer.error) await refused(answer.error, turn);
      else take(answer, force);
      done(answer);
    } catch (error) {
      console.error(error); // whatever it was, what is typed next is to be saved
      await reread();
    }
  }
  sending = false;
  indicate();
  showAmount();
  lookSoon();
  countSoon(COUNT_AFTER_WRITING_MS);
}

function take(answer, force) {
  if (!answer.change) return;
  takeFrame(answer.frame);
  const { at, removed, inserted, rows } = answer.change;
  sheet.saved.splice(at, removed, ...inserted);
  takeRows(rows, force, waiting.length > 0);
  if (waiting.length || !orderDiffers()) dressAround(rows);
  else settleOrder();
  untold = true;
}

// Edits that the page shows already, or that only the server can make (`force`: its answer counts).
function edit(edits, { group = "", ...options } = {}) {
  flush(true);
  if (!group) newStep();
  send(() => ({ do: "edit", revision: sheet.revision, edits, group }), options);
}

// Send what was typed. Turns with an open bracket wait, unless `all`.
function flush(all = false) {
  clearTimeout(flushTimer);
  for (const turn of dirty()) {
    const text = shownText(turn);
    if (turn.draft === turn.sent || turn.problem || !text.trim()) continue;
    if (isBroken(text) && !all && !turn.held) continue;
    turn.sent = turn.draft;
    sendText(turn, step.name);
  }
  keepDrafts();
}

function sendText(turn, group) {
  const text = turn.draft;
  const made = turn.fresh && !turn.sentFresh;
  turn.sentFresh = turn.fresh;
  const edits = made ? insertion(turn, text) : [{ kind: "rewrite", turn: turn.id, text }];
  send(() => ({ do: "edit", revision: sheet.revision, group, edits }), {
    turn,
    done: (answer) => {
      if (answer.error) turn.sentFresh = false;
      if (answer.error || turn.draft !== text) return;
      Object.assign(turn, { draft: null, sent: null, problem: "", held: false });
      if (rowsById.has(turn.id)) showText(turn, false);
      keepDrafts();
    },
  });
}

function insertion(turn, text) {
  const made = { kind: "insert", turn: turn.id, speaker: turn.speaker, text };
  const before = knownBefore(turn);
  const after = sheet.order.slice(place(turn) + 1).find(isKnown);
  if (before) {
    const opens = turn.scene ? [{ kind: "begin_scene", turn: turn.id }] : [];
    return [{ ...made, anchor: before, side: "after" }, ...opens];
  }
  return [after ? { ...made, anchor: after, side: "before" } : { ...made, chapter: sheet.chapter }];
}

// Whether the server has a turn, or will have it by the time that what is sent now arrives.
const isKnown = (id) => !sheet.turns.get(id).fresh || sheet.turns.get(id).sentFresh;
const knownBefore = (turn) => sheet.order.slice(0, place(turn)).findLast(isKnown);

function touched(turn, text) {
  unsay();
  const now = performance.now();
  if (step.turn !== turn.id || now - step.moment > STEP_MS) newStep(turn.id);
  step.moment = now;
  const isSaved = text === turn.text && !turn.fresh && turn.sent == null;
  Object.assign(turn, { draft: isSaved ? null : text, held: false });
  if (turn.problem) {
    turn.problem = "";
    dress(turn);
  }
  clearTimeout(flushTimer);
  clearTimeout(holdTimer);
  flushTimer = setTimeout(flush, PAUSE_MS);
  holdTimer = setTimeout(() => {
    dirty().forEach((one) => (one.held = true));
    flush();
  }, HOLD_MS);
  indicate();
}

const newStep = (turn = "") => (step = { name: newId(), turn, moment: performance.now() });

async function refused(error, turn) {
  if (error.kind === "conflict") return reread();
  if (turn && error.kind !== "request") {
    turn.problem = error.message;
    turn.sent = null;
    if (rowsById.has(turn.id)) dress(turn);
    return;
  }
  notify(error.message);
  await reread();
}

// Read the chapter again. What was typed and not saved stays, or is offered where it cannot.
async function reread() {
  waiting.length = 0;
  for (const turn of sheet.turns.values()) Object.assign(turn, { sent: null, sentFresh: false });
  const answer = await ask({ do: "open" });
  if (answer.error) return notify(answer.error.message);
  const block = document.activeElement?.closest?.(".tr-block");
  const caret = block && caretIn(block);
  takeOpened(answer, new Map(dirty().map((turn) => [turn.id, { ...turn }]))); // typed meanwhile, too
  if (caret && document.activeElement === block) select(block, caret.start, caret.end);
  flush();
}

const settled = () =>
  new Promise((go) => {
    const look = () => (idle() ? go() : setTimeout(look, 20));
    look();
  });

// Do something while nothing else is sent: an answer that was on its way longer than another would
// put an older text on the page.
async function alone(work) {
  do await settled();
  while (!idle());
  sending = true;
  try {
    return await work();
  } finally {
    sending = false;
    indicate();
    pump();
  }
}

async function openChapter(project, chapter, focus = "") {
  const mine = (opening += 1);
  if (sheet.project) flush(true);
  if (!plain.hidden) await savePlain(true); // what cannot be saved is kept in the browser
  const isOpen = await alone(() => mine === opening && readChapter(project, chapter));
  if (!isOpen || mine !== opening) return; // something else is opened by now
  if (focus) enter(sheet.turns.get(focus) ?? sheet.turns.get(sheet.order[0]));
  else beginWriting();
  showAmount();
  look();
  countSoon();
  if (keptPlain() && plain.hidden) await togglePlain();
}

// A chapter without a turn is there to be written.
function beginWriting() {
  const first = sheet.turns.get(sheet.order[0]);
  if (isShown() && plain.hidden && sheet.order.length === 1 && first.fresh && !shownText(first)) enter(first);
}

// Whether the chapter is on the page.
async function readChapter(project, chapter) {
  if (project !== sheet.project) forgetProblems();
  stopPlaying();
  Object.assign(sheet, { project, chapter, order: [], saved: [], turns: new Map() });
  rowsById.clear();
  states = {};
  list.replaceChildren();
  element.firstElementChild.hidden = !project;
  part("nothing").hidden = Boolean(project);
  showPlain(false);
  choose([]);
  notify("");
  if (!project) return false;
  const answer = await ask({ do: "open" });
  if (answer.error) notify(answer.error.message);
  else takeOpened(answer, storedDrafts());
  return !answer.error;
}

function takeOpened(answer, drafts) {
  sheet.chapter = answer.chapter;
  sheet.directions = answer.directions;
  sheet.saved = answer.rows.map((row) => row.id);
  takeRows(answer.rows, true);
  takeFrame(answer.frame);
  for (const [id, turn] of sheet.turns) if (turn.fresh && isLeftEmpty(turn)) sheet.turns.delete(id);
  settleOrder();
  for (const [id, draft] of drafts) takeDraft(id, draft);
  keepDrafts();
  indicate();
}

const isLeftEmpty = (turn) =>
  !shownText(turn).trim() && !rowsById.get(turn.id)?.contains(document.activeElement);

function takeDraft(id, { draft, text, speaker, fresh }) {
  const turn = sheet.turns.get(id);
  const tidy = (draft ?? "").split("\n").map((line) => line.trim()).filter(Boolean).join("\n");
  if (!turn && fresh && tidy) return offer(speaker, draft);
  if (!turn || !tidy || turn.text === tidy) return;
  if (turn.text !== text) return offer(turn.speaker, draft);
  turn.draft = draft;
  draw(blockOf(turn), draft);
  flushTimer = setTimeout(flush, PAUSE_MS);
}

const draftsKey = () => `tableread-drafts:${sheet.project}:${sheet.chapter}`;

function keepDrafts() {
  const kept = dirty().map(({ id, draft, text, speaker, fresh }) => [id, { draft, text, speaker, fresh }]);
  try {
    if (kept.length) localStorage.setItem(draftsKey(), JSON.stringify(kept));
    else localStorage.removeItem(draftsKey());
  } catch {} // a full or forbidden storage: the server has all but the last letters
}

function storedDrafts() {
  try {
    return new Map(JSON.parse(localStorage.getItem(draftsKey()) ?? "[]"));
  } catch {
    return new Map();
  }
}

// The other sections show the whole script; they are told when one of them is gone to, or they
// would draw it with every word that is typed here.
function tell() {
  if (!untold) return;
  untold = false;
  trigger("script_saved", { project: sheet.project, revision: sheet.revision });
}
