// The player: turn after turn on one clock, so that the pauses between them are exact.
//
// Every turn is a sound of its own, fetched a little ahead and given to the audio clock at its
// time. What is not performed is passed over; what is being performed is waited for.

const AHEAD = 12; // seconds that are given to the clock
const KEPT = 24; // sounds in memory
const FIRST = 0.06; // seconds between pressing play and the first sample

const player = { on: false, waits: null, at: 0, began: 0, from: 0, next: 0, nodes: [], run: 0 };
const sounds = new Map(); // turn id -> {of, buffer: Promise<AudioBuffer>}
let speakers = null; // the audio context, once something has been played
let meter = null;

function position() {
  if (!player.on || player.waits) return player.at;
  const gone = Math.max(0, speakers.currentTime - player.began);
  return Math.min(chapter.seconds, player.from + gone);
}

function openSpeakers() {
  if (speakers) return;
  speakers = new AudioContext({ latencyHint: "playback" });
  meter = new AnalyserNode(speakers, { fftSize: 2048 });
  meter.connect(speakers.destination);
}

function toggle() {
  if (player.on) pause();
  else play(position() >= chapter.seconds - 0.05 ? 0 : position());
}

async function play(from) {
  openSpeakers();
  for (const other of document.querySelectorAll("audio")) other.pause();
  player.on = true;
  showPlaying();
  speakers.resume();
  await go(from);
}

function pause() {
  player.at = position();
  player.on = false;
  player.waits = null;
  player.run += 1;
  silence();
  tellState();
  showPlaying();
}

function silence(all = true) {
  const now = speakers?.currentTime ?? 0;
  player.nodes = player.nodes.filter(({ node, when, ends }) => {
    if (!all && when <= now && ends > now) return true;
    node.onended = null;
    node.stop();
    node.disconnect();
    return false;
  });
}

// Be somewhere, playing on from there if something is played.
function seek(seconds) {
  const at = Math.min(Math.max(0, seconds), chapter.seconds);
  if (player.on) go(at);
  else {
    player.at = at;
    changed();
  }
}

// Begin to play at a time. What is there must be fetched first; the clock starts when it is.
async function go(from) {
  const run = (player.run += 1);
  silence();
  player.at = from;
  player.waits = "sound";
  const at = firstFrom(from);
  if (at < 0) return isPerforming() ? waitFor({ id: "any" }) : stopAtEnd(from);
  const row = chapter.spoken[at];
  changed();
  if (!isReady(row)) return waitFor(row);
  const isPassed = chapter.spoken.slice(Math.max(0, spokenAt(from)), at).some((one) => one.end > from);
  if (isPassed) player.at = from = row.start; // what lies between is not performed
  let buffer;
  try {
    buffer = await fetchSound(row);
  } catch (problem) {
    if (run === player.run) {
      pause();
      tell(String(problem.message ?? problem), true);
    }
    return;
  }
  if (run !== player.run || !buffer) return;
  Object.assign(player, { from, began: speakers.currentTime + FIRST, next: at, waits: null });
  tellState();
  feed();
}

// The first turn from a time on that is heard, or will be.
const firstFrom = (from) =>
  chapter.spoken.findIndex((row) => row.end > from + 0.001 && (isReady(row) || isComing(row)));

// Give the clock what is due soon.
async function feed() {
  const run = player.run;
  while (player.on && !player.waits && run === player.run) {
    const row = chapter.spoken[player.next];
    if (!row || !isReady(row)) return;
    if (row.start > position() + AHEAD) return;
    const mine = player.next;
    let buffer;
    try {
      buffer = await fetchSound(row);
    } catch {
      return; // said when it is reached
    }
    if (run !== player.run || mine !== player.next) return;
    schedule(row, buffer);
    player.next += 1;
  }
}

function schedule(row, buffer) {
  const when = player.began + row.start - player.from;
  const late = Math.max(0, speakers.currentTime - when);
  if (late >= buffer.duration) return;
  const node = new AudioBufferSourceNode(speakers, { buffer });
  node.connect(meter);
  node.start(Math.max(when, speakers.currentTime), late);
  const entry = { node, when, ends: when + buffer.duration };
  node.onended = () => (player.nodes = player.nodes.filter((one) => one !== entry));
  player.nodes.push(entry);
}

function fetchSound(row) {
  const known = sounds.get(row.id);
  if (known?.of === soundOf(row)) return known.buffer;
  const at = chapter.spoken.indexOf(row);
  const wanted = chapter.spoken.slice(at, at + 3).filter(
    (one) => isReady(one) && sounds.get(one.id)?.of !== soundOf(one),
  );
  const answer = ask({ do: "sounds", turns: wanted.map((one) => one.id) });
  for (const one of wanted) {
    const entry = { of: soundOf(one), buffer: decoded(answer, one) };
    entry.buffer.catch(() => sounds.get(one.id) === entry && sounds.delete(one.id));
    sounds.delete(one.id);
    sounds.set(one.id, entry);
  }
  while (sounds.size > KEPT) sounds.delete(sounds.keys().next().value);
  return sounds.get(row.id).buffer;
}

async function decoded(answer, row) {
  const { error, sounds: addresses, problems } = await answer;
  const address = addresses?.[row.id];
  if (!address) throw new Error(error || problems?.[row.id] || say("offline"));
  const response = await fetch(address.split("#")[0]);
  if (!response.ok) throw new Error(say("offline"));
  return speakers.decodeAudioData(await response.arrayBuffer());
}

// Called many times a second while something is played.
function beat() {
  const row = chapter.spoken[player.next];
  const last = chapter.spoken[player.next - 1];
  if (!row && position() >= chapter.seconds - 0.02) return stopAtEnd(chapter.seconds);
  if (row && !isReady(row) && (!last || position() >= last.end)) {
    const next = firstFrom(row.start);
    if (next < 0) return isPerforming() ? waitFor({ id: "any" }) : stopAtEnd(position());
    if (isReady(chapter.spoken[next])) return void go(chapter.spoken[next].start);
    return waitFor(chapter.spoken[next]);
  }
  if (row && isReady(row) && position() > row.start + 0.25) return void go(position()); // came late
  feed();
}

function waitFor(row) {
  player.at = position();
  player.waits = row.id;
  silence();
  player.run += 1;
  tellState();
  showPlaying();
}

function stopAtEnd(at) {
  player.on = false;
  player.waits = null;
  player.run += 1;
  player.at = at;
  silence();
  tellState();
  showPlaying();
  changed();
}

// The chapter has changed under what is played: what sounds now goes on, the rest is placed anew.
function replaced(before) {
  if (!player.on) {
    const row = before && rowsById.get(before.id);
    if (row?.start !== undefined) player.at = Math.max(0, player.at + row.start - before.start);
    player.at = Math.min(player.at, chapter.seconds);
    return;
  }
  if (player.waits === "sound") return void go(player.at);
  if (player.waits) {
    const at = firstFrom(Math.min(player.at, rowsById.get(player.waits)?.start ?? player.at));
    const row = chapter.spoken[at];
    if (!row || row.id !== player.waits || isReady(row)) go(row ? row.start : player.at);
    return;
  }
  const row = before && rowsById.get(before.id);
  if (!row || row.start === undefined) return void go(Math.min(position(), chapter.seconds));
  if (soundOf(row) !== soundOf(before)) return void go(row.start);
  const moved = row.start - before.start;
  player.from += moved;
  silence(false);
  player.run += 1;
  player.next = chapter.spoken.indexOf(row) + 1;
  if (position() < row.start - 0.01) player.next -= 1;
  feed();
}

function loudness() {
  if (!meter || !player.on || player.waits) return 0;
  const samples = new Float32Array(meter.fftSize);
  meter.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
}
