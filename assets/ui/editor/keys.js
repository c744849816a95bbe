// The keyboard: in a block, on chosen turns, and everywhere in the editor.

const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
const command = (event) => (isMac ? event.metaKey : event.ctrlKey) && !event.altKey;

const everywhere = {
  z: (event) => takeBack(event.shiftKey ? "redo" : "undo"),
  y: () => takeBack("redo"),
  s: () => flush(true),
  enter: (event) => performHere(event),
};

// Ctrl Enter: the chosen turns, or the one that is written in; with Shift all that is missing.
function performHere(event) {
  if (event.shiftKey) return performChapter();
  const turn = turnOf(document.activeElement);
  performTurns(chosen.size ? chosenTurns() : [turn].filter(Boolean));
}

function takeBack(which) {
  const turn = turnOf(document.activeElement);
  if (which === "undo" && turn && (turn.problem || isBroken(shownText(turn))) && !turn.fresh) {
    Object.assign(turn, { draft: null, problem: "", sent: null });
    draw(blockOf(turn), turn.text);
    dress(turn);
    select(blockOf(turn), turn.text.length);
    return indicate();
  }
  flush(true);
  newStep();
  const caret = turn && { turn: turn.id, at: caretIn(blockOf(turn))?.start ?? 0 };
  const done = (answer) => !answer.error && showTaken(answer, caret);
  send(() => ({ do: which }), { force: true, done });
}

// Go to where undo or redo changed something.
function showTaken({ change, elsewhere }, caret) {
  if (elsewhere) return openChapter(sheet.project, elsewhere, "first");
  const [row] = change.rows;
  const near = sheet.order[Math.min(change.at, sheet.order.length - 1)];
  const turn = sheet.turns.get(row?.id ?? (change.removed ? near : ""));
  const same = caret && turn?.id === caret.turn;
  if (turn && !same) enter(turn, -1);
}

function keyInBlock(event, block) {
  const turn = turnOf(block);
  const caret = caretIn(block);
  if (!caret || event.isComposing) return;
  const empty = caret.start === caret.end;
  const atStart = empty && caret.start === 0;
  const atEnd = empty && caret.end === block.textContent.length;
  const plain = !event.shiftKey && !event.altKey && !command(event);
  const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === "Enter" && !command(event)) {
    if (event.shiftKey) insertText(block, "\n");
    else splitTurn(block);
  } else if (event.key === "Backspace" && atStart && plain) joinTurns(neighbor(turn, -1), turn);
  else if (event.key === "Delete" && atEnd && plain) joinTurns(turn, neighbor(turn, 1));
  else if (step && event.altKey && /Up|Down/.test(event.key)) moveTurns([turn], step);
  else if (event.shiftKey && /Up|Down/.test(event.key) && crosses(block, step)) beginChoosing(turn, step);
  else if (plain && /Up|Down/.test(event.key) && crosses(block, step)) cross(turn, step, block);
  else if (plain && event.key === "ArrowLeft" && atStart) enter(neighbor(turn, -1), -1);
  else if (plain && event.key === "ArrowRight" && atEnd) enter(neighbor(turn, 1));
  else if (command(event) && event.key === "a" && allSelected(block, caret)) chooseAll();
  else if (event.key === "Escape") closeBars() || beginChoosing(turn, 0);
  else return;
  event.preventDefault();
}

const crosses = (block, step) => (step < 0 ? inFirstLine(block) : inLastLine(block));
const allSelected = (block, caret) => caret.start === 0 && caret.end === block.textContent.length;

function cross(turn, step, block) {
  const next = neighbor(turn, step);
  if (!next) return;
  const { left } = caretBox(block);
  rowOf(next).scrollIntoView({ block: "nearest" });
  enterLine(blockOf(next), left, step > 0);
}

function beginChoosing(turn, step) {
  chosenFrom = turn.id;
  chooseTo(neighbor(turn, step) ?? turn);
}

function chooseAll() {
  chosenFrom = sheet.order[0];
  chooseTo(sheet.turns.get(sheet.order.at(-1)));
}

function keyOnChosen(event) {
  const turns = chosenTurns();
  const to = sheet.turns.get(chosenTo) ?? turns.at(-1);
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!turns.length) return;
  if (step && event.altKey) moveTurns(turns, step);
  else if (step && event.shiftKey) chooseTo(neighbor(to, step) ?? to);
  else if (step || event.key === "Enter" || event.key === "Escape") {
    choose([]);
    enter(step ? (neighbor(to, step) ?? to) : to);
  } else if (event.key === "Delete" || event.key === "Backspace") enter(removeTurns(turns));
  else if (command(event) && event.key === "a") chooseAll();
  else return;
  event.preventDefault();
}

// Find is ours wherever the focus is, as long as the section is shown; the browser's own finds
// nothing in turns that are not drawn yet. A text field has the browser's.
function findKey(event) {
  const isOurs = command(event) && !event.shiftKey && event.key.toLowerCase() === "f";
  if (!isOurs || !isShown() || !sheet.project || !plain.hidden) return;
  if (document.querySelector("dialog[open]")) return;
  event.preventDefault();
  openFind();
}

function listenToKeys() {
  document.addEventListener("keydown", findKey);
  element.addEventListener("keydown", (event) => {
    const act = command(event) && everywhere[event.key.toLowerCase()];
    const inText = event.target.matches(".tr-plain, input");
    if (act && !(inText && event.key !== "s")) {
      event.preventDefault();
      return act(event);
    }
    if (menuKey(event)) return;
    const byTurn = event.altKey && turnOf(event.target) && { KeyP: play, Enter: openTakes }[event.code];
    if (byTurn) {
      event.preventDefault();
      return byTurn(turnOf(event.target));
    }
    if (event.target.matches(".tr-block")) keyInBlock(event, event.target);
    else if (event.target === list) keyOnChosen(event);
    else if (event.target.matches(".tr-speaker-button")) keyOnSpeaker(event);
  });
}

// A letter on the speaker's button begins to look for a name.
function keyOnSpeaker(event) {
  const letter = event.key.length === 1 && !command(event) && !event.altKey && event.key.trim();
  if (!letter && event.key !== "ArrowDown") return;
  event.preventDefault();
  openSpeakers(event.target, letter || "");
}
