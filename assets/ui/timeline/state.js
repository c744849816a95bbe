// What the timeline knows: the chapter that is open, its turns in order, and where each of them is.
//
// All times are seconds of the chapter. A row is what the server tells of a turn; `start` and `end`
// are added here, since everything behind a turn moves when its length becomes known.

const root = element.querySelector(".tr-listen");
const wave = root.querySelector(".tl-wave");
const list = root.querySelector(".tr-turns");
const inspector = root.querySelector(".tl-turn");
const note = root.querySelector(".tl-note");

const say = (name, values = {}) =>
  (props.words?.[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

const chapter = {
  project: "", number: 1, revision: "", rows: [], spoken: [], seconds: 0, chapters: [], hues: new Map(),
  reading: 0, problem: "",
};
const rowsById = new Map();

const hueOf = (speaker) => chapter.hues.get(speaker) ?? 200;

const isReady = (row) => Boolean(row?.pieces?.length);
const isAtWork = (row) => row.state === "queued" || row.state === "performing";
// Not heard yet, but soon: it is being performed, or its takes are being read.
const isComing = (row) => isAtWork(row) || (!isReady(row) && row.state !== "missing" && chapter.reading > 0);
// What will be performed is known only when it begins.
// What the progress counts, the chapter need not: "job state chapter …", chapter 0 for all.
const isCounted = () => new RegExp(`^\\S+ running ${chapter.number} `).test(props.performed ?? "");
const isPerforming = () => / (queued|loading) /.test(props.performed ?? "");
const isAdjusted = (row) => Boolean(row.gain || row.trim_head || row.trim_tail || row.pause_after !== null);
const soundOf = (row) => JSON.stringify([row.pieces, row.gain]);

// Put every spoken turn behind the one before it.
function place() {
  let at = 0;
  chapter.spoken = chapter.rows.filter((row) => row.length !== undefined);
  for (const row of chapter.spoken) {
    row.start = at + row.silence;
    row.end = at = row.start + row.length;
  }
}

// The index in `spoken` of the turn that is heard at a time, or was heard last; -1: none yet.
function spokenAt(seconds) {
  let [low, high] = [0, chapter.spoken.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chapter.spoken[middle].start <= seconds + 0.0005) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
const rowAt = (seconds) => chapter.spoken[Math.max(0, spokenAt(seconds))] ?? null;

function clock(seconds, digits = 0) {
  const whole = digits ? Math.floor(seconds * 10 ** digits + 0.001) / 10 ** digits : Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = (whole % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

async function ask(request) {
  try {
    return await server.ask({ project: chapter.project, ...request });
  } catch {
    return { error: say("offline") };
  }
}

let told = "";
function tell(sentence, isProblem = false) {
  told = sentence;
  note.textContent = sentence;
  note.toggleAttribute("data-problem", isProblem);
}
