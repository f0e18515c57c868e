// The ranking: a line a method, sorted by any column.
"use strict";

const STATUSES = ["self-reported", "reproduced", "audited"];
const sorting = { column: 0, down: false };
const rows = new Map(); // sorting moves rows; it does not make them again

const COLUMNS = [
  { name: "rank", value: (l) => l.rank, number: true, text: (l) => l.rank ?? "-" },
  { name: "method", value: (l) => l.method, cell: methodCell },
  { name: "best point", value: (l) => bestOf(l).name, cell: pointCell },
  { name: "accuracy", value: (l) => bestOf(l).accuracy && -bestOf(l).accuracy, number: true, cell: accuracyCell },
  { name: "bits", value: (l) => bestOf(l).bits, number: true, text: (l) => bits(bestOf(l).bits) },
  { name: "device MACs", value: (l) => bestOf(l).macs, number: true, text: (l) => count(bestOf(l).macs) },
  { name: "score, ms", value: (l) => l.score_ms, number: true, cell: scoreCell },
  { name: "qualify", value: (l) => -l.qualifying, number: true, cell: qualifyingCell },
  { name: "hypervolume", value: (l) => -l.hypervolume, number: true, text: (l) => l.hypervolume.toFixed(2) },
  { name: "status", value: (l) => STATUSES.indexOf(l.status), cell: statusCell },
];

const pageOf = (line, status = line.status) => `entries/${line.task}/${line.method}${status === "self-reported" ? "" : `.${status}`}.html`;

function methodCell(cell, line) {
  const link = element("a", line.method);
  link.href = pageOf(line);
  cell.append(swatch(line.method, DATA.colours), link, element("small", entryOf(line).title));
  if (line.score_ms === null) cell.append(element("small", line.note, "why"));
}

function pointCell(cell, line) {
  const { name, early } = bestOf(line);
  cell.append(element("code", name));
  if (early) cell.append(element("small", "early exit"));
}

function accuracyCell(cell, line) {
  const point = bestOf(line);
  cell.append(percent(point.accuracy), verdict(point));
}

function scoreCell(cell, line) {
  if (line.score_ms === null) cell.append("-");
  else cell.append(element("b", ms(line.score_ms)));
  if (line.certain) cell.append(element("small", "certain"));
}

function qualifyingCell(cell, line) {
  cell.append(`${line.qualifying} of ${line.points}`);
  const counts = new Map();
  for (const outcome of Object.values(line.failures)) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  for (const [outcome, n] of counts) cell.append(element("span", `${n} ${outcome}`, "badge failure"));
}

function statusCell(cell, line) {
  const known = STATUSES.filter((status) => status in line.scores_ms);
  for (const status of known) {
    const badge = element("a", known.length > 1 ? `${status} ${ms(line.scores_ms[status])}` : status, `badge ${status}`);
    badge.href = pageOf(line, status);
    cell.append(badge);
  }
}

function tableRow(line) {
  if (rows.has(line)) return rows.get(line);
  const row = element("tr", "", line.rank === 1 ? "first" : "");
  for (const column of COLUMNS) {
    const cell = element("td", column.text ? column.text(line) : "", column.number ? "n" : "");
    cell.dataset.label = column.name;
    column.cell?.(cell, line);
    row.append(cell);
  }
  rows.set(line, row);
  return row;
}

function compareLines(a, b) {
  const { value } = COLUMNS[sorting.column];
  const [x, y] = [value(a), value(b)];
  if (x === null || y === null) return (x === null) - (y === null); // what is missing stays last
  const order = typeof x === "string" ? x.localeCompare(y, "en") : x - y;
  return sorting.down ? -order : order;
}

function drawHead() {
  const head = document.querySelector("#board thead tr");
  head.replaceChildren(...COLUMNS.map((column, k) => {
    const cell = element("th", "", column.number ? "n" : "");
    const button = element("button", column.name);
    button.type = "button";
    button.addEventListener("click", () => {
      sorting.down = sorting.column === k && !sorting.down;
      sorting.column = k;
      drawTable(searched(chosenBoard()));
    });
    cell.scope = "col";
    cell.append(button);
    return cell;
  }));
  roving(head, "button");
}

function drawTable(lines) {
  const body = document.querySelector("#board tbody");
  body.replaceChildren(...[...lines].sort(compareLines).map(tableRow));
  roving(body, "a");
  document.querySelectorAll("#board th").forEach((cell, k) => {
    if (k === sorting.column) cell.setAttribute("aria-sort", sorting.down ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
  });
  const scored = lines.filter((line) => line.score_ms !== null).length;
  const unranked = lines.some((line) => line.score_ms !== null && line.rank === null) ? " This task is not ranked." : "";
  document.getElementById("summary").textContent = lines.length
    ? `${lines.length} methods, ${scored} with a score. ${FORM.tier.value === "modelled" ? "Latency from the paper's model." : "Latency measured in containers."}${unranked}`
    : "No method matches.";
}
