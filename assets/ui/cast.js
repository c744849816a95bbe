// The cast table: tells the server what a speaker has got, a voice or how they speak, and asks for a
// voice or for a line of a speaker to be heard.

const row = (target) => target.closest("tr");
const voice = (target) => row(target).querySelector("[data-set=voice]").value;

element.addEventListener("change", ({ target }) => {
  const what = target.dataset.set;
  if (!what || !target.checkValidity()) return;
  trigger("settle", { speaker: row(target).dataset.speaker, what, value: target.value });
});

element.addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.do === "accept") trigger("accept");
  if (button?.dataset.do === "audition") trigger("audition", { voice: voice(button) });
  if (button?.dataset.do !== "line") return;
  button.toggleAttribute("data-busy", true);
  trigger("line", { speaker: row(button).dataset.speaker, voice: voice(button) });
});
// Whatever comes to the player at the foot, or instead of it, ends the waiting.
const waiting = () => element.querySelectorAll("[data-busy]");
const done = () => waiting().forEach((button) => button.removeAttribute("data-busy"));
document.addEventListener("play", done, true);
new MutationObserver(() => document.querySelector(".toast-body, .tr-complaint") && done())
  .observe(document.body, { childList: true, subtree: true });
