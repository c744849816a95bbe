// The current turn: its pause, gain and trims, its flag, and what is done with it.

const inspected = { id: "" };
const isAdjusting = () => inspector.contains(document.activeElement) && document.activeElement.matches("input");
const inspectedRow = () => rowsById.get(inspected.id) ?? null;

function inspect(force = false) {
  if (isAdjusting() && !force && rowsById.has(inspected.id)) return;
  inspected.id = current.row?.id ?? "";
  showInspected();
}

function showInspected() {
  const row = inspectedRow();
  inspector.hidden = !row;
  if (!row) return;
  inspector.style.setProperty("--hue", hueOf(row.speaker).toFixed(0));
  const length = row.length === undefined ? "" : say(isReady(row) ? "length" : "about", { seconds: row.length.toFixed(1) });
  inspector.querySelector(".tl-name").textContent = say("turn", { number: row.number, speaker: row.speaker, length });
  press("flag", row.flagged, say(row.flagged ? "unflag" : "flag"));
  press("accept", row.state === "locked", say(row.state === "locked" ? "unaccept" : "accept"));
  inspector.querySelector("[data-do=accept]").disabled = !isReady(row);
  inspector.querySelector("[data-do=again]").disabled = row.length === undefined || isAtWork(row);
  const last = chapter.spoken.at(-1) === row;
  const next = chapter.spoken[chapter.spoken.indexOf(row) + 1];
  for (const label of inspector.querySelectorAll("label")) {
    const { name } = label.dataset;
    const field = label.querySelector("input");
    const value = row[name];
    const isSet = name === "pause_after" ? value !== null : Boolean(value);
    if (document.activeElement !== field) field.value = isSet ? value : "";
    field.placeholder = name === "pause_after" && next && !isSet ? String(next.pause) : "0";
    label.querySelector("button").hidden = !isSet;
    label.hidden = name === "pause_after" && last;
  }
  inspector.querySelector(".tl-reason").textContent = row.reason;
}

function press(what, isOn, label) {
  const button = inspector.querySelector(`[data-do=${what}]`);
  button.setAttribute("aria-pressed", isOn);
  button.title = label;
  button.setAttribute("aria-label", label);
}

async function adjust(row, name, value) {
  const answer = await ask({ do: "adjust", turn: row.id, name, value });
  if (answer.error) {
    tell(answer.error, true);
    place();
    drawSoon();
  }
  await load();
  showInspected();
}

function typed(field) {
  const row = inspectedRow();
  const { name } = field.closest("label").dataset;
  const text = field.value.trim();
  if (!row || (text && !field.checkValidity())) return field.reportValidity();
  adjust(row, name, text === "" ? null : Number(text));
}

const turnActs = {
  more: () => {
    const button = inspector.querySelector("[data-do=more]");
    button.setAttribute("aria-expanded", inspector.toggleAttribute("data-more"));
  },
  edit: (row) => {
    document.querySelector("nav [data-section=script]").click();
    window.dispatchEvent(new CustomEvent("tableread:goto", { detail: { turn: row.id, chapter: chapter.number } }));
  },
  takes: (row) => window.dispatchEvent(new CustomEvent("tableread:takes", { detail: { project: chapter.project, turn: row.id } })),
  flag: (row) => adjust(row, "flagged", row.flagged ? null : 1),
  again: (row) => row.length !== undefined && !isAtWork(row) && trigger("turn_again", { project: chapter.project, turn: row.id }),
  accept: async (row) => {
    if (!isReady(row)) return;
    const answer = await ask({ do: "accept", turn: row.id, lock: row.state !== "locked" });
    if (answer.error) tell(answer.error, true);
    await load();
  },
};
