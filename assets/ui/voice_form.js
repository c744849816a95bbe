// What the form of a new voice still lacks: the values of its buttons, and the line under them.
([names, needed], [recording, name, transcript, , who, basis, agreed]) => {
  const there = [recording, name?.trim(), transcript?.trim(), who?.trim(), basis?.trim(), agreed];
  const missing = names.filter((_, place) => !there[place]);
  const button = (interactive) => ({ __type__: "update", interactive });
  const line = missing.length ? `<p class="tr-hint">${needed} ${missing.join(", ")}.</p>` : "";
  return [button(missing.length === 0), button(Boolean(recording)), line];
}
