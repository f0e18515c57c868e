// A chart by Vega-Lite that text cannot script, with its values on hover and by the keyboard.
"use strict";

const MARKS = ".mark-symbol [aria-label]";
const BASE = {
  width: "container",
  height: 300,
  background: null,
  autosize: { type: "fit", contains: "padding" },
  config: {
    view: { stroke: null },
    axis: { labelFont: "inherit", titleFont: "inherit", labelFontSize: 11.5, titleFontSize: 12, titleFontWeight: "normal", titlePadding: 8, tickSize: 4, labelOverlap: "greedy" },
  },
};

function plot(box, spec, nothing) {
  box.chart?.finalize();
  box.chart = undefined;
  if (!spec) return box.replaceChildren(element("p", nothing, "empty"));
  const { spec: compiled } = charting.compile({ ...BASE, ...spec });
  box.replaceChildren();
  box.chart = new charting.View(charting.parse(compiled, null, { ast: true }), {
    renderer: "svg",
    container: box,
    expr: charting.expressionInterpreter,
    hover: false,
  });
  box.chart.runAsync().then(() => roving(box, MARKS));
}

/* What a mark says is its label, a line a sentence: so it is set once, for eyes and for readers. */
const says = (...lines) => lines.filter(Boolean).join("; ");

function showTip(target) {
  const tip = document.getElementById("tip");
  tip.replaceChildren(...target.getAttribute("aria-label").split("; ").map((line, k) => element(k ? "div" : "strong", line)));
  tip.hidden = false;
  const at = target.getBoundingClientRect();
  const left = Math.min(at.right + 8, document.documentElement.clientWidth - tip.offsetWidth - 8);
  const above = at.top - tip.offsetHeight - 8;
  tip.style.left = `${Math.max(8, left) + window.scrollX}px`;
  tip.style.top = `${(above > 0 ? above : at.bottom + 8) + window.scrollY}px`;
}

const hideTip = () => { document.getElementById("tip").hidden = true; };
for (const [shown, gone] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(shown, (event) => {
    const mark = event.target.closest?.(`.plot ${MARKS}`);
    if (mark) showTip(mark);
  });
  document.addEventListener(gone, (event) => { if (event.target.closest?.(`.plot ${MARKS}`)) hideTip(); });
}
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });
