// The mouse and fingers on the waveform: a click goes there, a gap that is dragged is a pause.

const dragLabel = wave.querySelector(".tl-drag");
const drag = { row: null, from: 0, pause: 0, moved: false };
const LEAST_GAP = 5; // pixels of a gap that can be taken hold of

const secondsAt = (event) => (event.clientX - wave.getBoundingClientRect().left + wave.scrollLeft) / view.scale;

// The turn before the gap at a time, if there is room to take hold of it.
function gapAt(seconds) {
  const at = spokenAt(seconds);
  const [row, next] = [chapter.spoken[at], chapter.spoken[at + 1]];
  if (!row || !next || seconds < row.end - 2 / view.scale) return null;
  return (next.start - row.end) * view.scale >= LEAST_GAP ? { row, next } : null;
}

function beginGesture(event) {
  if (event.button || event.offsetY > wave.clientHeight) return;
  const gap = event.pointerType === "touch" ? null : gapAt(secondsAt(event));
  Object.assign(drag, { row: gap?.row ?? null, next: gap?.next ?? null, x: event.clientX, moved: false, pause: gap?.next.pause ?? 0, silence: gap?.next.silence ?? 0 });
  if (gap) wave.setPointerCapture(event.pointerId);
}

function moveGesture(event) {
  if (!event.buttons || !drag.row) {
    wave.classList.toggle("tl-gap", Boolean(gapAt(secondsAt(event))));
    return;
  }
  const by = (event.clientX - drag.x) / view.scale;
  if (!drag.moved && Math.abs(event.clientX - drag.x) < 3) return;
  drag.moved = true;
  drag.wanted = Math.min(60, Math.max(0, Math.round((drag.pause + by) * 20) / 20));
  drag.next.silence = Math.max(0, drag.silence + drag.wanted - drag.pause);
  place();
  dragLabel.hidden = false;
  dragLabel.textContent = say("seconds", { seconds: drag.wanted.toFixed(2) });
  dragLabel.style.left = `${event.clientX - wave.getBoundingClientRect().left + wave.scrollLeft}px`;
  drawSoon();
}

function endGesture(event) {
  dragLabel.hidden = true;
  const { row, moved, wanted } = drag;
  drag.row = null;
  if (row && moved) return void adjust(row, "pause_after", wanted);
  if (event.type === "pointerup" && event.target !== dragLabel) {
    seek(secondsAt(event));
    changed();
  }
}

function listenToGestures() {
  wave.addEventListener("pointerdown", beginGesture);
  wave.addEventListener("pointermove", moveGesture);
  wave.addEventListener("pointerup", endGesture);
  wave.addEventListener("pointercancel", () => ((drag.row = null), (dragLabel.hidden = true)));
  wave.addEventListener("dblclick", (event) => !player.on && play(secondsAt(event)));
  wave.addEventListener("scroll", drawSoon, { passive: true });
  wave.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 300), event.clientX - wave.getBoundingClientRect().left);
    },
    { passive: false },
  );
}
