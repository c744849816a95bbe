// The script editor: everything is put together here, last of the files in this folder.
//
// From the server: `props.project` (slug, or empty), `props.opened` (changes when it is to be read
// again), `props.goto` ({chapter, turn}), `props.words` (what the editor says), `server.ask` and
// `server.takes`.
// To the page: turn_play and script_saved; to other components the window's event "tableread:taken".

const acts = {
  undo: () => takeBack("undo"),
  redo: () => takeBack("redo"),
  find: () => (findPanel.hidden ? openFind() : closeFind()),
  close_find: closeFind,
  plain: togglePlain,
  replace_all: replaceAll,
  add_chapter: addChapter,
  dissolve: () => {
    const done = (answer) => answer.error || openChapter(sheet.project, sheet.chapter - 1);
    edit([{ kind: "chapter", what: "dissolve", chapter: sheet.chapter }], { force: true, done: (a) => void done(a) });
  },
  dismiss: () => notify(""),
  speaker: (button) => openSpeakers(button),
  menu: (button) => (menuState?.owner === button ? closeMenu() : openTurnMenu(button)),
  play: (button) => play(turnOf(button)),
  perform: (button) => performTurns([turnOf(button)]),
  perform_chapter: performChapter,
  play_chapter: playChapter,
  takes: (button) => openTakes(turnOf(button)),
  stop: stopPerforming,
  chosen_perform: () => performTurns(chosenTurns()),
  ...problemActs,
  chosen_speaker: () => openSpeakers(rowOf(chosenTurns()[0]).querySelector(".tr-speaker-button")),
  chosen_remove: () => enter(removeTurns(chosenTurns())),
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.chapter && !button.dataset.go) openChapter(sheet.project, Number(button.dataset.chapter));
  else if (button?.dataset.go) goTo(button.dataset.go, Number(button.dataset.chapter));
  else if (button?.dataset.one) replace([button.dataset.one]);
  else if (button) acts[button.dataset.do]?.(button);
  else if (event.target === list && !chosen.size) enter(sheet.turns.get(sheet.order.at(-1)), -1);
});

list.addEventListener("pointerdown", (event) => {
  const turn = turnOf(event.target);
  const onBlock = event.target.closest(".tr-block");
  const here = turnOf(document.activeElement);
  if (!turn || !onBlock) return;
  if (event.shiftKey && (chosen.size || (here && here !== turn))) {
    event.preventDefault();
    if (!chosen.size) chosenFrom = here.id;
    chooseTo(turn);
  } else if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    chosenFrom ||= turn.id;
    choose([...chosenTurns().filter((one) => one !== turn), ...(chosen.has(turn.id) ? [] : [turn])]);
    list.focus({ preventScroll: true });
  } else if (chosen.size) choose([]);
});

list.addEventListener("focusin", (event) => {
  const turn = turnOf(event.target);
  if (!turn) return;
  for (const row of list.querySelectorAll(".tr-here")) row.classList.remove("tr-here");
  rowOf(turn).classList.add("tr-here");
  label(turn);
  showWhatPlays();
  if (event.target.matches(".tr-block") && chosen.size) choose([]);
});
list.addEventListener("focusout", (event) => {
  const block = event.target;
  if (!block.matches(".tr-block")) return;
  if (menuState?.owner === block) closeMenu();
  setTimeout(() => {
    const here = document.activeElement;
    const stays = block.closest(".tr-row")?.contains(here) || menu.contains(here);
    if (!stays && block.isConnected) leave(block);
  });
});

list.addEventListener("input", (event) => event.isComposing || typed(event.target));
list.addEventListener("compositionend", (event) => typed(event.target));
list.addEventListener("beforeinput", (event) => {
  if (event.inputType.startsWith("history")) {
    event.preventDefault();
    takeBack(event.inputType === "historyRedo" ? "redo" : "undo");
  } else if (event.inputType === "insertParagraph" || event.inputType === "insertLineBreak") {
    event.preventDefault(); // a key of a screen keyboard that keydown does not name
    splitTurn(event.target);
  }
});
list.addEventListener("keydown", (event) => (pasteAsIs = event.shiftKey), true);
list.addEventListener("paste", (event) => {
  if (!event.target.closest(".tr-block")) return;
  event.preventDefault();
  pasteText(event.target.closest(".tr-block"), event.clipboardData.getData("text/plain"));
});
list.addEventListener("copy", (event) => chosen.size && copyTurns(event, chosenTurns()));
list.addEventListener("cut", (event) => {
  if (!chosen.size) return;
  copyTurns(event, chosenTurns());
  removeTurns(chosenTurns());
});

// What does not arrive any more is kept in the browser.
window.addEventListener("beforeunload", () => element.isConnected && sheet.project && flush(true));
document.addEventListener("visibilitychange", async () => {
  if (document.hidden) return flush(true);
  if (!sheet.project || !idle() || !plain.hidden || !element.isConnected) return;
  const answer = await ask({ do: "open" }); // another window may have changed it
  if (!answer.error && answer.frame.revision !== sheet.revision && idle()) alone(reread);
});

function translate() {
  for (const node of element.querySelectorAll("[data-words]")) node.textContent = say(node.dataset.words);
  const templates = [element, rowTemplate.content];
  for (const root of templates) {
    for (const node of root.querySelectorAll("[data-label]")) {
      node.title = say(node.dataset.label);
      node.setAttribute("aria-label", say(node.dataset.label));
    }
    for (const node of root.querySelectorAll("[data-title]")) node.title = say(node.dataset.title);
    for (const node of root.querySelectorAll("[data-hint]")) {
      node.setAttribute(node.matches("input, textarea") ? "placeholder" : "data-empty", say(node.dataset.hint));
      if (node.matches("[role=textbox]")) node.setAttribute("aria-label", say(node.dataset.hint)); // until it is gone to
    }
  }
}

translate();
listenToKeys();
listenToMenus();
listenToPanels();
listenToPerforming();
listenToProblems();
listenToPlaying();
keepLinesInPlace();
watch(["project", "opened"], () => openChapter(props.project, 1));
watch(["goto"], () => {
  const { chapter, turn } = props.goto ?? {};
  if (chapter && turn) goTo(turn, chapter);
});
window.addEventListener("tableread:goto", ({ detail }) => goTo(detail.turn, detail.chapter));
window.addEventListener("tableread:section", async ({ detail }) => {
  if (!element.isConnected || !sheet.project) return;
  flush(true);
  await settled();
  if (detail !== "script") tell();
  else {
    beginWriting();
    look(); // something may have been performed elsewhere
    countSoon();
  }
});
openChapter(props.project ?? "", 1);
