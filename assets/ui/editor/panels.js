// What surrounds the sheet: chapters, title, what is saved, chosen turns, find and replace, and the
// chapter as plain text.

const part = (name) => element.querySelector(`.tr-${name}`);
const plain = part("plain");
const findPanel = part("find");
let plainRevision = "";
let plainTimer = 0;
let findTimer = 0;
const MAX_FOUND = 500; // the server names no more
let foundCount = 0;
let isDeleteAsked = false; // by the first of two presses
let shownChapters = "";

function showFrame() {
  const shown = JSON.stringify([sheet.chapter, sheet.chapters]);
  if (shown !== shownChapters) showChapters();
  shownChapters = shown;
  const here = sheet.chapters[sheet.chapter - 1];
  const title = part("title");
  if (document.activeElement !== title) title.value = here?.title ?? "";
  title.placeholder = say("untitled");
  part("count").textContent = say(here?.turns === 1 ? "turn_count" : "turns_count", {
    count: (here?.turns ?? 0).toLocaleString("en"),
  });
  element.querySelector('[data-do="undo"]').disabled = !sheet.canUndo;
  element.querySelector('[data-do="redo"]').disabled = !sheet.canRedo;
  element.querySelector('[data-do="dissolve"]').hidden = sheet.chapter === 1 || !here?.title;
}

function showChapters() {
  part("chapters").replaceChildren(...sheet.chapters.map(drawChapter));
  const options = sheet.chapters.map(({ number, title }) => new Option(titleOf(number, title), number));
  options.push(new Option(say("add_chapter"), 0));
  part("chapter-menu").replaceChildren(...options);
  part("chapter-menu").value = sheet.chapter;
  element.firstElementChild.classList.toggle("tr-one-chapter", sheet.chapters.length < 2);
  markChapters();
}

const titleOf = (number, title) => title || say("untitled_number", { number });

function drawChapter({ number, title, turns }) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: titleOf(number, title) });
  button.dataset.chapter = number;
  if (number === sheet.chapter) button.setAttribute("aria-current", "true");
  const count = document.createElement("small");
  count.textContent = turns.toLocaleString("en");
  button.append(count);
  item.append(button);
  return item;
}

function indicate(forced = "") {
  const broken = dirty().some((turn) => turn.problem);
  const calm = !idle() ? "saving" : dirty().some((turn) => shownText(turn).trim()) ? "unsaved" : "saved";
  const state = forced || (broken && idle() ? "broken" : calm);
  const sign = part("saved");
  if (sign.dataset.state === state) return;
  sign.dataset.state = state;
  sign.textContent = say(`save_${state}`);
}

function notify(message, act = null, { calm = false } = {}) {
  const notice = part("notice");
  notice.classList.toggle("tr-calm", calm); // said, but nothing is wrong
  notice.hidden = !message;
  notice.querySelector("p").textContent = message;
  const button = notice.querySelector('[data-do="put_back"]');
  button.hidden = !act;
  button.onclick = act;
}

// What was said of how things stood, once they stand otherwise.
const unsay = () => part("notice").classList.contains("tr-calm") && notify("");

// A text that was typed here, while another window changed or removed its turn.
function offer(speaker, text) {
  notify(say("yours", { text }), () => {
    notify("");
    const anchor = sheet.saved.at(-1);
    const place = anchor ? { anchor, side: "after" } : { chapter: sheet.chapter };
    edit([{ kind: "insert", turn: newId(), speaker, text, ...place }], { force: true });
  });
}

function showChosen() {
  part("chosen").hidden = !chosen.size;
  element.querySelector('[data-do="chosen_perform"]').textContent = say(performWord(chosenTurns()));
  part("chosen-count").textContent = say(chosen.size === 1 ? "chosen_one" : "chosen", { count: chosen.size });
}

function changeTitle(value) {
  const title = value.trim();
  const here = sheet.chapters[sheet.chapter - 1];
  if (!here || title === here.title || !title) return showFrame();
  const first = sheet.saved[0];
  const one = here.title
    ? { kind: "chapter", what: "title", chapter: sheet.chapter, title }
    : { kind: "chapter", what: "begin", turn: first, title };
  edit([one], { force: true });
}

function addChapter() {
  const title = say("new_chapter", { number: sheet.chapters.length + 1 });
  const done = async (answer) => {
    if (answer.error) return;
    await openChapter(sheet.project, sheet.chapters.length);
    part("title").select();
  };
  edit([{ kind: "chapter", what: "add", title }], { force: true, done: (answer) => void done(answer) });
}

function beginChapter(turn) {
  const title = say("new_chapter", { number: sheet.chapter + 1 });
  const number = sheet.chapter + 1;
  const done = (answer) => answer.error || openChapter(sheet.project, number).then(() => part("title").select());
  edit([{ kind: "chapter", what: "begin", turn: turn.id, title }], { force: true, done: (answer) => void done(answer) });
}

// Find and replace

function openFind() {
  if (!plain.hidden) return;
  findPanel.hidden = false;
  const picked = getSelection().toString();
  const input = findPanel.elements.find;
  if (picked && !picked.includes("\n")) input.value = picked;
  input.focus();
  input.select();
  preview();
}

function search() {
  const { find, replacement, mode, exact, scope } = findPanel.elements;
  return {
    find: find.value, replacement: replacement.value, mode: mode.value, exact_case: exact.checked,
    turns: scope.value === "chapter" ? [...sheet.saved] : null,
  };
}

// After something was replaced that is said, with what there still is to find.
function preview(replaced = "") {
  showReplaceAll();
  clearTimeout(findTimer);
  findTimer = setTimeout(async () => {
    const found = part("found");
    const asked = search();
    if (!asked.find) return showFound([], replaced);
    flush(true);
    await settled();
    const answer = await ask({ do: "find", search: asked });
    if (asked.find !== findPanel.elements.find.value) return;
    if (answer.error) return showFound([], answer.error.message);
    showFound(answer.found, replaced || (answer.found.length ? "" : say("not_found")));
    found.scrollTop = 0;
  }, 200);
}

function showFound(places, message) {
  const count = amountOf(places.length);
  part("found-count").textContent = message || (places.length ? say(places.length === 1 ? "found_one" : "found", { count }) : "");
  part("found").replaceChildren(...places.map(drawFound));
  foundCount = places.length;
  showReplaceAll();
}

const amountOf = (places) => (places >= MAX_FOUND ? `${MAX_FOUND}+` : places);

function drawFound({ turn, chapter, speaker, before, match, replacement, after }) {
  const item = document.createElement("li");
  const go = document.createElement("button");
  go.type = "button";
  Object.assign(go.dataset, { go: turn, chapter });
  const isReplaced = Boolean(findPanel.elements.replacement.value); // until then it is only found
  const tags = ["span", isReplaced ? "del" : "mark", "ins"];
  const [name, old, fresh] = tags.map((tag) => document.createElement(tag));
  name.className = "tr-name";
  name.style.setProperty("--hue", hueOf(speaker).toFixed(0));
  [name.textContent, old.textContent, fresh.textContent] = [speaker, match, replacement];
  go.append(name, ` ${before}`, old, isReplaced ? fresh : "", after);
  item.append(go);
  if (!isReplaced) return item;
  const one = document.createElement("button");
  Object.assign(one, { type: "button", textContent: say("replace") });
  one.dataset.one = turn;
  item.append(one);
  return item;
}

// By nothing everything found would be deleted, which is asked for twice.
function showReplaceAll(isAsked = false) {
  isDeleteAsked = isAsked;
  const all = findPanel.querySelector('[data-do="replace_all"]');
  const isReplaced = findPanel.elements.replacement.value;
  const count = foundCount.toLocaleString("en");
  all.disabled = !foundCount;
  all.textContent = isReplaced ? say("replace_all") : say(isAsked ? "delete_sure" : "delete_all", { count });
}

function replaceAll() {
  if (findPanel.elements.replacement.value || isDeleteAsked) replace();
  else showReplaceAll(true);
}

function replace(turns = null) {
  const asked = search();
  if (turns && !asked.replacement) return; // emptied a moment ago
  showReplaceAll();
  const one = { kind: "replace", ...asked, turns: turns ?? asked.turns };
  const words = asked.replacement ? ["replaced_one", "replaced"] : ["deleted_one", "deleted"];
  const said = turns ? "" : say(words[Number(foundCount > 1)], { count: amountOf(foundCount) });
  edit([one], { force: true, done: (answer) => preview(answer.error ? "" : said) });
}

async function goTo(turn, chapter) {
  if (chapter !== sheet.chapter) await openChapter(sheet.project, chapter);
  const found = sheet.turns.get(turn);
  if (!found) return;
  rowOf(found).scrollIntoView({ block: "center" });
  enter(found);
}

// The chapter as plain text. While its headings stay as they are it is saved as it is typed; a text
// with other headings is other chapters, so that one is saved when the view is left.

const plainKey = () => `tableread-plain:${sheet.project}:${sheet.chapter}`;
const keptPlain = () => localStorage.getItem(plainKey());
const headings = (text) => text.split("\n").filter((line) => /^#\s+\S/.test(line)).length;

async function togglePlain() {
  if (!plain.hidden) return closePlain();
  flush(true);
  const isOld = await alone(openPlain);
  if (isOld && (await savePlain(true))) await closePlain();
}

// Whether the text that is shown was typed before, and is not saved yet.
async function openPlain() {
  if (!plain.hidden) return false;
  const answer = await ask({ do: "text" });
  if (answer.error) return notify(answer.error.message);
  plainRevision = answer.revision;
  plain.dataset.saved = answer.text;
  plain.value = keptPlain() ?? answer.text;
  showPlain(true);
  window.scrollTo(0, 0);
  plain.setSelectionRange(0, 0);
  plain.focus({ preventScroll: true });
  return plain.value !== answer.text;
}

async function closePlain() {
  if (!(await savePlain(true))) return;
  if (plain.value !== plain.dataset.saved) return closePlain(); // typed while it was saved
  showPlain(false);
  await alone(reread);
}

function showPlain(shown) {
  plain.hidden = !shown;
  list.hidden = shown;
  findPanel.hidden = true;
  const button = element.querySelector('[data-do="plain"]');
  button.firstElementChild.textContent = say(shown ? "plain_back" : "plain_short");
  button.title = say(shown ? "plain_leave" : "plain");
  button.setAttribute("aria-label", button.title);
  button.classList.toggle("tr-strong", shown);
  part("plain-problem").textContent = "";
  if (shown) fitPlain();
}

function fitPlain() {
  const { scrollY: here } = window; // while the field is small, the page is too short for it
  plain.style.height = "auto";
  plain.style.height = `${plain.scrollHeight + 4}px`;
  window.scrollTo(0, here);
}

// Whether the text is saved. It is put with the revision that the save before it has made, so one
// save waits for the other.
async function savePlain(leaving = false) {
  clearTimeout(plainTimer);
  const state = await alone(() => putPlain(leaving));
  indicate(state);
  if (!state) tell();
  return !state;
}

// Returns what to indicate; nothing where the text is saved.
async function putPlain(leaving) {
  const text = plain.value;
  const { saved } = plain.dataset;
  if (plain.hidden || text === saved) return "";
  if (!leaving && (plain.dataset.apart || headings(text) !== headings(saved))) return "unsaved";
  indicate("saving");
  const { error, frame } = await ask({ do: "put_text", revision: plainRevision, text });
  if (error?.kind === "conflict") return plainConflict(leaving);
  const where = error?.line ? say("line", error) : "";
  part("plain-problem").textContent = error ? `${where}${error.message}` : "";
  if (error) return "unread";
  plainRevision = frame.revision;
  plain.dataset.saved = text;
  delete plain.dataset.apart;
  if (plain.value === text) localStorage.removeItem(plainKey());
  takeFrame(frame);
  untold = true;
  return "";
}

// Another window was faster. Where it changed another chapter the text is put once more; where it
// changed this one, only when somebody asks for it again: undo brings back what was there.
async function plainConflict(leaving) {
  const now = await ask({ do: "text" });
  if (now.error) return "unread";
  const isSame = now.text === plain.dataset.saved;
  plainRevision = now.revision;
  plain.dataset.saved = now.text;
  if (isSame) return putPlain(leaving);
  plain.dataset.apart = true;
  part("plain-problem").textContent = say("plain_apart");
  return "unread";
}

function plainTyped() {
  indicate("unsaved");
  fitPlain();
  localStorage.setItem(plainKey(), plain.value);
  clearTimeout(plainTimer);
  plainTimer = setTimeout(savePlain, 500);
}

function listenToPanels() {
  plain.addEventListener("input", plainTyped);
  plain.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && closePlain());
  findPanel.addEventListener("input", () => preview());
  findPanel.addEventListener("submit", (event) => event.preventDefault());
  findPanel.addEventListener("keydown", (event) => event.key === "Escape" && closeFind());
  part("title").addEventListener("change", (event) => changeTitle(event.target.value));
  part("title").addEventListener("keydown", (event) => {
    if (event.key === "Enter") enter(sheet.turns.get(sheet.order[0]));
  });
  part("chapter-menu").addEventListener("change", (event) => {
    const chapter = Number(event.target.value);
    if (chapter) openChapter(sheet.project, chapter);
    else addChapter();
  });
}

// Where the page stands at its top, a panel that opens would push the line away that was clicked.
// Further down the browser keeps it in its place.
function keepLinesInPlace() {
  let before = 0;
  new ResizeObserver(([{ target }]) => {
    const more = target.offsetHeight - before;
    const isAtTop = window.scrollY === 0 && isShown() && !list.hidden;
    const isSticky = getComputedStyle(target).position === "sticky"; // not on a phone
    if (before && more > 0 && isAtTop && isSticky) window.scrollBy(0, more);
    before = target.offsetHeight;
  }).observe(part("bar"));
}

// From the text, in which the caret stays. Whether anything was open.
function closeBars() {
  const isOpen = !findPanel.hidden || !walk.hidden;
  findPanel.hidden = true;
  if (!walk.hidden) resetWalk();
  return isOpen;
}

function closeFind() {
  findPanel.hidden = true;
  list.focus({ preventScroll: true });
}
