// Which point answers first at each rate: neighbouring rates with one winner are one line.
"use strict";

function winners(lines, rates) {
  const runs = [];
  rates.forEach((rate, k) => {
    const timed = lines.filter((line) => line.ms[k] !== null).sort((a, b) => a.ms[k] - b.ms[k] || a.method.localeCompare(b.method, "en"));
    if (!timed.length) return;
    const [line] = timed;
    const last = runs.at(-1);
    if (last?.line === line && last.at === line.at[k]) last.to = k;
    else runs.push({ line, at: line.at[k], from: k, to: k });
  });
  return runs;
}

const range = (from, to) => (from === to ? from : `${from} to ${to}`);

function winnerRow({ line, at, from, to }, rates) {
  const point = entryOf(line).points[at];
  const cells = [
    range(bytesPerSecond(rates[from]), bytesPerSecond(rates[to])), "", "", percent(point.accuracy), bits(point.bits),
    `${range(ms(line.ms[from]), ms(line.ms[to]))}\u00a0ms`,
  ].map((text, k) => element("td", text, k > 2 ? "n" : ""));
  cells[1].append(swatch(line.method, DATA.colours), element("b", line.method));
  cells[2].append(element("code", point.name));
  cells[3].append(verdict(point));
  const names = [...document.querySelectorAll("#winners th")].map((cell) => cell.textContent);
  cells.forEach((cell, k) => { cell.dataset.label = names[k]; });
  const row = element("tr");
  row.append(...cells);
  return row;
}

function drawWinners(lines) {
  const { rates } = DATA.tasks[FORM.task.value];
  const runs = winners(lines, rates);
  document.querySelector("#winners tbody").replaceChildren(...runs.map((run) => winnerRow(run, rates)));
  document.querySelector("#winners").parentElement.hidden = !runs.length;
  document.getElementById("band").replaceChildren(...runs.map((run) => {
    const part = element("span", run.line.method);
    part.style.flexGrow = run.to - run.from + 1;
    part.style.backgroundColor = DATA.colours[run.line.method];
    return part;
  }));
}
