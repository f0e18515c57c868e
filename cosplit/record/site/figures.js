// The three figures: computation against communication, latency over rate, and noise.
"use strict";

/* The points that no other beats in both, by ascending MACs. */
function paretoFront(points) {
  const sorted = [...points].sort((p, q) => p.macs - q.macs || p.bits - q.bits);
  let least = Infinity;
  return sorted.filter((p) => p.bits < least && (least = p.bits, true));
}

function tradeoff(box, points, key, look) {
  const rows = points.filter((p) => p.channel === "noiseless" && p.outcome === "ok" && p.macs !== null && p.bits !== null);
  if (!rows.length) return empty(box, "No point has been scored without noise here.");
  const x = axis(rows.map((p) => p.macs), { log: true });
  const y = axis(rows.map((p) => p.bits), { log: true });
  const drawn = chart(box, x, y, ["device MACs an image", "bits an image"]);
  const front = paretoFront(rows.filter((p) => p.qualifies.includes(key)));
  drawn.path(front.map((p) => [p.macs, p.bits]), "front", true);
  for (const p of rows) {
    const kind = [p.qualifies.includes(key) ? "filled" : "hollow", front.includes(p) ? "best" : ""].join(" ");
    drawn.mark(p.macs, p.bits, look(p.method), kind, [
      p.method, p.point, `${short(p.macs, 4)} MACs, ${short(p.bits, 4)} bits`,
      `accuracy ${(100 * p.accuracy).toFixed(2)} %`,
      ...(front.includes(p) ? ["on the Pareto front"] : []),
      ...(p.early ? ["early exit: the answer itself is sent, or a head here is as good"] : []),
    ]);
  }
}

function latencyOverRate(box, lines, look) {
  const drawable = lines.filter((line) => Object.keys(line.latency_ms).length);
  if (!drawable.length) return empty(box, "No qualifying point fits on this device.");
  const pairs = (line) => Object.entries(line.latency_ms).map(([r, ms]) => [Number(r), ms]).sort((a, b) => a[0] - b[0]);
  const all = drawable.flatMap(pairs);
  const x = axis(all.map(([rate]) => rate), { log: true });
  const y = axis(all.map(([, ms]) => ms), { log: true });
  const drawn = chart(box, x, y, ["rate, bytes per second", "latency, ms"]);
  for (const line of drawable) {
    drawn.path(pairs(line), `line c${look(line.method) % COLOURS}`);
    for (const [rate, ms] of pairs(line))
      drawn.mark(rate, ms, look(line.method), "filled small", [line.method, `${short(rate)} bytes per second`, `${short(ms)} ms, ${line.tier}`]);
  }
}

/* A channel's name is its kind and level: awgn10, bsc0.05, awgn-5. */
function channelOf(name) {
  const found = /^([a-z]+)(-?[\d.]+)$/.exec(name);
  return found && { kind: found[1], level: Number(found[2]) };
}

function noise(box, points, key, kind, quantity, look) {
  const better = quantity === "uses" ? (p, q) => p.uses < q.uses : (p, q) => p.accuracy > q.accuracy;
  const best = new Map();
  for (const p of points) {
    const channel = channelOf(p.channel);
    if (channel?.kind !== kind || p.outcome !== "ok" || p.uses === null) continue;
    if (quantity === "uses" && !p.qualifies.includes(key)) continue;
    const levels = best.get(p.method) ?? best.set(p.method, new Map()).get(p.method);
    if (!levels.has(channel.level) || better(p, levels.get(channel.level))) levels.set(channel.level, p);
  }
  const rows = [...best.values()].flatMap((levels) => [...levels]);
  if (!rows.length) return empty(box, "Nothing has been scored over this channel, or nothing reaches the accuracy.");
  const x = axis(rows.map(([level]) => level), { log: kind === "bsc" });
  const y = quantity === "uses" ? axis(rows.map(([, p]) => p.uses), { log: true }) : axis(rows.map(([, p]) => p.accuracy), { percent: true });
  const names = { awgn: "signal-to-noise ratio, dB", bsc: "bit flip rate" };
  const drawn = chart(box, x, y, [names[kind] ?? kind, quantity === "uses" ? "channel uses an image" : "accuracy"]);
  for (const [method, levels] of best) {
    const series = [...levels].sort((a, b) => a[0] - b[0]);
    drawn.path(series.map(([level, p]) => [level, p[quantity]]), `line c${look(method) % COLOURS}`);
    for (const [level, p] of series)
      drawn.mark(level, p[quantity], look(method), p.qualifies.includes(key) ? "filled small" : "hollow small", [
        method, p.point, p.channel, `${short(p.uses, 4)} channel uses`, `accuracy ${(100 * p.accuracy).toFixed(2)} %`,
      ]);
  }
}
