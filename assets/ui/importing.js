// The form of an import. The choices live in `props.choices`, which the server sends with every
// form; a change sends all of them back, so that the form can be made anew.

const controls = (name) => [...element.querySelectorAll(`input[data-list=${name}]`)];

function choose(choices, quietly = false) {
  props.choices = choices; // at once, so that nothing chosen is lost while the form is made
  if (!quietly) trigger("choose", { choices });
}

function changed({ target }) {
  const choices = structuredClone(props.choices);
  const { list, map, key, value, flag } = target.dataset;
  if (value) choices[value] = target.value;
  else if (flag) choices[flag] = target.checked;
  else if (map && target.value) choices[map][key] = target.value;
  else if (list) {
    const ticked = controls(list).filter((box) => box.checked);
    choices[list] = ticked.map((box) => Number(box.value));
    // No chapter chosen means all of them; so the last one stays ticked.
    if (list === "chapters" && ticked.length === 0) return (target.checked = true);
  } else return;
  choose(choices, value === "title");
}

element.addEventListener("change", changed);
element.addEventListener("click", ({ target }) => {
  const undone = target.dataset.undo;
  if (undone) {
    const choices = structuredClone(props.choices);
    delete choices[undone][target.dataset.key];
    choose(choices);
  } else if (target.dataset.do === "accept") {
    trigger("accept", { choices: props.choices });
  } else if (target.dataset.do === "guesses") {
    const part = element.querySelector("[data-map=corrections]").closest("details");
    part.open = true;
    part.scrollIntoView({ block: "start", behavior: "smooth" });
  } else if (target.dataset.do === "dismiss") {
    trigger("dismiss");
  }
});
