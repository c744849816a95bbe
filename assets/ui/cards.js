// Cards of projects or voices: a button tells its own event with what its card is about.

const KNOWN = ["open", "audition"];

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  const card = button?.closest(".tr-card");
  if (card && KNOWN.includes(button.dataset.do)) trigger(button.dataset.do, { ...card.dataset });
});
