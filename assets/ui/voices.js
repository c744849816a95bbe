// The voices: finding by what is typed, and removing. Removing asks again where something depends on
// the voice; the server says what. What all cards do is in `cards.js`, which stands before this.

function find() {
  const wanted = element.querySelector(".tr-search").value.toLocaleLowerCase();
  const kind = element.querySelector("[data-filter][aria-pressed=true]").dataset.filter;
  for (const card of element.querySelectorAll(".tr-card")) {
    const is = card.dataset.is.split(" ");
    const fits = card.textContent.toLocaleLowerCase().includes(wanted) && (!kind || is.includes(kind));
    card.hidden = !fits;
  }
  const all = element.querySelectorAll(".tr-card").length;
  const left = element.querySelectorAll(".tr-card:not([hidden])").length;
  const count = element.querySelector("[data-some]");
  count.dataset.all ??= count.textContent;
  count.textContent = left === all ? count.dataset.all : count.dataset.some.replace("{n}", left);
  element.querySelector("[data-nothing]").hidden = left > 0;
}

element.addEventListener("input", ({ target }) => target.matches(".tr-search") && find());
element.addEventListener("click", ({ target }) => {
  const chosen = target.closest("[data-filter]");
  if (!chosen) return;
  for (const button of element.querySelectorAll("[data-filter]"))
    button.setAttribute("aria-pressed", button === chosen);
  find();
});

// The form is far below the cards, above all on a narrow page.
watch("value", () => element.querySelector("[data-new]")?.scrollIntoView({ block: "center" }));

const EVENTS = {
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
