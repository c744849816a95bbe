// The form of a delivery: keeps what is chosen in the browser, says what is in the way, starts,
// and follows the delivery that the server works on.
//
// `props.project` is the slug, `props.words` are sentences.
// `server.ask({do, project, ...})` answers {error: {message}}, or what is asked:
//   names -> {names}, turns -> {turns: [{id, name, why}], more}, start -> {}, progress -> {state, share, line, failed}, cancel -> {}

const KEY = "tableread-delivery";
const POLL_MS = 500;
const NAMING_MS = 250;
const form = () => element.querySelector(".tr-delivery");
const all = (selector) => [...element.querySelectorAll(selector)];
const ask = (request) => server.ask({ project: props.project, ...request });

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

// What is chosen for every project alike; `without` are chapters left out, by project.
function keep() {
  const choices = kept();
  for (const list of ["formats", "captions", "extras"]) choices[list] = ticked(list);
  for (const field of all("[data-choice]")) choices[field.dataset.choice] = field.value;
  const without = all("[data-chapter]:not(:checked):not(:disabled)").map(chapterOf);
  choices.without = { ...choices.without, [props.project]: without };
  localStorage.setItem(KEY, JSON.stringify(choices));
}

function restore() {
  const choices = kept();
  for (const list of ["formats", "captions", "extras"]) {
    if (!Array.isArray(choices[list])) continue;
    for (const box of all(`[data-list=${list}]`)) box.checked = choices[list].includes(box.value);
  }
  for (const field of all("[data-choice]")) field.value = choices[field.dataset.choice] || field.value;
  const naming = element.querySelector("[data-choice=naming]");
  if (naming) naming.value = naming.value.replace("{number:02}", "{number}"); // kept by an older page
  const without = choices.without?.[props.project] ?? [];
  for (const box of all("[data-chapter]:not(:disabled)")) box.checked = !without.includes(chapterOf(box));
}

const chapterOf = (box) => Number(box.dataset.chapter);
const ticked = (list) => all(`[data-list=${list}]:checked`).map((box) => box.value);
const chosen = () => all("[data-chapter]:checked");
const stale = () => element.querySelector("[data-flag=stale]")?.checked === true;
const some = (name) => chosen().some((box) => Number(box.dataset[name]) > 0);

function problem() {
  if (form().dataset.nothing === "true") return null; // the page says so already
  if (!chosen().length) return props.words.no_chapter;
  if (!ticked("formats").length) return props.words.no_format;
  if (some("missing")) return props.words.missing;
  return some("stale") && !stale() ? props.words.stale : "";
}

// The line at the top: how ready the chosen chapters are, and what can be done about it.
const sum = (name) => chosen().reduce((count, box) => count + Number(box.dataset[name]), 0);
const counted = (name, n) => props.words.ready[name][n === 1 ? 0 : 1].replace("{n}", n.toLocaleString("en"));

function ready() {
  const words = props.words.ready;
  const boxes = chosen();
  const possible = all("[data-chapter]:not(:disabled)").length;
  const [turns, missing, stale, attention] = ["turns", "missing", "stale", "attention"].map(sum);
  const part = boxes.length < possible ? "_chosen" : "";
  if (!boxes.length && possible) return { sentence: words.none, open: 0 };
  if (missing === turns) return { sentence: words["nothing" + part], open: turns };
  const everyTurn = counted("turns" + part, turns);
  if (missing + stale + attention === 0)
    return { sentence: words["done" + part].replace("{turns}", counted("turns", turns)), done: true };
  const found = Object.entries({ missing, stale, attention })
    .filter(([, count]) => count).map(([name, count]) => counted(name, count));
  const last = found.pop();
  const advice = missing ? (boxes.length > 1 ? "untick" : "perform") : stale ? "again" : "listen";
  const sentence = words.open.replace("{turns}", everyTurn)
    .replace("{found}", found.length ? found.join(", ") + words.and + last : last)
    .replace("{advice}", counted(advice, missing + stale));
  return { sentence, open: missing + stale + attention };
}

function sayReady() {
  const place = element.querySelector("#ready");
  const { sentence, open, done } = ready();
  place.dataset.state = done ? "done" : "missing";
  place.querySelector("button").hidden = !open;
  const line = place.querySelector("span");
  if (line.textContent !== sentence) line.textContent = sentence;
}

function update() {
  if (!form()) return;
  sayReady();
  const found = problem();
  const button = element.querySelector("#deliver");
  const many = all("[data-chapter]").length > 1;
  const word = !many ? "whole" : chosen().length === 1 ? "one" : "many";
  button.textContent = props.words[word].replace("{n}", chosen().length);
  button.disabled = found !== "" || running;
  say(found);
  for (const label of all(".tr-anyway")) {
    label.hidden = !some("stale");
    label.querySelector("span").textContent = counted("anyway", sum("stale"));
  }
}

// What the line at the top says in full is told once more at the button, but quietly.
function say(sentence) {
  const place = element.querySelector("[data-problem]");
  const quiet = [props.words.missing, props.words.stale, props.words.stopped].includes(sentence);
  place.className = quiet ? "tr-hint" : "tr-problem";
  place.textContent = sentence ?? "";
  place.hidden = !sentence;
}

// A part goes where the caret is in the pattern.
function put(part) {
  const field = element.querySelector("[data-choice=naming]");
  field.setRangeText(part, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  keep();
  name();
}

let asked = 0;
function name() {
  clearTimeout(asked);
  asked = setTimeout(async () => {
    const pattern = element.querySelector("[data-choice=naming]")?.value;
    const answer = await ask({ do: "names", naming: pattern, chapters: chosen().map(chapterOf),
      formats: ticked("formats") });
    const place = element.querySelector("output");
    if (!place || !answer) return;
    place.textContent = answer.error?.message ?? answer.names.join("\n");
    place.toggleAttribute("data-bad", Boolean(answer.error));
  }, NAMING_MS);
}

// A delivery that is going on, whoever started it.
let running = false;
let polled = 0;

function follow(answer) {
  const place = element.querySelector(".tr-run");
  if (!place) return;
  const was = running;
  running = ["waiting", "running"].includes(answer.state);
  place.hidden = !running;
  place.querySelector("progress").value = answer.share ?? 0;
  place.querySelector("p").textContent = answer.line ?? "";
  update();
  if (!running && answer.failed) say(answer.failed);
  if (!running) place.querySelector("button").disabled = false;
  if (was && answer.state === "stopped") say(props.words.stopped);
  if (was && answer.state === "done") trigger("refresh");
}

async function poll() {
  clearTimeout(polled);
  if (!props.project || !element.isConnected) return;
  const answer = await ask({ do: "progress" });
  if (answer && !answer.error) follow(answer);
  else if (running) say(answer?.error.message ?? props.words.lost);
  if (running) polled = setTimeout(poll, POLL_MS);
}

async function start() {
  const [formats, captions, extras] = ["formats", "captions", "extras"].map(ticked);
  const [target, naming] = ["target", "naming"].map(
    (choice) => element.querySelector(`[data-choice=${choice}]`).value);
  const picked = chosen().map(chapterOf);
  const everything = picked.length === all("[data-chapter]:not(:disabled)").length;
  running = true;
  update();
  const answer = await ask({ do: "start", formats, captions, extras, target, naming,
    chapters: everything ? [] : picked, stale: stale() });
  running = Boolean(answer && !answer.error);
  if (running) return poll();
  update();
  say(answer?.error.message ?? props.words.lost);
}

element.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!running) start();
});
element.addEventListener("change", () => (keep(), update(), name()));
element.addEventListener("input", ({ target }) => target.dataset.choice === "naming" && name());
element.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.turn) openTurn(button);
  if (button?.dataset.do === "cancel") cancel(button);
  if (button?.dataset.put) put(button.dataset.put);
  if (button?.dataset.go) document.querySelector(`nav [data-section=${button.dataset.go}]`).click();
  if (!["all", "none"].includes(button?.dataset.do)) return;
  const tick = button.dataset.do === "all";
  for (const box of all("[data-chapter]:not(:disabled)")) box.checked = tick;
  keep();
  update();
  name();
});

// Which turns are open in a chapter is asked when somebody wants to know: a book has thousands.
async function list({ target }) {
  const of = target.dataset?.openOf;
  const place = target.querySelector("ul");
  if (!of || !target.open || place.childElementCount) return;
  const answer = await ask({ do: "turns", chapters: [Number(of)] });
  if (!answer || answer.error) return say(answer?.error.message ?? props.words.lost);
  const rows = answer.turns.map((turn) => openRow(turn, of));
  if (answer.more) rows.push(make("li", { textContent: answer.more }));
  place.replaceChildren(...rows);
}

const make = (tag, values) => Object.assign(document.createElement(tag), values);

function openRow({ id, name, why }, of) {
  const button = make("button", { type: "button", textContent: name, title: props.words.turn });
  Object.assign(button.dataset, { turn: id, of });
  const row = make("li", {});
  row.append(button, " ", make("small", { textContent: why }));
  return row;
}
element.addEventListener("toggle", list, true);

function cancel(button) {
  button.disabled = true;
  element.querySelector(".tr-run p").textContent = props.words.going;
  ask({ do: "cancel" }).then(poll);
}

function openTurn({ dataset: { turn, of } }) {
  document.querySelector("nav [data-section=script]").click();
  const detail = { turn, chapter: Number(of) };
  window.dispatchEvent(new CustomEvent("tableread:goto", { detail }));
}

watch("value", () => {
  restore();
  update();
  name();
  poll();
  if (form()?.dataset.exact === "false") trigger("refresh");
});
// What was performed since is no change of the project, so it is looked at every time.
window.addEventListener("tableread:section", ({ detail }) => {
  if (detail === "deliver" && element.isConnected && props.project) trigger("refresh");
});
