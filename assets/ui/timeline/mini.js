// The small player at the foot while another section is shown: reading the script while it is heard.

const mini = { isWished: false, bar: document.createElement("div") };

function makeMini() {
  mini.bar.className = "tl-mini";
  mini.bar.hidden = true;
  mini.bar.setAttribute("role", "region");
  mini.bar.setAttribute("aria-label", say("mini"));
  const bar = Object.assign(document.createElement("div"), { className: "tr-dock" });
  const said = Object.assign(document.createElement("span"), { className: "tl-said" });
  const back = Object.assign(miniButton("back", goBack), { className: "tl-back", textContent: say("back") });
  bar.append(miniButton("toggle", toggle), said, back, miniButton("close", closeMini));
  mini.bar.append(bar);
  mini.bar.querySelector("[data-mini=toggle]").append(root.querySelector(".tl-round svg").cloneNode(true));
  mini.bar.querySelector("[data-mini=close]").textContent = "×";
  (root.closest(".contain") ?? document.body).append(mini.bar); // where rules for a width hold
}

function miniButton(name, act) {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.dataset.mini = name;
  if (name === "close") button.title = button.ariaLabel = say(name);
  button.addEventListener("click", act);
  return button;
}

const goBack = () => document.querySelector("nav [data-section=listen]").click();

function closeMini() {
  mini.isWished = false;
  if (player.on) pause();
  showMini();
}

// Something else begins to play.
function hush() {
  mini.isWished = false;
  if (player.on) pause();
  else showMini();
}

// It comes with the sound, and stays until it is closed or Listen is shown.
function showMini() {
  if (player.on) mini.isWished = true;
  const before = !mini.bar.hidden;
  const isSeen = mini.isWished && !isShown() && element.isConnected;
  if (isShown() && !player.on) mini.isWished = false;
  mini.bar.hidden = !isSeen;
  if (isSeen || before) document.body.toggleAttribute("data-dock", isSeen);
  const button = mini.bar.querySelector("[data-mini=toggle]");
  const words = say(player.on ? "pause" : "play").replace(/ \(.*/, ""); // no key acts here
  button.querySelector("use").setAttribute("href", player.on ? "#tl-pause" : "#tl-play");
  button.title = words;
  button.setAttribute("aria-label", words);
  nameMini();
}

function nameMini() {
  if (mini.bar.hidden) return;
  const row = current.row;
  const words = row ? say("mini_turn", row) : "";
  const said = mini.bar.querySelector(".tl-said");
  if (said.textContent !== words) said.textContent = words;
}

makeMini();
