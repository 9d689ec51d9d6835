// Charts, each with the same in words.

import { h } from "./dom.js";

const WIDTH = 300, HEIGHT = 80;

// A line of percentages over time: points are [time, percent].
export function line({ title, points }) {
  const values = points.map(([, value]) => value);
  if (!values.length) return null;
  const round = (value) => value.toFixed(1).replace(".0", "") + " %";
  const words = `now ${round(values.at(-1))}, highest ${round(Math.max(...values))}, lowest ${round(Math.min(...values))}`;
  const top = Math.max(100, ...values);
  const first = Date.parse(points[0][0]), span = Math.max(1, Date.parse(points.at(-1)[0]) - first);
  const at = ([time, value]) => `${((Date.parse(time) - first) / span) * WIDTH} ${HEIGHT - (value / top) * HEIGHT}`;
  return h("figure", { class: "card", "data-key": title },
    h("figcaption", h("strong", title), ": ", words),
    h("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": `${title}: ${words}`, preserveAspectRatio: "none" },
      h("line", { x1: 0, y1: 0, x2: WIDTH, y2: 0 }), h("line", { x1: 0, y1: HEIGHT / 2, x2: WIDTH, y2: HEIGHT / 2 }),
      h("line", { x1: 0, y1: HEIGHT, x2: WIDTH, y2: HEIGHT }),
      h("path", { class: "series", d: "M" + points.map(at).join("L") })),
    h("p", { class: "quiet ends" }, h("span", new Date(first).toLocaleTimeString()), h("span", `0 to ${Math.round(top)} %`),
      h("span", new Date(first + span).toLocaleTimeString())));
}

// Running and pending tasks of a deployment, one bar for each change seen.
export function bars(samples, most) {
  if (samples.length < 2) return null;
  const wide = WIDTH / samples.length;
  const box = (at, low, high) => `M${at * wide} ${40 - (low / most) * 40}V${40 - (high / most) * 40}h${wide * 0.8}V${40 - (low / most) * 40}z`;
  const path = (kind, low, high) => h("path", { class: kind, d: samples.map((one, at) => box(at, low(one), high(one))).join("") });
  return h("svg", { viewBox: `0 0 ${WIDTH} 40`, class: "chart bars", role: "img", preserveAspectRatio: "none",
    "aria-label": "running tasks over time: " + samples.map((one) => one.running).join(", ") },
    path("running", () => 0, (one) => one.running), path("pending", (one) => one.running, (one) => one.running + one.pending));
}
