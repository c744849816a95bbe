// The checkpoints: a button tells what is wanted of the card it stands in. A download can be begun
// when the license beside it is accepted.

const EVENTS = {
  use: (card) => trigger("use", { name: card.dataset.name }),
  folder: (card) => trigger("use", { name: card.querySelector("[data-folder]").value }),
  download: (card) => trigger("download", {
    name: card.dataset.name, accepted: card.querySelector("[data-accept]")?.checked === true,
  }),
  stop: (card) => trigger("stop", { name: card.dataset.name }),
};

element.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-do]");
  const card = button?.closest(".tr-checkpoint, .tr-progress");
  if (card && !button.disabled) EVENTS[button.dataset.do]?.(card);
});
element.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-accept]")) return;
  target.closest(".tr-checkpoint").querySelector("[data-do=download]").disabled = !target.checked;
});
element.addEventListener("keydown", ({ key, target }) => {
  if (key === "Enter" && target.matches("[data-folder]")) EVENTS.folder(target.closest(".tr-checkpoint"));
});
