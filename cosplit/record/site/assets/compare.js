// Two methods side by side: their points, and whether one is really more often right.
"use strict";

const PICKED = ["first", "second"].map((name) => document.querySelector(`#compare select[name=${name}]`));
const compared = () => PICKED.map((select) => select.value);

function pairOf(lines, names) {
  const [line] = lines;
  const on = (pair) => ["task", "threshold", "hardware", "fit"].every((key) => pair[key] === line[key]);
  const of = (pair) => [pair.first, pair.second].map((text) => text.split(" ")[0]);
  return DATA.pairs.find((pair) => on(pair) && names.every((name) => of(pair).includes(name)));
}

function sentence(pair) {
  if (!pair) return "These two were not tested as a pair.";
  if (pair.p === null) return `${pair.first} and ${pair.second} cannot be compared: ${pair.note}.`;
  const p = (value) => (value < 0.001 ? "below 0.001" : value.toFixed(3));
  const verdict = pair.p_holm < 0.05 ? "The difference in accuracy is not chance" : "Chance can explain the difference in accuracy";
  return `On the same test images, only ${pair.first} is right on ${pair.only_first}, only ${pair.second} on ${pair.only_second}. ${verdict}: McNemar's p is ${p(pair.p)}, ${p(pair.p_holm)} after Holm over all pairs of this board.`;
}

function side(line) {
  const made = element("div", "", "scroll");
  const table = element("table", "", "cards");
  const names = ["point", "reaches", "accuracy", "bits", "device MACs"];
  table.append(element("caption", `${line.method}: ${entryOf(line).title}`), element("thead"), element("tbody"));
  table.tHead.append(element("tr"));
  table.tHead.rows[0].append(...names.map((name, k) => element("th", name, k > 1 ? "n" : "")));
  for (const point of entryOf(line).points) {
    const row = element("tr", "", point.reaches.includes(FORM.threshold.value) ? "" : "short");
    const cells = ["", point.verdict[FORM.threshold.value], percent(point.accuracy), bits(point.bits), count(point.macs)];
    row.append(...cells.map((text, k) => element("td", text, k > 1 ? "n" : "")));
    row.cells[0].append(element("code", point.name));
    if (point.channel !== "noiseless") row.cells[0].append(element("small", `over ${point.channel}`));
    [...row.cells].forEach((cell, k) => { cell.dataset.label = names[k]; });
    table.tBodies[0].append(row);
  }
  made.append(table);
  return made;
}

function drawCompared(lines) {
  const methods = lines.map((line) => line.method).sort();
  PICKED.forEach((select) => fill(select, ["", ...methods], (v) => v || "choose a method"));
  const chosen = compared().map((name) => lines.find((line) => line.method === name));
  const ready = chosen.every(Boolean) && chosen[0] !== chosen[1];
  document.getElementById("compared").textContent = ready ? sentence(pairOf(lines, compared())) : "Choose two methods; the address of the page keeps them.";
  document.getElementById("sides").replaceChildren(...(ready ? chosen.map(side) : []));
}
