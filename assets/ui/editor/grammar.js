// The inside of a turn as the script format reads it (studio/core/inline.py decides; this shows).
//
// `pieces(text)` cuts a text into {kind, text} that joined give the text again. Kinds: words,
// direction, pause, escape (the backslash of something escaped) and wrong (what cannot be read).

const ESCAPED = /\\(?=[[\]:#*\\-])/y;
const BRACKET = /\[((?:\\[:#*\\-]|[^[\]\\\n]|\\(?![[\]]))*)\]/y;
const TIMED = /^pause\s+(?=[\d.,+-])/i;
const LENGTH = /^pause\s+(\d{1,6}(?:\.\d{1,6})?)\s*(m?s)$/i;
const MAX_DIRECTION = 200;
const MAX_PAUSE_MS = 60000;
const NARRATOR = "Narrator";
const SMALL_WORDS = new Set("& and da de di du la le of the van von".split(" "));

function pieces(text) {
  const found = [];
  const add = (kind, part) => {
    const last = found.at(-1);
    if (last?.kind === kind && kind === "words") last.text += part;
    else found.push({ kind, text: part });
  };
  let at = 0;
  while (at < text.length) {
    ESCAPED.lastIndex = BRACKET.lastIndex = at;
    const bracket = BRACKET.exec(text);
    if (ESCAPED.test(text)) {
      add("escape", "\\");
      add("words", text[at + 1]);
      at += 2;
    } else if (bracket) {
      add(bracketKind(bracket[1].trim()), bracket[0]);
      at += bracket[0].length;
    } else {
      add(text[at] === "[" || text[at] === "]" ? "wrong" : "words", text[at]);
      at += 1;
    }
  }
  return found;
}

function bracketKind(content) {
  if (!content || content.length > MAX_DIRECTION) return "wrong";
  if (!TIMED.test(content)) return "direction";
  const length = LENGTH.exec(content);
  if (!length) return "wrong";
  const milliseconds = Math.round(Number(length[1]) * (length[2].toLowerCase() === "s" ? 1000 : 1));
  return milliseconds >= 1 && milliseconds <= MAX_PAUSE_MS ? "pause" : "wrong";
}

const isBroken = (text) => pieces(text).some((piece) => piece.kind === "wrong");

// As studio/core/speaker_name.py: what can stand as a name in front of a turn.
function isSpeakerName(name) {
  const words = name.split(" ");
  if (name.length > 48 || words.length > 6 || !/^\p{L}/u.test(name)) return false;
  return words.every(
    (word, at) =>
      (at > 0 && SMALL_WORDS.has(word)) || /^(?!\p{Ll})[\p{L}\p{N}][\p{L}\p{N}\p{M}.'’&-]*$/u.test(word),
  );
}

// A turn as it stands in a script, for the clipboard.
const asScript = (turn) =>
  turn.speaker === NARRATOR ? shownText(turn) : `${turn.speaker}: ${shownText(turn)}`;
