// What keys, clipboard and mouse do in the sheet.
//
// Enter splits a turn, Backspace at its beginning joins it to the one before, arrows cross from turn
// to turn. Whole turns are chosen with Shift and the arrows or the mouse, then moved, removed, copied.

const chosen = new Set(); // ids of chosen turns
let chosenFrom = ""; // where choosing began
let pasteAsIs = false;

function enter(turn, offset = 0) {
  if (!turn || !rowsById.has(turn.id)) return; // not on the page yet
  const block = blockOf(turn);
  block.focus({ preventScroll: true });
  select(block, offset < 0 ? block.textContent.length : offset);
  rowOf(turn).scrollIntoView({ block: "nearest" });
}

function typed(block) {
  const turn = turnOf(block);
  redraw(block);
  const text = block.textContent;
  if (text === shownText(turn)) return;
  if (nameTyped(turn, text)) return;
  touched(turn, text);
  suggestDirections(block);
}

// "Anna: " at the beginning of a turn says who speaks, as in a script.
function nameTyped(turn, text) {
  const [, name] = /^([^:\n]{1,48}): $/.exec(text) ?? [];
  if (!name || !isSpeakerName(name)) return false;
  const block = blockOf(turn);
  draw(block, "");
  touched(turn, "");
  setSpeaker(turn, name);
  block.focus();
  return true;
}

function insertText(block, text) {
  const { start, end } = caretIn(block) ?? { start: block.textContent.length, end: block.textContent.length };
  const whole = block.textContent;
  draw(block, whole.slice(0, start) + text + whole.slice(end));
  select(block, start + text.length);
  typed(block);
}

function splitTurn(block) {
  const turn = turnOf(block);
  const { start, end } = caretIn(block);
  const text = shownText(turn);
  if (!text.trim()) return;
  if (text.trim() === "***") return breakScene(turn);
  const [before, after] = [text.slice(0, start).trimEnd(), text.slice(end).trimStart()];
  flush(true);
  newStep(turn.id);
  const other = freshTurn(before && after ? turn.speaker : nextSpeaker(turn));
  if (!before && after) {
    putTurn(other, place(turn));
    return enter(other);
  }
  setText(turn, before);
  other.draft = after;
  putTurn(other, place(turn) + 1);
  enter(other);
  flush(true);
}

function setText(turn, text) {
  if (text === shownText(turn)) return;
  draw(blockOf(turn), text);
  touched(turn, text);
}

// In a dialogue the one who spoke before the last one speaks next.
function nextSpeaker(turn) {
  for (let at = place(turn); at > 0; at -= 1) {
    const [here, before] = [at, at - 1].map((index) => sheet.turns.get(sheet.order[index]));
    if (here.scene) break;
    if (before.speaker !== turn.speaker) return before.speaker;
  }
  return turn.speaker;
}

// "***" and Enter: what is typed next begins a scene.
function breakScene(turn) {
  setText(turn, "");
  if (turn.scene || !place(turn)) return;
  turn.scene = true;
  dressAround([turn]);
  if (isKnown(turn.id)) edit([{ kind: "begin_scene", turn: turn.id }]);
}

function joinScenes(turn) {
  turn.scene = false;
  dressAround([turn]);
  if (isKnown(turn.id)) edit([{ kind: "end_scene", turn: turn.id }]);
}

function joinTurns(first, second) {
  if (!first || !second) return;
  if (second.scene) return joinScenes(second);
  const [one, other] = [shownText(first).trimEnd(), shownText(second).trimStart()];
  const joined = one && other ? `${one} ${other}` : one + other;
  flush(true);
  newStep(first.id);
  const group = step.name;
  const edits = [];
  if (joined !== one || !one) {
    setText(first, joined);
    if (!first.fresh) {
      first.sent = joined;
      edits.push({ kind: "rewrite", turn: first.id, text: joined });
    }
  }
  if (isKnown(second.id)) edits.push({ kind: "remove", turn: second.id });
  dropTurns([second]);
  enter(first, one && other ? one.length + 1 : one.length);
  const done = (answer) => answer.error || first.draft !== joined || Object.assign(first, { draft: null, sent: null });
  if (edits.length) edit(edits, { group, done });
  newStep();
}

function removeTurns(turns) {
  if (!turns.length) return;
  const next = neighbor(turns.at(-1), 1) ?? neighbor(turns[0], -1);
  const edits = turns
    .filter((turn) => isKnown(turn.id))
    .map((turn) => ({ kind: "remove", turn: turn.id }));
  dropTurns(turns);
  if (edits.length) edit(edits);
  choose([]);
  if (!sheet.order.length) settleOrder();
  return next;
}

function moveTurns(turns, direction) {
  const edge = direction < 0 ? turns[0] : turns.at(-1);
  const beside = neighbor(edge, direction);
  if (!beside || beside.fresh || turns.some((turn) => turn.fresh)) return;
  const side = direction < 0 ? "before" : "after";
  const edits = (direction < 0 ? turns : [...turns].reverse()).map((turn) => ({
    kind: "move", turn: turn.id, anchor: beside.id, side,
  }));
  const focus = turnOf(document.activeElement);
  const caret = focus && caretIn(blockOf(focus));
  sheet.order = sheet.order.filter((id) => !turns.some((turn) => turn.id === id));
  sheet.order.splice(place(beside) + (direction > 0), 0, ...turns.map((turn) => turn.id));
  arrange();
  if (focus && caret) enter(focus, caret.start);
  else list.focus();
  edit(edits);
}

function setSpeaker(turn, speaker) {
  if (turn.speaker === speaker) return;
  turn.speaker = speaker;
  dressAround([turn]);
  if (isKnown(turn.id)) edit([{ kind: "speaker", turn: turn.id, speaker }]);
}

function pasteText(block, text) {
  const clean = text.replace(/\r\n?/g, "\n");
  if (!clean.includes("\n") || pasteAsIs) return insertText(block, clean.replace(/\n{2,}/g, "\n"));
  const turn = turnOf(block);
  const { start, end } = caretIn(block) ?? { start: 0, end: 0 };
  const whole = shownText(turn);
  const [before, after] = [whole.slice(0, start).trimEnd(), whole.slice(end).trimStart()];
  flush(true);
  newStep(turn.id);
  const next = neighbor(turn, 1)?.id;
  const edits = pasteEdits(turn, clean, before, after);
  if (!isKnown(turn.id)) dropTurns([turn]);
  const done = (answer) => {
    const at = next ? sheet.order.indexOf(next) : sheet.order.length;
    if (!answer.error) enter(sheet.turns.get(sheet.order[at - 1]), -1);
  };
  edit(edits, { group: step.name, force: true, done });
}

// The turn is cut where the text goes in; what was pasted stands between as turns of its own.
function pasteEdits(turn, text, before, after) {
  const { id, speaker } = turn;
  const known = isKnown(id);
  const anchor = known ? id : knownBefore(turn);
  const place = anchor ? { anchor } : { chapter: sheet.chapter };
  const pasted = { kind: "paste", turn: newId(), speaker, text, ...place };
  const rest = { kind: "insert", turn: newId(), speaker, text: after, anchor: id, side: "after" };
  if (!known) return [pasted];
  if (!before && !after) return [pasted, { kind: "remove", turn: id }];
  if (!before) return [{ ...rest, text: after }, pasted, { kind: "remove", turn: id }];
  const rewrite = { kind: "rewrite", turn: id, text: before };
  return after ? [rewrite, rest, pasted] : [rewrite, pasted];
}

function leave(block) {
  const turn = turnOf(block);
  if (!turn) return;
  if (!shownText(turn).trim() && sheet.order.length > 1) {
    removeTurns([turn]);
    return;
  }
  turn.held = true;
  flush();
  showText(turn, false);
}

function choose(turns) {
  chosen.clear();
  turns.forEach((turn) => chosen.add(turn.id));
  for (const [id, row] of rowsById) {
    row.classList.toggle("tr-chosen", chosen.has(id));
  }
  showChosen();
}

const chosenTurns = () => sheet.order.filter((id) => chosen.has(id)).map((id) => sheet.turns.get(id));

let chosenTo = "";

function chooseTo(turn) {
  const [from, to] = [sheet.order.indexOf(chosenFrom), place(turn)].sort((a, b) => a - b);
  choose(sheet.order.slice(Math.max(0, from), to + 1).map((id) => sheet.turns.get(id)));
  chosenTo = turn.id;
  getSelection().removeAllRanges();
  list.focus({ preventScroll: true });
  rowOf(turn).scrollIntoView({ block: "nearest" });
}

function copyTurns(event, turns) {
  event.clipboardData.setData("text/plain", turns.map(asScript).join("\n\n") + "\n");
  event.preventDefault();
}
