// Cards of projects or voices: a button tells its own event with what its card is about.
// `props.fetch` = {url, name} from the server is a file that the browser should save.

const KNOWN = ["create", "sample", "open", "rename", "duplicate", "bundle", "delete", "restore", "audition"];

function rename(card) {
  const title = card.querySelector("strong");
  const field = Object.assign(document.createElement("input"), {
    className: "tr-rename", value: title.textContent, maxLength: card.dataset.voice ? 60 : 200,
    ariaLabel: title.textContent,
  });
  const done = (kept) => {
    field.removeEventListener("blur", keep);
    field.remove();
    title.hidden = false;
    if (kept && field.value.trim() && field.value !== title.textContent)
      trigger("rename", { ...card.dataset, title: field.value });
  };
  const keep = () => done(true);
  title.hidden = true; // the field stands in its place, outside of a button
  (title.closest("button") ?? title).before(field);
  field.select();
  field.addEventListener("blur", keep);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") done(true);
    if (event.key !== "Escape") return;
    done(false);
    card.querySelector(".tr-more summary").focus();
  });
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  const card = button?.closest(".tr-card");
  if (!card || !KNOWN.includes(button.dataset.do)) return;
  const menu = button.closest("details");
  if (menu) menu.open = false;
  if (button.dataset.do === "rename") rename(card);
  else trigger(button.dataset.do, { ...card.dataset });
});
// A menu closes when something else is clicked.
document.addEventListener("click", ({ target }) => {
  for (const menu of element.querySelectorAll(".tr-more[open]"))
    if (!menu.contains(target)) menu.open = false;
});
// When a project was changed, in the reader's own words; the server wrote its date.
const STEPS = [["minute", 60], ["hour", 3600], ["day", 86400]];
function ago(time) {
  const moment = new Date(time.dateTime);
  const seconds = (Date.now() - moment) / 1000;
  time.title = moment.toLocaleString();
  if (seconds > 7 * 86400) return moment.toLocaleDateString(undefined, { dateStyle: "medium" });
  const [unit, length] = STEPS.findLast(([, length]) => seconds >= length) ?? STEPS[0];
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
  return words.format(-Math.floor(seconds / length), unit);
}
const say = () => element.querySelectorAll("[data-ago]").forEach((time) => (time.textContent = ago(time)));
watch("value", say);
say();

// What has just been thrown away is offered back where it is seen, and to the keyboard.
watch("value", () => {
  const undo = element.querySelector(".tr-undo button");
  if (!undo) return;
  undo.closest(".tr-undo").scrollIntoView({ block: "nearest" });
  undo.focus({ preventScroll: true });
});
watch("fetch", () => {
  if (!props.fetch?.url) return;
  const link = Object.assign(document.createElement("a"), {
    href: props.fetch.url, download: props.fetch.name,
  });
  link.click();
});
