// The waveform: one canvas, as wide as what is seen of it, in a room as wide as the chapter.

const room = wave.querySelector(".tl-room");
const canvas = room.querySelector("canvas");
const head = room.querySelector(".tl-head");
const RULER = 20;
const MOST = 400; // pixels a second
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];

const peaks = new Map(); // name of a sketch -> Uint8Array
const asked = new Set();
let perSecond = 50;
const view = { scale: 20, fits: false };
let drawing = 0;

const leastScale = () => wave.clientWidth / Math.max(chapter.seconds, 1);
const xOf = (seconds) => seconds * view.scale;
const seen = () => [wave.scrollLeft / view.scale, (wave.scrollLeft + wave.clientWidth) / view.scale];

function drawSoon() {
  if (!drawing) drawing = requestAnimationFrame(draw);
}

function zoom(factor, anchorX = wave.clientWidth / 2) {
  zoomTo(view.scale * factor, anchorX);
}
function zoomTo(scale, anchorX = 0) {
  const at = (wave.scrollLeft + anchorX) / view.scale;
  const least = leastScale();
  view.scale = Math.min(MOST, Math.max(least, scale));
  view.fits = view.scale <= least * 1.001;
  room.style.width = `${Math.max(wave.clientWidth, Math.ceil(xOf(chapter.seconds)))}px`;
  wave.scrollLeft = at * view.scale - anchorX;
  drawSoon();
}
function fit() {
  if (wave.clientWidth && chapter.seconds) zoomTo(view.fits ? 0 : view.scale);
}

function draw() {
  drawing = 0;
  const width = wave.clientWidth;
  const height = wave.clientHeight;
  if (!width || !height) return;
  const dots = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * dots) || canvas.height !== Math.round(height * dots)) {
    canvas.width = Math.round(width * dots);
    canvas.height = Math.round(height * dots);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  pen.clearRect(0, 0, width, height);
  const style = getComputedStyle(root);
  const look = {
    ink: Number(style.getPropertyValue("--tr-ink")) || 0.47,
    wave: Number(style.getPropertyValue("--tl-ink")) || 0.6,
    tint: Number(style.getPropertyValue("--tr-tint")) || 0.96,
    faint: style.getPropertyValue("--tl-faint") || "#8888",
    subdued: style.getPropertyValue("--body-text-color-subdued") || "#777",
    font: style.fontFamily,
  };
  const [from, to] = seen();
  const first = Math.max(0, spokenAt(from));
  for (let at = first; at < chapter.spoken.length && chapter.spoken[at].start < to; at += 1) {
    drawTurn(pen, chapter.spoken[at], chapter.spoken[at - 1], look, height);
  }
  drawRuler(pen, look, width, from, to);
  moveHead();
  fetchPeaks(first, to);
}

function drawTurn(pen, row, before, look, height) {
  const left = xOf(row.start) - wave.scrollLeft;
  const right = xOf(row.end) - wave.scrollLeft;
  const hue = hueOf(row.speaker);
  const middle = RULER + (height - RULER) / 2;
  const half = (height - RULER) / 2 - 8;
  if (before && before.scene !== row.scene) {
    pen.fillStyle = look.faint;
    pen.fillRect(Math.round(xOf((before.end + row.start) / 2) - wave.scrollLeft), RULER, 1, height - RULER);
  }
  if (row === current.row) {
    pen.fillStyle = `oklch(${look.tint} 0.03 ${hue})`;
    pen.fillRect(left, RULER, Math.max(1, right - left), height - RULER);
  }
  pen.fillStyle = `oklch(${look.wave} 0.11 ${hue})`;
  if (isReady(row) && row.pieces.every(([name]) => peaks.has(name))) drawPeaks(pen, row, left, middle, half);
  else drawGuess(pen, left, right, middle, half, hue, look, isReady(row));
  drawMarks(pen, row, left, right, height, look);
}

function drawPeaks(pen, row, left, middle, half) {
  const gain = 10 ** (row.gain / 20);
  for (const [name, at, first, length] of row.pieces) {
    const shape = peaks.get(name);
    const begin = left + at * view.scale;
    const last = Math.min(wave.clientWidth, begin + length * view.scale);
    for (let x = Math.max(0, Math.floor(begin)); x < last; x += 1) {
      const since = Math.max(0, (x - begin) / view.scale);
      const until = Math.min(length, (x + 1 - begin) / view.scale);
      const a = Math.floor((first + since) * perSecond);
      const b = Math.max(a + 1, Math.ceil((first + until) * perSecond));
      let highest = 0;
      for (let i = a; i < b && i < shape.length; i += 1) if (shape[i] > highest) highest = shape[i];
      const size = Math.max(1, Math.min(1, (highest / 255) * gain * 1.1) * half);
      pen.fillRect(x, middle - size, 1, size * 2);
    }
  }
}

// Room for what has no sound yet: an outline; dotted where nothing is performed.
function drawGuess(pen, left, right, middle, half, hue, look, isComing) {
  pen.save();
  if (right - left < 7) {
    pen.fillStyle = `oklch(${look.wave} 0.07 ${hue} / 0.35)`;
    pen.fillRect(left, middle - half * 0.35, Math.max(1, right - left - 1), half * 0.7);
    return pen.restore();
  }
  pen.strokeStyle = `oklch(${look.ink} 0.09 ${hue} / 0.65)`;
  pen.setLineDash(isComing ? [] : [3, 3]);
  pen.strokeRect(left + 1.5, middle - half * 0.35, Math.max(1, right - left - 3), half * 0.7);
  pen.restore();
}

function drawMarks(pen, row, left, right, height, look) {
  if (row.state === "attention") {
    pen.fillStyle = "oklch(0.6 0.19 25)";
    pen.fillRect(left, height - 4, Math.max(2, right - left), 3);
  }
  if (row.state === "stale" || row.state === "soft-stale") {
    pen.fillStyle = `oklch(0.72 0.15 75 / ${row.state === "stale" ? 1 : 0.55})`;
    for (let x = left; x < right - 1; x += 8) pen.fillRect(x, height - 4, Math.min(5, right - x), 3);
  }
  if (row.flagged) {
    pen.fillStyle = "oklch(0.6 0.19 25)";
    pen.beginPath();
    pen.moveTo(left, RULER + 1);
    pen.lineTo(left + 9, RULER + 5);
    pen.lineTo(left, RULER + 9);
    pen.fill();
  }
  if (isAdjusted(row)) {
    pen.fillStyle = look.subdued;
    pen.beginPath();
    pen.arc(left + (row.flagged ? 14 : 4), RULER + 5, 2.5, 0, 7);
    pen.fill();
  }
}

function drawRuler(pen, look, width, from, to) {
  const step = STEPS.find((one) => one * view.scale >= 64) ?? 3600;
  pen.font = `11px ${look.font}`;
  pen.textBaseline = "top";
  for (let at = Math.floor(from / step) * step; at <= Math.min(to, chapter.seconds); at += step) {
    const x = Math.round(xOf(at) - wave.scrollLeft) + 0.5;
    pen.fillStyle = look.faint;
    pen.fillRect(x, RULER - 6, 1, 6);
    pen.fillStyle = look.subdued;
    pen.fillText(clock(at, step < 1 ? 1 : 0), x + 4, 3);
  }
  pen.fillStyle = look.faint;
  pen.fillRect(0, RULER - 0.5, width, 1);
}

function moveHead() {
  head.style.transform = `translateX(${xOf(position())}px)`;
}

// Keep the place that is heard in sight.
function follow() {
  const x = xOf(position()) - wave.scrollLeft;
  if (x < 0 || x > wave.clientWidth - 24) wave.scrollLeft += x - wave.clientWidth * 0.12;
}

async function fetchPeaks(first, to) {
  const names = [];
  for (let at = first; at < chapter.spoken.length && names.length < 400; at += 1) {
    const row = chapter.spoken[at];
    if (row.start > to + 60) break;
    for (const [name] of row.pieces) if (!peaks.has(name) && !asked.has(name)) names.push(name);
  }
  if (!names.length) return;
  const some = names.slice(0, 400);
  some.forEach((name) => asked.add(name));
  const answer = await ask({ do: "peaks", names: some });
  some.forEach((name) => asked.delete(name));
  if (answer.error) return;
  perSecond = answer.per_second;
  for (const [name, coded] of Object.entries(answer.peaks)) {
    peaks.set(name, Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0)));
  }
  if (Object.keys(answer.peaks).length) drawSoon();
}
