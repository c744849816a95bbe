// The cover of the open project: taken away by its button.

element.addEventListener("click", ({ target }) => {
  if (target.closest("[data-do=remove]")) trigger("remove");
});
