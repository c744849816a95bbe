// The cast table: tells the server the whole cast when a voice is chosen, so that two quick
// choices cannot undo each other, and asks for the chosen voice to be heard.

element.addEventListener("change", () => {
  const menus = [...element.querySelectorAll("select[data-speaker]")];
  trigger("recast", { cast: Object.fromEntries(menus.map((m) => [m.dataset.speaker, m.value])) });
});

element.addEventListener("click", (event) => {
  const row = event.target.closest("button") && event.target.closest("tr");
  if (row) trigger("audition", { voice: row.querySelector("select").value });
});
