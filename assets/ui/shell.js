// The frame of the page: which section is shown, the address, the theme, keys and help.
//
// The address is #project/section. `props.project` comes from the server when a project is opened;
// `props.visit` = {section, moment} when it wants another section to be shown.
// Others learn of a change by the window's event "tableread:section", whose detail is its name, and
// that another project is opened by "tableread:project", whose detail is its slug.

const sections = [...element.querySelectorAll("nav [data-section]")].map((a) => a.dataset.section);

function address() {
  try {
    const [project = "", section = ""] = location.hash.slice(1).split("/").map(decodeURIComponent);
    return { project, section };
  } catch {
    return { project: "", section: "" };
  }
}

function show(wanted) {
  const section = sections.includes(wanted) ? wanted : "script";
  const before = document.body.dataset.section;
  document.body.dataset.section = section;
  for (const link of element.querySelectorAll("nav [data-section]")) {
    link.toggleAttribute("data-here", link.dataset.section === section);
    if (link.dataset.section === section) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (before === section) return;
  window.scrollTo(0, 0);
  window.dispatchEvent(new CustomEvent("tableread:section", { detail: section }));
}

function go(section) {
  const there = `#${encodeURIComponent(props.project)}/${section}`;
  if (location.hash !== there) history.pushState(null, "", there);
  show(section);
}

let announced = "";
function opened() {
  if (announced !== props.project) {
    announced = props.project;
    window.dispatchEvent(new CustomEvent("tableread:project", { detail: announced }));
  }
  wear(); // once more: Gradio has followed the system meanwhile
  const { section } = address();
  const here = document.body.dataset.section ?? section;
  history.replaceState(null, "", `#${encodeURIComponent(props.project)}/${here || "script"}`);
  const title = element.querySelector(".tr-open").textContent;
  document.title = title ? `${title} · Tableread` : "Tableread";
  show(here);
}

function wear() {
  const chosen = localStorage.getItem("tableread-theme");
  if (chosen) document.body.classList.toggle("dark", chosen === "dark");
}

function switchTheme() {
  const dark = document.body.classList.contains("dark");
  localStorage.setItem("tableread-theme", dark ? "light" : "dark");
  wear();
}

const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

const help = () => element.querySelector(".tr-help"); // another one with every project
function showHelp() {
  help().showModal();
  help().scrollTop = 0;
  help().querySelector("h2").focus({ preventScroll: true });
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const section = sections[Number(event.key) - 1];
  if (event.key === "?") showHelp();
  else if (section) go(section);
  else return;
  event.preventDefault();
}

element.addEventListener("click", (event) => {
  if (event.target === help()) help().close(); // beside it
  const link = event.target.closest("a[data-section]");
  const tool = event.target.closest("[data-do]");
  if (link) {
    event.preventDefault();
    help().close();
    go(link.dataset.section);
  } else if (tool?.dataset.do === "theme") {
    switchTheme();
  } else if (tool) {
    showHelp();
  }
});
document.addEventListener("keydown", press);
window.addEventListener("popstate", () => {
  const { project, section } = address();
  if (project !== props.project) location.reload();
  else show(section);
});
// Gradio shows errors of its queue alone. Most of what is asked here goes past it, so the sentence
// of the server is shown by hand.
const fetched = window.fetch;
window.fetch = async (...asked) => {
  const answer = await fetched(...asked);
  if (answer.status === 500 && answer.url.includes("/run/predict"))
    answer.clone().json().then(({ error, title }) => error && complain(title, error), () => {});
  return answer;
};

const SHOWN_MS = 10_000;
const plainly = (markup) => new DOMParser().parseFromString(markup, "text/html").body.textContent;
function complain(title, sentence) {
  const note = Object.assign(document.createElement("div"), { className: "tr-complaint", role: "alert" });
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  close.setAttribute("aria-label", help().querySelector("button").title);
  close.addEventListener("click", () => note.remove());
  const heading = Object.assign(document.createElement("strong"), { textContent: plainly(title ?? "") });
  const words = Object.assign(document.createElement("p"), { textContent: plainly(sentence) });
  note.append(heading, close, words);
  document.querySelector(".tr-complaint")?.remove();
  document.body.append(note);
  const leave = () => (note.matches(":hover") ? setTimeout(leave, SHOWN_MS) : note.remove());
  setTimeout(leave, SHOWN_MS);
}

// A finger does not hover, and what it has tapped would stay lit: the rules for it never apply.
const NEVER = ":not(*)";
function unhover(rules) {
  for (const rule of rules) {
    if (rule.selectorText?.includes(":hover"))
      rule.selectorText = rule.selectorText.replaceAll(":hover", NEVER);
    if (rule.cssRules?.length) unhover(rule.cssRules);
  }
}
if (matchMedia("(hover: none)").matches)
  for (const sheet of document.styleSheets) unhover(sheet.cssRules);

wear();
watch("visit", () => props.visit && go(props.visit.section));
watch(["project", "value"], opened);
show(address().section);
