// The first page: draws all of it anew whenever a choice changes.
"use strict";

const MOST_DRAWN = 12;

function drawFigures(lines) {
  const drawn = [...lines].sort((a, b) => (a.score_ms ?? Infinity) - (b.score_ms ?? Infinity)).slice(0, MOST_DRAWN);
  const shown = drawn.filter((line) => !hidden.has(line.method));
  const points = shown.flatMap((line) => entryOf(line).points.map((point) => ({ ...point, method: line.method })));
  const [key, fit, { rates }] = [FORM.threshold.value, FORM.fit.value, DATA.tasks[FORM.task.value]];
  const channel = document.getElementById("channel");
  fill(channel, [...new Set(points.flatMap((p) => p.noise.map((n) => n.kind)))].sort());
  const timed = shown.flatMap((line) => rates.map((rate, k) => ({
    method: line.method, series: line.method, rate, ms: line.ms[k], dashed: false,
    label: says(line.method, entryOf(line).points[line.at[k]]?.name, bytesPerSecond(rate), `${ms(line.ms[k])} ms, ${line.tier}`),
  }))).filter((v) => v.ms !== null);
  plot(document.getElementById("latency"), latency(timed, DATA.colours), "No counted point was timed here.");
  plot(document.getElementById("tradeoff"), tradeoff(points, key, fit, DATA.colours), "No point has been scored without noise here.");
  for (const quantity of ["accuracy", "uses"])
    plot(document.getElementById(`noise-${quantity}`), noise(points, key, fit, channel.value, quantity, DATA.colours), "Nothing has been scored over noise here.");
  drawLegend(drawn, lines.length);
}

function drawLegend(drawn, n) {
  const legend = document.getElementById("legend");
  const focused = document.activeElement?.dataset?.method;
  legend.replaceChildren(...drawn.map(({ method }) => {
    const button = element("button");
    button.type = "button";
    button.dataset.method = method;
    button.setAttribute("aria-pressed", String(!hidden.has(method)));
    button.append(swatch(method, DATA.colours), method);
    button.addEventListener("click", () => {
      if (!hidden.delete(method)) hidden.add(method);
      draw();
    });
    const item = element("li");
    item.append(button);
    return item;
  }));
  roving(legend, "button");
  legend.querySelector(`[data-method="${focused}"]`)?.focus();
  document.getElementById("legend-note").textContent = n > drawn.length ? `The figures show the ${drawn.length} fastest of ${n}; filter by method to see others.` : "Press a name to hide or show its marks.";
}

function draw() {
  hideTip();
  const lines = chosenBoard();
  drawWinners(lines);
  drawTable(searched(lines));
  drawFigures(searched(lines));
  drawCompared(lines);
  writeAddress(compared());
}

document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
document.getElementById("filters").addEventListener("change", draw);
FORM.search.addEventListener("input", draw);
document.getElementById("channel").addEventListener("change", draw);
PICKED.forEach((select) => select.addEventListener("change", draw));
drawHead();
const asked = readAddress();
drawCompared(chosenBoard());
PICKED.forEach((select, k) => { if ([...select.options].some((o) => o.value === asked[k])) select.value = asked[k]; });
draw();
