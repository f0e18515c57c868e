// An entry's page: its points in two figures.
"use strict";

const { entry, rates, threshold, colours } = JSON.parse(document.getElementById("data").textContent);
const points = entry.points.map((point) => ({ ...point, method: entry.method }));
const timed = points.flatMap((p) => rates.map((rate, k) => ({
  method: p.method, series: p.name, rate, ms: p.ms[k], dashed: standing(p, threshold, "share") !== "sound",
  label: says(p.name, bytesPerSecond(rate), `${ms(p.ms[k])} ms`, SAID[standing(p, threshold, "share")]),
}))).filter((v) => v.ms !== null);
plot(document.getElementById("latency"), latency(timed, colours), "No point has a modelled latency.");
plot(document.getElementById("tradeoff"), tradeoff(points, threshold, "share", colours), "No point has been scored without noise.");
