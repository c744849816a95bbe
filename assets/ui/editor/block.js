// The text of one turn on the page: an editable block, its marks, and the caret in it.
//
// The text is the block's textContent. Marks are redrawn only where the kinds of pieces changed, so
// that typing words is left to the browser, and never while an input method composes.

function draw(block, text) {
  block.replaceChildren(...pieces(text).map(drawPiece));
  // A line break at the very end shows only before something.
  if (text.endsWith("\n")) block.append(document.createElement("br"));
}

function drawPiece({ kind, text }) {
  if (kind === "words") return document.createTextNode(text);
  const span = document.createElement("span");
  span.className = `tr-${kind}`;
  span.textContent = text;
  return span;
}

function redraw(block) {
  const text = block.textContent;
  const wanted = pieces(text);
  const there = [...block.childNodes].filter((node) => node.nodeName !== "BR");
  const same =
    wanted.length === there.length &&
    wanted.every((piece, at) => piece.text === there[at].textContent && piece.kind === kindOf(there[at]));
  if (same && text.endsWith("\n") === (block.lastChild?.nodeName === "BR")) return;
  const caret = document.activeElement === block ? caretIn(block) : null;
  draw(block, text);
  if (caret) select(block, caret.start, caret.end);
}

const kindOf = (node) => (node.nodeType === Node.TEXT_NODE ? "words" : node.className.slice(3));

// Where the caret is, in characters of the text: {start, end}; null: elsewhere.
function caretIn(block) {
  const selection = getSelection();
  if (!selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  if (!block.contains(range.startContainer) || !block.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(block);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return { start, end: start + range.toString().length };
}

function select(block, start, end = start) {
  const range = document.createRange();
  range.setStart(...pointAt(block, start));
  range.setEnd(...pointAt(block, end));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

function pointAt(block, offset) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let last = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (offset <= node.length) return [node, offset];
    offset -= node.length;
    last = node;
  }
  return last ? [last, last.length] : [block, 0];
}

function caretBox(block) {
  const selection = getSelection();
  const range = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
  const inside = range && block.contains(range.startContainer);
  const box = inside ? [...range.getClientRects()].at(-1) : null;
  if (box) return box;
  const around = block.getBoundingClientRect();
  const line = lineHeight(block);
  const below = block.textContent.endsWith("\n") && inside && caretIn(block).start > 0;
  return new DOMRect(around.left, below ? around.bottom - line : around.top, 0, line);
}

const lineHeight = (block) => parseFloat(getComputedStyle(block).lineHeight) || 24;
const inFirstLine = (block) =>
  caretBox(block).top - block.getBoundingClientRect().top < 0.9 * lineHeight(block);
const inLastLine = (block) =>
  block.getBoundingClientRect().bottom - caretBox(block).bottom < 0.9 * lineHeight(block);

// Put the caret into the first or the last line of a block, as near to `x` as it goes.
function enterLine(block, x, first) {
  block.focus();
  const box = block.getBoundingClientRect();
  const half = lineHeight(block) / 2;
  const y = first ? box.top + half : box.bottom - half;
  const range = document.caretRangeFromPoint?.(x, y);
  if (range && block.contains(range.startContainer)) {
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  } else {
    select(block, first ? 0 : block.textContent.length);
  }
}
