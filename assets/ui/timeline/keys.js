// Proof-listening by keyboard. No key acts while something is typed, or outside of this section.

const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
const isPressing = (target) => target.closest?.("button, summary, a[href], [role=button]");

const keyActs = {
  " ": toggle,
  j: () => step(-1),
  k: () => step(1),
  ArrowUp: () => step(-1),
  ArrowDown: () => step(1),
  ArrowLeft: () => seek(position() - 2),
  ArrowRight: () => seek(position() + 2),
  f: () => current.row && turnActs.flag(current.row),
  r: () => current.row && turnActs.again(current.row),
  a: () => current.row && turnActs.accept(current.row),
  t: () => current.row && turnActs.takes(current.row),
  e: () => current.row && turnActs.edit(current.row),
  "+": () => zoom(1.5),
  "=": () => zoom(1.5),
  "-": () => zoom(1 / 1.5),
};

function pressKey(event) {
  if (!element.isConnected || !isShown() || !chapter.rows.length) return;
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === " " && isPressing(event.target)) return;
  const act = keyActs[key];
  if (!act || (event.repeat && /[frate ]/.test(key))) return;
  event.preventDefault();
  act();
}
