// Which board is shown: the filters, and the same in the page's address.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);
const FORM = document.getElementById("filters").elements;
const FILTERS = ["task", "threshold", "fit", "tier", "hardware"];
const FITS = { share: "share of computation", memory: "measured memory", none: "no rule" };
const LABELS = {
  task: (v) => DATA.tasks[v].title,
  threshold: (v) => `${Number((100 * v).toFixed(2))} %`,
  fit: (v) => FITS[v],
};
const ENTRIES = new Map(DATA.entries.map((e) => [`${e.task}/${e.method}/${e.status}`, e]));
const hidden = new Set(); // methods that the legend has switched off

const entryOf = (line, status = line.status) => ENTRIES.get(`${line.task}/${line.method}/${status}`);
const bestOf = (line) => entryOf(line).points[line.best];
const verdict = (point) => element("small", point.verdict[FORM.threshold.value].replace(/^yes$/, ""));
const distinct = (lines, key) => [...new Set(lines.map((line) => String(line[key])))];

function fill(select, values, label = String) {
  const before = select.value;
  select.disabled = values.length < 2;
  if ([...select.options].map((o) => o.value).join() === values.join()) return;
  select.replaceChildren(...values.map((value) => {
    const option = element("option", label(value));
    option.value = value;
    return option;
  }));
  if (values.includes(before)) select.value = before;
}

/* The lines of the chosen board, best first. */
function chosenBoard() {
  let lines = DATA.lines;
  for (const key of FILTERS) {
    fill(FORM[key], distinct(lines, key), LABELS[key]);
    lines = lines.filter((line) => String(line[key]) === FORM[key].value);
  }
  return lines;
}

function searched(lines) {
  const wanted = FORM.search.value.trim().toLowerCase();
  return lines.filter((line) => `${line.method} ${entryOf(line).title}`.toLowerCase().includes(wanted));
}

/* A filter's options depend on the ones before it, so each is filled before it is set. */
function readAddress() {
  const asked = new URLSearchParams(location.search);
  for (const key of FILTERS) {
    chosenBoard();
    if ([...FORM[key].options].some((o) => o.value === asked.get(key))) FORM[key].value = asked.get(key);
  }
  FORM.search.value = asked.get("search") ?? "";
  (asked.get("hide") ?? "").split(",").filter(Boolean).forEach((method) => hidden.add(method));
  return (asked.get("compare") ?? "").split(",");
}

function writeAddress(compared) {
  const told = new URLSearchParams(FILTERS.filter((key) => FORM[key].options.length > 1).map((key) => [key, FORM[key].value]));
  if (FORM.search.value) told.set("search", FORM.search.value);
  if (hidden.size) told.set("hide", [...hidden].join(","));
  if (compared.every(Boolean)) told.set("compare", compared.join(","));
  history.replaceState(null, "", `?${told}`);
}
