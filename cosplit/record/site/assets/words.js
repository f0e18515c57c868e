// Elements, numbers as people read them, and one tab stop for what belongs together.
"use strict";

function element(name, text = "", kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function drawing(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const UNITS = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];
const digits = (value) => value.toLocaleString("en", { maximumSignificantDigits: 3, minimumSignificantDigits: 3 });

function count(n) {
  if (n === null) return "-";
  const rounded = Number(n.toPrecision(3));
  const [size, letter] = UNITS.find(([least]) => rounded >= least) ?? [1, ""];
  return letter ? `${digits(rounded / size)} ${letter}` : String(rounded);
}

const bits = (n) => (n === null ? "-" : n < 100 ? String(Number(n.toPrecision(3))) : Math.round(n).toLocaleString("en"));
const ms = (value) => (value === null ? "-" : value === 0 ? "0" : digits(value));
const percent = (value, places = 2) => (value === null ? "-" : `${(100 * value).toFixed(places)}\u00a0%`);

function bytesPerSecond(rate) {
  const [size, unit] = [[1e6, "MB/s"], [1e3, "kB/s"]].find(([least]) => rate >= least) ?? [1, "B/s"];
  return `${Number((rate / size).toPrecision(3))} ${unit}`;
}

/* A method's mark, as in the figures. */
function swatch(method, colours) {
  const svg = drawing("svg", { viewBox: "-1.3 -1.3 2.6 2.6", "aria-hidden": "true", class: "swatch" });
  svg.append(drawing("path", { d: shapeOf(method, colours), fill: colours[method] }));
  return svg;
}

/* Tab reaches one of `selector` in `box`; arrows, Home and End go on from there. */
function roving(box, selector) {
  const stops = () => [...box.querySelectorAll(selector)];
  const enter = (one) => stops().forEach((each) => each.setAttribute("tabindex", each === one ? "0" : "-1"));
  enter(stops()[0]);
  if (box.dataset.roving) return;
  box.dataset.roving = "true";
  box.addEventListener("focusin", (event) => {
    const one = event.target.closest(selector);
    if (one) enter(one);
  });
  box.addEventListener("keydown", (event) => {
    const all = stops();
    const here = all.indexOf(event.target.closest(selector));
    const steps = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 };
    if (here < 0 || !(event.key in steps)) return;
    event.preventDefault();
    all[Math.min(Math.max(steps[event.key], 0), all.length - 1)].focus();
  });
}
