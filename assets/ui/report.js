// The report of a delivery: asks for all files at once.
// `props.fetch` = {url, name} from the server is a file that the browser should save.

element.addEventListener("click", ({ target }) => {
  if (target.closest("[data-do=archive]")) trigger("archive");
});
function times() {
  for (const time of element.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    const today = moment.toDateString() === new Date().toDateString();
    time.textContent = today ? moment.toLocaleTimeString([], { timeStyle: "medium" })
      : moment.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  }
}
// On a narrow page the report is below the form, out of sight when it comes.
function arrived() {
  times();
  const report = element.querySelector(".tr-report");
  const made = report?.querySelector("a[download]")?.href;
  if (made && seen !== undefined && made !== seen && element.getClientRects().length)
    report.scrollIntoView({ block: "nearest", behavior: "smooth" });
  seen = made ?? "";
}
let seen;
watch("value", arrived);
times();
watch("fetch", () => {
  if (!props.fetch?.url) return;
  const { url: href, name: download } = props.fetch;
  Object.assign(document.createElement("a"), { href, download }).click();
});
