// How far a performance is: what needs attention leads to its turn, what waits can be cancelled.

element.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.number) {
    window.dispatchEvent(new CustomEvent("tableread:turn", { detail: button.dataset.number }));
  } else if (button?.dataset.drop) {
    trigger("drop", { job: button.dataset.drop });
  }
});
