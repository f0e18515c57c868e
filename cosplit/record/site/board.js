// The ranking: one board at a time, chosen by the filters, sorted by any column.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);
const FORM = document.getElementById("filters").elements;
const MOST_DRAWN = 12;
const STATUSES = ["self-reported", "reproduced", "audited"];
const METHODS = [...new Set(DATA.lines.map((line) => line.method))].sort();
const LOOKS = new Map(METHODS.map((method, k) => [method, k]));
const sorting = { column: 0, down: false };

const at = (line, rate) => line.latency_ms[rate] ?? null;
const ms = (value) => (value === null ? "-" : value < 100 ? String(Number(value.toPrecision(3))) : Math.round(value).toLocaleString("en"));
const COLUMNS = [
  { name: "rank", value: (l) => l.rank, number: true, text: (l) => l.rank ?? "-" },
  { name: "method", value: (l) => l.method, cell: methodCell },
  { name: "score, ms", value: (l) => l.score_ms, number: true, cell: scoreCell },
  { name: "status", value: (l) => STATUSES.indexOf(l.status), cell: statusCell },
  { name: "ms at 100 B/s", value: (l) => at(l, "100"), number: true, text: (l) => ms(at(l, "100")), minor: true },
  { name: "10 kB/s", value: (l) => at(l, "10000"), number: true, text: (l) => ms(at(l, "10000")), minor: true },
  { name: "1 MB/s", value: (l) => at(l, "1e+06"), number: true, text: (l) => ms(at(l, "1e+06")), minor: true },
  { name: "hypervolume", value: (l) => -l.hypervolume, number: true, text: (l) => l.hypervolume.toFixed(2), minor: true },
  { name: "points", value: (l) => -l.qualifying, number: true, text: (l) => `${l.qualifying}/${l.points}`, minor: true },
  { name: "failed", value: (l) => -Object.keys(l.failures).length, cell: failureCell },
];

function element(name, text = "", kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

const pageOf = (line, status) => DATA.pages[`${line.task}/${line.method}/${status}`];

function methodCell(cell, line) {
  const link = element("a", line.method);
  link.href = pageOf(line, line.status);
  cell.append(link, element("small", line.title));
  if (line.score_ms === null) cell.append(element("small", line.note, "why"));
}

function scoreCell(cell, line) {
  if (line.score_ms === null) cell.append("-");
  else cell.append(element("b", ms(line.score_ms)));
  if (line.certain) cell.append(element("small", "certain"));
}

function statusCell(cell, line) {
  for (const status of STATUSES.filter((s) => s in line.scores_ms)) {
    const score = line.scores_ms[status];
    const several = Object.keys(line.scores_ms).length > 1;
    const badge = element("a", several ? `${status} ${ms(score)}` : status, `badge ${status}`);
    badge.href = pageOf(line, status);
    cell.append(badge);
  }
}

function failureCell(cell, line) {
  const failures = Object.entries(line.failures);
  if (!failures.length) return;
  const counts = new Map();
  for (const [, outcome] of failures) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  for (const [outcome, n] of counts) cell.append(element("span", `${n} ${outcome}`, "badge failure"));
  cell.title = failures.map(([point, outcome]) => `${point}: ${outcome}`).join("\n");
}

function fill(select, values, label = String) {
  const before = select.value;
  select.disabled = values.length < 2;
  if ([...select.options].map((o) => o.value).join() === values.join()) return;
  select.replaceChildren(...values.map((value) => {
    const option = element("option", label(value));
    option.value = value;
    return option;
  }));
  if (values.map(String).includes(before)) select.value = before;
}

const distinct = (lines, key) => [...new Set(lines.map((line) => line[key]))];

function chosenLines() {
  let lines = DATA.lines;
  const labels = { task: (v) => DATA.tasks[v].title, threshold: (v) => `${Number((100 * v).toFixed(2))} %` };
  for (const key of ["task", "threshold", "tier", "hardware"]) {
    fill(FORM[key], distinct(lines, key), labels[key]);
    lines = lines.filter((line) => String(line[key]) === FORM[key].value);
  }
  const wanted = FORM.search.value.trim().toLowerCase();
  return lines.filter((line) => `${line.method} ${line.title}`.toLowerCase().includes(wanted));
}

function compareLines(a, b) {
  const { value } = COLUMNS[sorting.column];
  const [x, y] = [value(a), value(b)];
  if (x === null || y === null) return (x === null) - (y === null); // what is missing stays last
  const order = typeof x === "string" ? x.localeCompare(y) : x - y;
  return sorting.down ? -order : order;
}

const rows = new Map(); // sorting moves rows; it does not make them again

function tableRow(line) {
  if (rows.has(line)) return rows.get(line);
  const row = element("tr", "", line.rank === 1 ? "first" : "");
  for (const column of COLUMNS) {
    const cell = element("td", column.text ? column.text(line) : "", classes(column));
    column.cell?.(cell, line);
    row.append(cell);
  }
  rows.set(line, row);
  return row;
}

const classes = (column) => [column.number ? "n" : "", column.minor ? "minor" : ""].join(" ").trim();

function drawHead() {
  document.querySelector("#board thead tr").replaceChildren(...COLUMNS.map((column, k) => {
    const cell = element("th", "", classes(column));
    const button = element("button", column.name);
    button.type = "button";
    button.addEventListener("click", () => {
      sorting.down = sorting.column === k && !sorting.down;
      sorting.column = k;
      drawTable();
    });
    cell.scope = "col";
    cell.append(button);
    return cell;
  }));
}

function drawTable() {
  const lines = chosenLines().sort(compareLines);
  document.querySelector("#board tbody").replaceChildren(...lines.map(tableRow));
  document.querySelectorAll("#board th").forEach((cell, k) => {
    if (k === sorting.column) cell.setAttribute("aria-sort", sorting.down ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
  });
  const scored = lines.filter((line) => line.score_ms !== null).length;
  const unranked = lines.some((line) => line.score_ms !== null && line.rank === null) ? " This task is not ranked." : "";
  document.getElementById("summary").textContent = lines.length
    ? `${lines.length} methods, ${scored} with a score. ${FORM.tier.value === "modelled" ? "Latency from the paper's model." : "Latency measured in containers."}${unranked}`
    : "No method matches.";
  return lines;
}

function drawFigures(lines) {
  const drawn = [...lines].sort((a, b) => (a.score_ms ?? Infinity) - (b.score_ms ?? Infinity)).slice(0, MOST_DRAWN);
  const status = new Map(drawn.map((line) => [line.method, line.status]));
  const points = DATA.points.filter((p) => p.task === FORM.task.value && status.get(p.method) === p.status);
  const [key, look] = [FORM.threshold.value, (method) => LOOKS.get(method)];
  const [channel, quantity] = ["channel", "quantity"].map((id) => document.getElementById(id));
  const kinds = new Set(points.map((p) => channelOf(p.channel)?.kind).filter(Boolean));
  fill(channel, [...kinds].sort());
  tradeoff(document.getElementById("tradeoff"), points, key, look);
  latencyOverRate(document.getElementById("latency"), drawn, look);
  noise(document.getElementById("noise"), points, key, channel.value, quantity.value, look);
  drawLegend(drawn, lines.length);
}

function drawLegend(drawn, n) {
  document.getElementById("legend").replaceChildren(...drawn.map(({ method, title }) => {
    const look = LOOKS.get(method);
    const svg = node("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" });
    svg.append(node("path", { class: `mark c${look % COLOURS} filled`, d: SHAPES[look % SHAPES.length] }));
    const item = element("li");
    item.append(svg, element("span", method), element("small", title));
    return item;
  }));
  document.getElementById("legend-note").textContent = n > drawn.length ? `The figures show the ${drawn.length} fastest of ${n}; filter by method to see others.` : "";
}

function draw() {
  hideTip();
  drawFigures(drawTable());
}

document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
document.getElementById("filters").addEventListener("change", draw);
FORM.search.addEventListener("input", draw);
document.querySelector(".figures").addEventListener("change", draw);
let width = window.innerWidth;
window.addEventListener("resize", () => {
  if (width !== window.innerWidth) draw();
  width = window.innerWidth;
});
drawHead();
draw();
