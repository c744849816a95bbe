// The small menus: directions while typing `[`, speakers, and what can be done with a turn.
//
// One list for all of them. The focus stays where it is typed; the arrows choose, Enter or Tab takes.

const menu = element.querySelector(".tr-menu");
const menuList = menu.querySelector("ul");
const menuInput = menu.querySelector("input");
let menuState = null; // {owner, options: [{label, hint, take}], at}
const MOST_OPTIONS = 8;

function showMenu(owner, box, options, { input = false, at = 0 } = {}) {
  if (!options.length) return closeMenu();
  menuState = { owner, options, at: Math.min(at, options.length - 1), input };
  menuList.replaceChildren(...options.map(drawOption));
  menuInput.parentElement.hidden = !input;
  menu.hidden = false;
  menu.classList.toggle("tr-sheet-menu", owner.tagName === "BUTTON" && !input);
  announce(owner, true);
  const around = element.firstElementChild.getBoundingClientRect();
  const left = Math.min(box.left, innerWidth - menu.offsetWidth - 12);
  const below = box.bottom + menu.offsetHeight + 8 < innerHeight;
  menu.style.left = `${Math.max(8, left) - around.left}px`;
  menu.style.top = `${(below ? box.bottom + 4 : box.top - menu.offsetHeight - 4) - around.top}px`;
  mark();
}

function drawOption({ label, hint = "", hue = null }, at) {
  const item = document.createElement("li");
  Object.assign(item, { id: `tr-option-${at}`, role: "option" });
  item.append(label);
  if (hue !== null) {
    item.className = "tr-name";
    item.style.setProperty("--hue", hue);
  }
  if (hint) {
    const small = document.createElement("small");
    small.textContent = hint;
    item.append(small);
  }
  return item;
}

function mark() {
  const field = menuState.input ? menuInput : menuState.owner;
  [...menuList.children].forEach((item, at) => item.setAttribute("aria-selected", at === menuState.at));
  menuList.children[menuState.at]?.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", `tr-option-${menuState.at}`);
}

function closeMenu(refocus = false) {
  if (!menuState) return;
  const { owner, input } = menuState;
  owner.removeAttribute("aria-activedescendant");
  announce(owner, false);
  menuState = null;
  menu.hidden = true;
  if (input && refocus) owner.focus();
}

// A button that keeps the focus while its menu is open is a combobox for that time.
function announce(owner, shown) {
  if (owner.tagName !== "BUTTON" || menuState.input) return;
  const state = { role: "combobox", "aria-expanded": "true", "aria-controls": "tr-options" };
  for (const [name, value] of Object.entries(state)) {
    if (shown) owner.setAttribute(name, value);
    else owner.removeAttribute(name);
  }
}

function takeOption(at = menuState.at) {
  const { options } = menuState;
  closeMenu(true);
  options[at]?.take();
}

// Whether the menu took a key.
function menuKey(event) {
  if (!menuState) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const { options, input } = menuState;
  if (step) {
    menuState.at = (menuState.at + step + options.length) % options.length;
    mark();
  } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) takeOption();
  else if (event.key === "Escape") closeMenu(true);
  else return input;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

// Directions, while the caret stands in an open bracket.
function suggestDirections(block) {
  const caret = caretIn(block);
  const before = caret && block.textContent.slice(0, caret.start);
  const open = before && /(?<!\\)\[([^[\]\n]*)$/.exec(before);
  if (!open || caret.start !== caret.end) return menuState?.owner === block && closeMenu();
  const wanted = open[1].toLowerCase();
  const names = sheet.directions.filter((name) => name.toLowerCase().includes(wanted));
  names.sort((one, other) => startsLater(one, wanted) - startsLater(other, wanted));
  const free = open[1].trim();
  const options = names.slice(0, MOST_OPTIONS).map((name) => ({
    label: name, take: () => putDirection(block, open[1].length, name),
  }));
  if (free && !names.some((name) => name.toLowerCase() === free.toLowerCase())) {
    const take = () => putDirection(block, open[1].length, free);
    options.push({ label: free, hint: say("free_direction"), take });
  }
  showMenu(block, caretBox(block), options);
}

const startsLater = (name, wanted) => (name.toLowerCase().startsWith(wanted) ? 0 : 1);

function putDirection(block, length, name) {
  const { start } = caretIn(block);
  const text = block.textContent;
  const rest = text.slice(start).replace(/^[^[\]\n]*\]/, "");
  const space = /^\s/.test(rest) ? "" : " ";
  const written = text.slice(0, start - length) + name + "]";
  draw(block, written + (rest ? space + rest : space));
  select(block, written.length + 1);
  typed(block);
  if (!sheet.directions.includes(name)) sheet.directions.push(name);
}

function openSpeakers(button, typedName = "") {
  const turn = turnOf(button);
  const turns = chosen.has(turn.id) ? chosenTurns() : [turn];
  menuInput.value = typedName;
  menuInput.placeholder = say("who_speaks");
  menuInput.oninput = () => listSpeakers(button, turns);
  listSpeakers(button, turns);
  menuInput.focus();
}

function listSpeakers(button, turns) {
  const wanted = menuInput.value.trim();
  const names = [...new Set([...sheet.speakers, NARRATOR])];
  const fits = names.filter((name) => name.toLowerCase().includes(wanted.toLowerCase()));
  fits.sort((one, other) => startsLater(one, wanted.toLowerCase()) - startsLater(other, wanted.toLowerCase()));
  const give = (name) => () => {
    turns.forEach((turn) => setSpeaker(turn, name));
    enter(turns[0], -1);
  };
  const options = fits.map((one) => ({ label: one, hue: hueOf(one).toFixed(0), take: give(one) }));
  const [{ speaker }] = turns;
  const name = asName(wanted);
  if (name && !names.includes(name)) options.push({ label: name, hint: say("new_speaker"), take: give(name) });
  if (name && name !== speaker && sheet.speakers.includes(speaker)) {
    options.push({
      label: say("rename_everywhere", { speaker, name }),
      take: () => edit([{ kind: "rename", speaker, to: name }], { force: true }),
    });
  }
  if (!options.length) options.push({ label: say("nobody"), take: () => {} });
  // What is typed stands for the first name that fits, also where it is a name itself.
  const at = wanted ? fits.indexOf(name) : fits.indexOf(speaker);
  showMenu(button, button.getBoundingClientRect(), options, { input: true, at: Math.max(0, at) });
}

// A name as the script format wants it, or nothing where that cannot be.
function asName(text) {
  const words = text.split(/\s+/).filter(Boolean);
  const capital = words.map((word) => (SMALL_WORDS.has(word) ? word : word[0].toUpperCase() + word.slice(1)));
  return [words.join(" "), capital.join(" ")].find((name) => name && isSpeakerName(name)) ?? "";
}

function openTurnMenu(button) {
  const turn = turnOf(button);
  const turns = chosen.has(turn.id) ? chosenTurns() : [turn];
  const begin = turn.scene ? "end_scene" : "begin_scene";
  const begins = [
    { label: say(begin), take: () => edit([{ kind: begin, turn: turn.id }], { force: true }) },
    { label: say("begin_chapter"), take: () => beginChapter(turn) },
  ];
  const options = [
    ...performOptions(turn, turns),
    { label: say("move_up"), hint: "Alt ↑", take: () => moveTurns(turns, -1) },
    { label: say("move_down"), hint: "Alt ↓", take: () => moveTurns(turns, 1) },
    ...(place(turn) ? begins : []),
    { label: say("remove", { count: turns.length }), take: () => enter(removeTurns(turns)) },
  ];
  showMenu(button, button.getBoundingClientRect(), options);
  button.focus();
}

function performOptions(turn, turns) {
  const hear = { label: say("play"), hint: "Alt P", take: () => play(turn) };
  return [
    ...(stateOf(turn).heard ? [hear] : []),
    { label: say(performWord(turns)), hint: "Ctrl Enter", take: () => performTurns(turns) },
    { label: say("takes"), hint: "Alt Enter", take: () => openTakes(turn) },
    { label: say("perform_scene"), take: () => performFrom(turn, "chain") },
    { label: say("perform_on"), take: () => performFrom(turn, "chapter") },
    { label: say("perform_chapter"), hint: "Ctrl Shift Enter", take: performChapter },
  ];
}

function listenToMenus() {
  menuList.addEventListener("pointerdown", (event) => event.preventDefault());
  menuList.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) takeOption([...menuList.children].indexOf(item));
  });
  document.addEventListener("pointerdown", (event) => {
    if (menuState && !menu.contains(event.target) && event.target !== menuState.owner) closeMenu();
  });
  menuInput.addEventListener("blur", () => setTimeout(() => menuState?.input && closeMenu(), 150));
}
