// The figures, as Vega-Lite specifications: latency over rate, computation against bits, noise.
"use strict";

/* In the square from -1 to 1, by method in alphabetical order. */
const SHAPES = [
  "M-1,0A1,1,0,1,0,1,0A1,1,0,1,0,-1,0Z",
  "M-.85,-.85H.85V.85H-.85Z",
  "M0,-1.1L1,.7H-1Z",
  "M0,-1.2L1,0L0,1.2L-1,0Z",
  "M0,1.1L1,-.7H-1Z",
  "M-.35,-1H.35V-.35H1V.35H.35V1H-.35V.35H-1V-.35H-.35Z",
  "M0,-1.1L.3,-.4L1.05,-.35L.5,.15L.65,.9L0,.5L-.65,.9L-.5,.15L-1.05,-.35L-.3,-.4Z",
];
const shapeOf = (method, colours) => SHAPES[Object.keys(colours).indexOf(method) % SHAPES.length];
const FAILED = "M-.8,-.8L.8,.8M-.8,.8L.8,-.8";
const FAILED_LOOK = { shape: FAILED, size: 60, strokeWidth: 1.6, filled: false };

/* The colour and the shape of every method, equal in all figures. */
function looks(colours) {
  const methods = Object.keys(colours);
  return {
    color: { field: "method", type: "nominal", legend: null, scale: { domain: methods, range: methods.map((m) => colours[m]) } },
    shape: { field: "method", type: "nominal", legend: null, scale: { domain: methods, range: methods.map((m) => shapeOf(m, colours)) } },
  };
}

const place = (field, axis, scale = { type: "log" }, more = {}) => ({ field, type: "quantitative", axis, scale, ...more });
const SPOKEN = { description: { field: "label" } };
const NUMBER = "datum.value >= 1000 ? format(datum.value, '~s') : format(datum.value, '~g')";

/* A logarithmic axis with a tick at every power of ten within `values`. */
function decades(title, values, labelExpr = NUMBER) {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((v) => Math.log10(v));
  const powers = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, k) => 10 ** (Math.ceil(low) + k));
  return { title, values: powers.length > 1 ? powers : undefined, labelExpr };
}
const only = (test) => [{ filter: `datum.${test}` }];

/* `p` counts: it reaches the threshold and fits; else it is unfit, or failed. */
function standing(p, key, fit) {
  if (!p.reaches.includes(key)) return "failed";
  return p.fits.includes(fit) ? "sound" : "unfit";
}
const SAID = { failed: "does not reach the accuracy", unfit: "does not fit on the device", sound: "" };

/* Those that no other beats in both, by ascending MACs. */
function front(points) {
  let least = Infinity;
  return [...points].sort((p, q) => p.macs - q.macs || p.bits - q.bits).filter((p) => p.bits < least && (least = p.bits, true));
}

/* Steps from a place, the nearest first. */
const STEPS = [-2, -1, 0, 1, 2].flatMap((a) => [-2, -1, 0, 1, 2].map((b) => [a, b])).sort((p, q) => Math.hypot(...p) - Math.hypot(...q));

/* Marks that would hide each other side by side: the first of `points` keeps its place. */
function dodged(points) {
  const log = (key) => points.map((p) => Math.log(p[key]));
  const [wide, high] = [["x", 0.028], ["y", 0.045]].map(([key, share]) => share * (Math.max(...log(key)) - Math.min(...log(key))));
  const placed = [];
  const free = (x, y) => placed.every((q) => Math.abs(Math.log(q.x / x)) >= wide * 0.99 || Math.abs(Math.log(q.y / y)) >= high * 0.99);
  for (const p of points) {
    const [a, b] = STEPS.find(([a, b]) => free(p.x * Math.exp(a * wide), p.y * Math.exp(b * high))) ?? [0, 0];
    placed.push({ ...p, x: p.x * Math.exp(a * wide), y: p.y * Math.exp(b * high) });
  }
  return placed;
}

function tradeoff(points, key, fit, colours) {
  const shown = points.filter((p) => p.macs !== null && p.bits > 0 && p.channel === "noiseless" && p.outcome === "ok")
    .map((p) => ({ ...p, kind: standing(p, key, fit) }));
  if (!shown.length) return null;
  const best = front(shown.filter((p) => p.kind === "sound"));
  const least = Math.min(...shown.map((p) => p.macs).filter(Boolean));
  const zero = Number.isFinite(least) ? 10 ** (Math.floor(Math.log10(least)) - 1) : 1; // a log axis has no 0
  const values = dodged([...shown].map((p) => ({
    method: p.method, split: p.split, kind: p.kind, front: best.includes(p), first: p === best[0], x: p.macs || zero, y: p.bits,
    label: says(p.method, p.name, `${count(p.macs)} MACs`, `${bits(p.bits)} bits`, `accuracy ${percent(p.accuracy)}`,
      SAID[p.kind], best.includes(p) && "no counted point has less of both", p.early && "early exit"),
  })).sort((p, q) => q.front - p.front || (p.kind === "failed") - (q.kind === "failed") || p.x - q.x));
  const { color, shape } = looks(colours);
  return {
    data: { values },
    encoding: { x: place("x", decades("computation on the device, MACs an image", values.map((v) => v.x), `datum.value <= ${zero} ? '0' : ${NUMBER}`)), y: place("y", decades("bits an image", values.map((v) => v.y))) },
    layer: [
      { name: "failed", transform: only("kind === 'failed'"), mark: { type: "point", ...FAILED_LOOK }, encoding: { color, ...SPOKEN } },
      { name: "front", transform: only("front"), mark: { type: "line", interpolate: "step-after", strokeDash: [5, 4], aria: false } },
      { name: "ring", transform: only("front"), mark: { type: "point", size: 260, filled: false, aria: false } },
      { name: "unfit", transform: only("kind === 'unfit'"), mark: { type: "point", size: 70, strokeWidth: 1.7, filled: false }, encoding: { color, shape, ...SPOKEN } },
      { name: "sound", transform: only("kind === 'sound'"), mark: { type: "point", size: 80, filled: true, opacity: 1 }, encoding: { color, shape, ...SPOKEN } },
      words("words", "first", { align: "left", dx: 12, dy: -9 }),
      words("words2", "first === false", { align: "right", dx: -12, dy: 9 }),
    ],
  };
}

/* The split points of the front, beside their marks. */
const words = (name, test, at) => ({ name, transform: [...only("front"), ...only(test)], mark: { type: "text", aria: false, ...at }, encoding: { text: { field: "split" } } });

/* Values are {method, rate, ms, dashed?, label}, a line a `series`. */
function latency(values, colours) {
  if (!values.length) return null;
  const { color, shape } = looks(colours);
  return {
    data: { values },
    encoding: { x: place("rate", decades("rate, bytes per second", values.map((v) => v.rate))), y: place("ms", decades("latency, ms", values.map((v) => v.ms))), color },
    layer: [
      { name: "lines", mark: { type: "line", aria: false }, encoding: { detail: { field: "series" }, ...DASHED } },
      { name: "sound", mark: { type: "point", filled: true, size: 26, opacity: 1 }, encoding: { shape, ...SPOKEN } },
    ],
  };
}
const DASHED = { strokeDash: { field: "dashed", type: "nominal", legend: null, scale: { domain: [false, true], range: [[1, 0], [4, 3]] } } };

const CHANNELS = { awgn: "signal-to-noise ratio, dB", bsc: "bit flip rate" };

function noise(points, key, fit, kind, quantity, colours) {
  const values = points.flatMap((p) => p.noise.filter((n) => n.kind === kind && n.outcome === "ok" && n[quantity] !== null && (quantity === "accuracy" || n.uses > 0)).map((n) => {
    const standingThere = standing({ ...p, reaches: n.reaches }, key, fit);
    return {
      method: p.method, series: `${p.method} ${p.name}`, dashed: !p.symbols, level: n.level, y: n[quantity], kind: standingThere,
      label: says(p.method, p.name, `${kind}${n.level}`, `${bits(n.uses)} channel uses`, `accuracy ${percent(n.accuracy)}`, SAID[standingThere]),
    };
  }));
  if (!values.length) return null;
  const { color, shape } = looks(colours);
  const levels = [...new Set(values.map((v) => v.level))].sort((a, b) => a - b);
  const accuracy = quantity === "accuracy";
  return {
    data: { values },
    encoding: {
      x: place("level", { title: CHANNELS[kind] ?? kind, values: levels, grid: false }, kind === "bsc" ? { type: "log" } : { zero: false }),
      y: place("y", accuracy ? { title: "accuracy", labelExpr: "format(100 * datum.value, '~g') + ' %'" } : decades("channel uses an image", values.map((v) => v.y)), accuracy ? { zero: false } : { type: "log" }),
      color,
    },
    layer: [
      ...(accuracy ? [{ name: "threshold", data: { values: [{}] }, mark: { type: "rule", aria: false }, encoding: { x: { value: 0 }, x2: { value: "width" }, y: { datum: Number(key) }, color: { value: "gray" } } }] : []),
      { name: "failed", transform: only("kind === 'failed'"), mark: { type: "point", ...FAILED_LOOK, size: 40 }, encoding: SPOKEN },
      { name: "lines", mark: { type: "line", strokeWidth: 1.2, aria: false }, encoding: { detail: { field: "series" }, ...DASHED } },
      { name: "unfit", transform: only("kind === 'unfit'"), mark: { type: "point", size: 34, filled: false }, encoding: { shape, ...SPOKEN } },
      { name: "sound", transform: only("kind === 'sound'"), mark: { type: "point", size: 36, filled: true, opacity: 1 }, encoding: { shape, ...SPOKEN } },
    ],
  };
}
