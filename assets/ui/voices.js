// The voices: finding by what is typed, hearing, removing. Removing asks again where something
// depends on the voice; the server says what.

element.addEventListener("input", ({ target }) => {
  if (!target.matches(".tr-search")) return;
  const wanted = target.value.toLocaleLowerCase();
  for (const card of element.querySelectorAll(".tr-card"))
    card.hidden = !card.textContent.toLocaleLowerCase().includes(wanted);
});

const EVENTS = {
  audition: (voice) => trigger("audition", { voice }),
  codes: (voice) => trigger("codes", { voice }),
  remove: (voice) => trigger("remove", { voice, confirmed: false }),
  confirm: (voice) => trigger("remove", { voice, confirmed: true }),
  keep: () => (props.value = ""),
};

element.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-do]");
  const card = button?.closest(".tr-card");
  if (!card) return;
  button.closest("details")?.removeAttribute("open");
  EVENTS[button.dataset.do]?.(card.dataset.voice);
});
document.addEventListener("click", ({ target }) => {
  for (const menu of element.querySelectorAll(".tr-more[open]"))
    if (!menu.contains(target)) menu.open = false;
});
