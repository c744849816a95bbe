// How far each chapter is performed: the sign beside it in the list, and the same in the menu.
//
// It is counted with the problems, and shown in what is there already.

let standing = []; // of each chapter {number, performed, total, attention}, once it is counted

function takeStanding(chapters) {
  standing = chapters;
  markChapters();
}

// In place: who is on a chapter's button, or has the menu open, stays there.
function markChapters() {
  if (standing.length !== sheet.chapters.length) standing = []; // counted of other chapters
  const items = part("chapters").children;
  const options = part("chapter-menu").options;
  sheet.chapters.forEach(({ number, title }, at) => {
    const mark = chapterMark(number);
    items[at].querySelector(".tr-standing")?.remove();
    items[at].title = mark?.getAttribute("aria-label") ?? "";
    if (mark) items[at].firstElementChild.append(mark);
    const words = titleOf(number, title) + optionMark(number);
    if (options[at].textContent !== words) options[at].textContent = words;
  });
}

// How far a chapter is: a sign that fills up, and in words for those who point at it or hear it.
function chapterMark(number) {
  const { performed, total, attention } = standing[number - 1] ?? { total: 0 };
  if (!total) return null;
  const mark = document.createElement("span");
  mark.className = "tr-standing";
  Object.assign(mark.dataset, { part: performed > 0, attention: attention > 0 });
  mark.style.setProperty("--part", `${((100 * performed) / total).toFixed(0)}%`);
  const amount = { done: performed.toLocaleString("en"), total: total.toLocaleString("en"), count: attention };
  const how = !performed ? "standing_none" : performed < total ? "standing_part" : "standing_all";
  const wants = attention && say(attention === 1 ? "standing_wants_one" : "standing_wants", amount);
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", [say(how, amount), wants].filter(Boolean).join(". "));
  return mark;
}

// The same in a menu, which shows letters only.
function optionMark(number) {
  const { performed, total, attention } = standing[number - 1] ?? { total: 0 };
  const how = performed < total ? `${performed}/${total}` : "✓";
  return total && performed ? ` · ${how}${attention ? " !" : ""}` : "";
}
