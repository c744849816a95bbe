// The turns that need somebody's attention, of all chapters, walked through one by one; and with the
// same answer how far each chapter is.
//
// They are counted when a chapter was opened, something was saved or chosen, and a performance has
// ended. A turn that is kept as it is (its takes are locked, or its flag is taken away), or performed
// anew, is none any more.

const COUNT_AFTER_MS = 900;
const COUNT_AFTER_WRITING_MS = 2500; // who writes on looks at the text
const COUNT_EVERY_MS = 5000; // while something is performed

const walk = part("walk");
let problems = []; // {turn, chapter, number, speaker, text, state, reason, flagged}
let problemAt = -1;
let countTimer = 0;
let countedAt = 0;

function countSoon(after = COUNT_AFTER_MS) {
  clearTimeout(countTimer);
  countTimer = setTimeout(countProblems, after);
}

// Not while problems are walked through: what is performed of them would lead away from it.
function countNowAndThen() {
  if (walk.hidden && performance.now() - countedAt > COUNT_EVERY_MS) countProblems();
}

async function countProblems() {
  clearTimeout(countTimer);
  countedAt = performance.now();
  const { project } = sheet;
  if (!project || !isShown()) return;
  const soft = walk.querySelector("[name=soft]").checked;
  const answer = await server.takes({ do: "problems", project, soft_stale: soft });
  if (!answer?.problems || project !== sheet.project) return;
  takeStanding(answer.chapters);
  const here = problems[problemAt]?.turn;
  problems = answer.problems;
  const same = problems.findIndex(({ turn }) => turn === here);
  const moved = here && same < 0; // solved: what stood behind it is next
  problemAt = same >= 0 ? same : Math.min(problemAt, problems.length - 1);
  showCount();
  if (walk.hidden) return;
  if (problemAt < 0 && problems.length) problemAt = firstFrom(numberHere(), 1); // the first there is
  if (moved && problems.length) goToProblem(0);
  else describeProblem();
}

function showCount() {
  const button = element.querySelector('[data-do="problems"]');
  button.hidden = !problems.length;
  button.querySelector("span").textContent = problems.length.toLocaleString("en");
  const words = say(problems.length === 1 ? "problem_one" : "problems", { count: problems.length });
  button.title = words;
  button.setAttribute("aria-label", words);
  button.setAttribute("aria-pressed", !walk.hidden);
}

function describeProblem() {
  const one = problems[problemAt];
  walk.classList.toggle("tr-calm", !one);
  for (const node of walk.querySelectorAll("[data-for-one]")) node.hidden = !one;
  part("walk-place").textContent = one ? say("problem_place", { at: problemAt + 1, of: problems.length }) : "";
  part("walk-where").textContent = one ? say("problem_where", { ...one, title: titleOf(one.chapter, sheet.chapters[one.chapter - 1]?.title) }) : say("problem_none");
  part("walk-why").textContent = one ? reasonOf(one) : "";
  part("walk-advice").textContent = one ? say(`advice_${isWrong(one) ? one.state : "flagged"}`) : "";
  const keep = walk.querySelector('[data-do="problem_keep"]');
  keep.textContent = say(one && !isWrong(one) ? "problem_unflag" : "problem_keep");
  keep.title = one && !isWrong(one) ? "" : say("problem_keep_title");
  const again = walk.querySelector('[data-do="problem_perform"]');
  again.textContent = say(one?.state === "stale" ? "perform" : "perform_again");
}

// A turn that is flagged may be as it should.
const isWrong = ({ state }) => ["attention", "stale", "soft-stale"].includes(state);

function reasonOf(one) {
  const why = isWrong(one) && [say(`state_${one.state}`), one.reason].filter(Boolean).join(": ");
  return [why, one.flagged && say("flagged")].filter(Boolean).join(". ");
}

// The number of a turn in the whole script, by which problems are in order.
function numberHere() {
  const turn = turnOf(document.activeElement);
  const before = sheet.chapters.slice(0, sheet.chapter - 1).reduce((sum, { turns }) => sum + turns, 0);
  return before + (turn ? place(turn) + 1 : 1);
}

// To the next problem (1), the one before (-1), or once more to the present one (0).
async function goToProblem(step, { enterIt = false } = {}) {
  if (!problems.length) return describeProblem();
  const { length } = problems;
  problemAt = problemAt < 0 ? firstFrom(numberHere(), step) : (problemAt + step + length) % length;
  const { turn, chapter } = problems[problemAt];
  const button = document.activeElement;
  await goTo(turn, chapter);
  if (!enterIt && walk.contains(button)) button.focus({ preventScroll: true });
  describeProblem();
}

function firstFrom(number, step) {
  const behind = problems.findIndex((one) => one.number >= number);
  if (step < 0) return behind > 0 ? behind - 1 : problems.length - 1;
  return Math.max(behind, 0);
}

async function openWalk(step = 1) {
  if (walk.hidden) {
    problemAt = -1;
    await countProblems();
    walk.hidden = false;
  }
  showCount();
  await goToProblem(step, { enterIt: true });
}

function closeWalk() {
  resetWalk();
  list.focus({ preventScroll: true });
}

function forgetProblems() {
  problems = [];
  takeStanding([]);
  resetWalk();
}

function resetWalk() {
  walk.hidden = true;
  problemAt = -1;
  showCount();
}

async function keepProblem() {
  const one = problems[problemAt];
  for (const what of [one.flagged && "unflag", isWrong(one) && "accept"].filter(Boolean)) {
    const answer = await server.takes({ do: what, project: sheet.project, turn: one.turn });
    if (!answer || answer.error) return notify(answer ? answer.error.message : say("save_offline"));
  }
  told();
  await countProblems();
}

const problemActs = {
  problems: () => (walk.hidden ? openWalk() : closeWalk()),
  problem_next: () => goToProblem(1),
  problem_before: () => goToProblem(-1),
  problem_keep: keepProblem,
  problem_play: () => sound(problems[problemAt].turn, false),
  problem_perform: () => perform({ turns: [problems[problemAt].turn] }),
  problem_takes: () => openTakes({ id: problems[problemAt].turn }),
  close_walk: closeWalk,
};

function listenToProblems() {
  walk.querySelector("[name=soft]").addEventListener("change", countProblems);
  walk.addEventListener("keydown", (event) => event.key === "Escape" && closeWalk());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F8" || !isShown() || !sheet.project || !plain.hidden) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    openWalk(event.shiftKey ? -1 : 1);
  });
  window.addEventListener("tableread:taken", () => countSoon());
}
