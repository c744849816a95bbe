// The cast table: tells the server which speaker has got which voice, and asks for the chosen
// voice to be heard.

element.addEventListener("change", ({ target }) => {
  const speaker = target.dataset.speaker;
  if (speaker !== undefined) trigger("recast", { speaker, voice: target.value });
});

element.addEventListener("click", (event) => {
  const row = event.target.closest("button") && event.target.closest("tr");
  if (row) trigger("audition", { voice: row.querySelector("select").value });
});
