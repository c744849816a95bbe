// The report of a delivery: asks for all files at once.
// `props.fetch` = {url, name} from the server is a file that the browser should save.

element.addEventListener("click", ({ target }) => {
  if (target.closest("[data-do=archive]")) trigger("archive");
});
watch("fetch", () => {
  if (!props.fetch?.url) return;
  const { url: href, name: download } = props.fetch;
  Object.assign(document.createElement("a"), { href, download }).click();
});
