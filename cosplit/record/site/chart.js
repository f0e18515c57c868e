// A chart in SVG: axes, marks, lines, and values on hover. Whatever it shows is set as text.
"use strict";

const SHAPES = [
  "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z", // circle
  "M-4.5-4.5H4.5V4.5H-4.5Z",
  "M0-5.8L5.4 4.2H-5.4Z",
  "M0-6.2L5 0L0 6.2L-5 0Z",
  "M0 5.8L5.4-4.2H-5.4Z",
  "M-1.9-5.4H1.9V-1.9H5.4V1.9H1.9V5.4H-1.9V1.9H-5.4V-1.9H-1.9Z", // plus
];
const COLOURS = 8;
const MARGIN = { left: 58, right: 14, top: 12, bottom: 44 };

function node(name, attributes = {}, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

function short(value, digits = 3) {
  const units = [[1e9, "G"], [1e6, "M"], [1e3, "k"]];
  const [size, unit] = units.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
  return `${Number((value / size).toPrecision(digits))}${unit && " " + unit}`;
}

/* An axis maps values to 0..1. On a log axis, zero stands apart at the low end. */
function axis(values, { log = false, percent = false } = {}) {
  const shown = values.filter((v) => Number.isFinite(v) && (!log || v > 0));
  const zero = log && values.some((v) => v === 0);
  let [low, high] = shown.length ? [Math.min(...shown), Math.max(...shown)] : [1, 10];
  const f = log ? Math.log10 : Number;
  if (log) [low, high] = [low / 1.4, high * 1.4];
  else [low, high] = [low - 0.06 * (high - low || 1), high + 0.06 * (high - low || 1)];
  if (percent) high = Math.min(high, 1.005);
  const room = zero ? 0.1 : 0;
  const at = (v) => (log && v <= 0 ? 0.03 : room + (1 - room) * (f(v) - f(low)) / (f(high) - f(low)));
  const label = (v) => (percent ? `${Number((100 * v).toFixed(1))} %` : short(v));
  const ticks = (log ? logTicks(low, high) : linearTicks(low, high)).map((v) => [at(v), label(v)]);
  return { at, ticks: zero ? [[0.03, "0"], ...ticks] : ticks };
}

function logTicks(low, high) {
  const decades = Math.log10(high / low);
  const steps = decades > 2.2 ? [1] : decades > 1 ? [1, 3] : [1, 2, 3, 5, 7];
  const every = Math.ceil(decades / 8);
  const ticks = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.log10(high); e += 1)
    for (const step of steps)
      if (step * 10 ** e >= low && step * 10 ** e <= high && e % every === 0) ticks.push(step * 10 ** e);
  return ticks;
}

function linearTicks(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough);
  const ticks = [];
  for (let k = Math.ceil(low / step); k * step <= high; k += 1) ticks.push(k * step);
  return ticks;
}

/* A chart that fills `box`: `x` and `y` are axes, `names` their labels. */
function chart(box, x, y, names) {
  const width = Math.max(box.clientWidth, 280);
  const height = Math.round(Math.min(400, Math.max(270, width * 0.6)));
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": names.join(" against ") });
  const inner = { w: width - MARGIN.left - MARGIN.right, h: height - MARGIN.top - MARGIN.bottom };
  const px = (v) => MARGIN.left + inner.w * x.at(v);
  const py = (v) => MARGIN.top + inner.h * (1 - y.at(v));
  for (const [t, label] of x.ticks) {
    const at = MARGIN.left + inner.w * t;
    svg.append(node("path", { class: "grid", d: `M${at} ${MARGIN.top}v${inner.h}` }));
    svg.append(node("text", { class: "tick", x: at, y: height - 26, "text-anchor": "middle" }, label));
  }
  for (const [t, label] of y.ticks) {
    const at = MARGIN.top + inner.h * (1 - t);
    svg.append(node("path", { class: "grid", d: `M${MARGIN.left} ${at}h${inner.w}` }));
    svg.append(node("text", { class: "tick", x: MARGIN.left - 7, y: at + 4, "text-anchor": "end" }, label));
  }
  svg.append(node("text", { class: "axis", x: MARGIN.left + inner.w / 2, y: height - 6, "text-anchor": "middle" }, names[0]));
  svg.append(node("text", { class: "axis", transform: `translate(12 ${MARGIN.top + inner.h / 2}) rotate(-90)`, "text-anchor": "middle" }, names[1]));
  box.replaceChildren(svg);
  const path = (points, kind, step = false) => {
    const d = points.map(([a, b], k) => (k === 0 ? `M${px(a)} ${py(b)}` : step ? `H${px(a)}V${py(b)}` : `L${px(a)} ${py(b)}`));
    svg.append(node("path", { class: kind, d: d.join("") }));
  };
  const mark = (a, b, look, kind, lines) => {
    const place = `translate(${px(a)} ${py(b)})`;
    const made = node("path", { class: `mark c${look % COLOURS} ${kind}`, d: SHAPES[look % SHAPES.length], transform: place, tabindex: 0, role: "img", "aria-label": lines.join(", ") });
    if (kind.includes("best")) svg.append(node("circle", { class: "halo", r: 9.5, transform: place }));
    for (const event of ["pointerenter", "focus"]) made.addEventListener(event, () => showTip(made, lines));
    for (const event of ["pointerleave", "blur"]) made.addEventListener(event, hideTip);
    svg.append(made);
  };
  return { path, mark };
}

function empty(box, text) {
  const note = document.createElement("p");
  note.className = "empty";
  note.textContent = text;
  box.replaceChildren(note);
}

function showTip(target, lines) {
  const tip = document.getElementById("tip");
  tip.replaceChildren(...lines.map((line, k) => {
    const made = document.createElement(k ? "div" : "strong");
    made.textContent = line;
    return made;
  }));
  tip.hidden = false;
  const at = target.getBoundingClientRect();
  const left = Math.min(at.right + 8, document.documentElement.clientWidth - tip.offsetWidth - 8);
  const above = at.top - tip.offsetHeight - 8;
  tip.style.left = `${Math.max(8, left) + window.scrollX}px`;
  tip.style.top = `${(above > 0 ? above : at.bottom + 8) + window.scrollY}px`;
}

function hideTip() {
  document.getElementById("tip").hidden = true;
}
