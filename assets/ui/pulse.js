// Which section has to be filled: the one that is shown, when something has changed since it was.
//
// `props.value` comes from the server and is another one whenever something was stored. A section
// is put on the page when it is gone to for the first time ("mount_…"), and filled when it is shown
// and what it shows is old ("show_…"). What nobody looks at costs nothing.

const EVENTS = {
  projects: ["mount_projects", "show_projects"],
  script: ["mount_script", "show_script"],
  cast: ["mount_cast", "show_cast"],
  listen: ["mount_listen", "show_listen"],
  voices: ["mount_voices", "show_voices"],
  deliver: ["mount_deliver", "show_deliver"],
  model: ["mount_model", "show_model"],
};
const mounted = new Set(["script"]);
const filled = new Map(); // section -> the value it was filled for

function look() {
  const section = document.body.dataset.section;
  if (!EVENTS[section]) return;
  const [mount, show] = EVENTS[section];
  if (!mounted.has(section)) trigger(mount);
  mounted.add(section);
  if (!props.value || filled.get(section) === props.value) return;
  filled.set(section, props.value);
  trigger(show);
}

window.addEventListener("tableread:section", () => element.isConnected && look());
// A moment later: what arrived with it, such as the open project, is in its place then.
watch("value", () => setTimeout(look));
look();
