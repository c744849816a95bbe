// The pronunciations below the cast: an entry is told with all that its form says.

const entry = () => {
  const { written, spoken, scope, regex } = element.querySelector("form").elements;
  return { written: written.value, spoken: spoken.value, scope: scope.value, regex: regex.checked };
};
element.addEventListener("submit", (event) => {
  event.preventDefault();
  trigger("put", { entry: entry() });
});
element.addEventListener("click", ({ target }) => {
  const { remove, do: what } = target.closest("button")?.dataset ?? {};
  if (remove) trigger("take", { number: Number(remove) });
  if (what === "preview") trigger("preview", { entry: entry() });
});
// Other entries: what was written is among them. A refused one stays in the form.
watch("value", () => element.querySelector("form")?.reset());
