// What is performed of the chapter: the state beside each turn, and having turns performed.
//
// The server is asked again every second while something of the project is performed, for a while
// after that was asked for, and otherwise when something was saved or chosen. An answer that fails
// to come is asked for again. What is locked stays; the answer says so.

const LOOK_MS = 1000;
const LOOK_AFTER_SAVING_MS = 700;
const LOOK_LATER_MS = 4000; // where nothing is known to be performed, or the server does not answer
const LOOK_ON_MS = 30_000; // after turns were asked for
const WANTING = ["missing", "stale", "attention"]; // what "Perform" is meant for

const UNHEARD = ["missing", "stale", "queued", "performing"]; // as they are written now

let states = {}; // turn id -> {state, reason, locked, heard, stale}
let flagged = new Set(); // turns to come back to, by a listener
let job = { id: "", running: false, error: "" };
let lookTimer = 0;
let lookUntil = 0;
let looks = 0; // an answer that comes after a later question tells of the past

const stateOf = (turn) => states[turn.id] ?? { state: "missing", reason: "", locked: false, heard: false };
const isShown = () => element.isConnected && !document.hidden && document.body.dataset.section === "script";

function lookSoon(milliseconds = LOOK_AFTER_SAVING_MS) {
  clearTimeout(lookTimer);
  lookTimer = setTimeout(look, milliseconds);
}

async function look() {
  clearTimeout(lookTimer);
  const { project, chapter } = sheet;
  if (!project || !isShown()) return;
  const mine = (looks += 1);
  const answer = await server.takes({ do: "states", project, chapter }).catch(() => null);
  if (mine < looks) return;
  const isHere = project === sheet.project && chapter === sheet.chapter; // still
  if (isHere && answer && !answer.error) showStates(answer);
  const isWanted = !isHere || !answer || answer.error || performance.now() < lookUntil;
  if (job.running) lookSoon(LOOK_MS);
  else if (isWanted) lookSoon(LOOK_LATER_MS);
}

function showStates(answer) {
  states = answer.turns;
  flagged = new Set(answer.flagged);
  for (const id of sheet.order) showStatus(sheet.turns.get(id));
  const ended = job.running && !answer.job.running;
  if (ended && answer.job.error) notify(answer.job.error);
  job = answer.job;
  showJob();
  showAmount();
  showChosen();
  if (ended) told();
  else if (job.running) countNowAndThen();
}

// What the button does: how many turns of the chapter it would perform.
function showAmount() {
  const all = speakable(sheet.order.map((id) => sheet.turns.get(id)));
  const count = all.filter((turn) => ["missing", "stale"].includes(stateOf(turn).state)).length;
  const button = element.querySelector('[data-do="perform_chapter"]');
  const isBusy = !count && unheard(all).length;
  const rest = !all.length ? "perform" : isBusy ? "performing_now" : "performed_all";
  const words = count ? say(count === 1 ? "perform_turn" : "perform_turns", { count }) : say(rest);
  if (button.textContent !== words) button.textContent = words;
  button.disabled = !count;
  button.title = say("perform_chapter");
  if (count && part("notice").textContent.includes(say("all_performed"))) unsay();
  showPlaying();
}

function showJob() {
  part("performing").hidden = !job.running;
  if (!job.running) return;
  part("performing").querySelector("span").textContent = job.left ? `${job.message.replace(/\.$/, "")} · ${job.left}` : job.message;
  part("performing").querySelector("progress").value = job.fraction;
}

function showStatus(turn) {
  const row = rowOf(turn);
  const { state, reason, locked, heard, stale } = stateOf(turn);
  const isOld = Boolean(locked && stale); // it is kept, but the script says something else now
  const mark = row.querySelector(".tr-status");
  const sentence = reason && `${reason[0].toUpperCase()}${reason.slice(1)}`;
  const isFlagged = flagged.has(turn.id);
  const more = [locked && state !== "locked" && say(isOld ? "locked_stale" : "state_locked"), isFlagged && say("flagged"), sentence];
  const words = [isOld && state === "locked" ? say("locked_stale") : say(`state_${state}`), ...more].filter(Boolean).join(". ");
  row.classList.toggle("tr-flagged", isFlagged);
  row.querySelector('[data-do="play"]').disabled = !heard;
  if (mark.dataset.words === words) return;
  Object.assign(mark.dataset, { state, locked, old: isOld, words });
  mark.title = words;
  mark.setAttribute("aria-label", words);
  const again = row.querySelector('[data-do="perform"]');
  again.title = say(performWord([turn]));
  again.setAttribute("aria-label", again.title);
}

// Something was performed, or another take chosen: whoever shows the project wants to know.
function told() {
  untold = true;
  window.dispatchEvent(new CustomEvent("tableread:taken", { detail: { project: sheet.project } }));
}

const speakable = (turns) => turns.filter((turn) => isKnown(turn.id) && shownText(turn).trim());
const wanting = (turns) => turns.filter((turn) => WANTING.includes(stateOf(turn).state));
const unheard = (turns) => turns.filter((turn) => UNHEARD.includes(stateOf(turn).state));
const isPerformedAll = (turns) => turns.length && !unheard(turns).length;
const performWord = (turns) => (isPerformedAll(turns) ? "perform_again" : "perform");

// Of several turns those that want it, or all of them once more.
function performTurns(turns, options = {}) {
  const said = speakable(turns);
  const chosenOnes = wanting(said).length ? wanting(said) : said;
  if (chosenOnes.length) perform({ turns: chosenOnes.map((turn) => turn.id), ...options });
}

async function perform(request) {
  flush(true);
  await settled();
  for (const id of request.turns ?? []) {
    states[id] = { ...(states[id] ?? { reason: "", locked: false, heard: false }), state: "queued" };
    if (sheet.turns.has(id)) showStatus(sheet.turns.get(id));
  }
  lookUntil = performance.now() + LOOK_ON_MS;
  const answer = await server.takes({ do: "perform", project: sheet.project, ...request }).catch(() => null);
  if (!answer) notify(say("save_offline"));
  else if (answer.error) notify(answer.error.message);
  else {
    const { length } = answer.locked;
    const stay = length ? say(length === 1 ? "locked_stays" : "locked_stay", { count: length }) : "";
    notify(stay, null, { calm: true });
    job.running = true;
    untold = true;
  }
  look();
}

function performChapter() {
  const all = speakable(sheet.order.map((id) => sheet.turns.get(id)));
  if (unheard(all).length) perform({ chapter: sheet.chapter });
  else notify(say("all_performed"), null, { calm: true });
}
const performFrom = (turn, reach) => perform({ turns: [turn.id], reach });

// The caret comes back with the focus, which alone would leave it where something was clicked last.
function openTakes(turn) {
  if (turn.fresh) return; // nothing is saved of it yet
  const block = document.activeElement.closest?.(".tr-block");
  const caret = block && caretIn(block);
  const back = () => caret && document.activeElement === block && select(block, caret.start, caret.end);
  window.addEventListener("tableread:takes-closed", back, { once: true });
  const detail = { project: sheet.project, turn: turn.id };
  window.dispatchEvent(new CustomEvent("tableread:takes", { detail }));
}

async function stopPerforming() {
  await server.takes({ do: "stop", project: sheet.project });
  look();
}

function listenToPerforming() {
  window.addEventListener("tableread:taken", ({ detail }) => {
    if (detail.project !== sheet.project || !element.isConnected) return;
    untold = true;
    if (!job.running) look();
  });
  document.addEventListener("visibilitychange", () => document.hidden || look());
}
