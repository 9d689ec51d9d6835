// What screens are made of: tables, panels, facts, commands, times.

import { h } from "./dom.js";

// A command that reaches the same place from another terminal too: { ours: "ps" } of ecscli, or
// { aws: "ecs list-clusters" } of the AWS CLI, where ecscli has none.
export function whole(command, { about }) {
  if (typeof command !== "string") return [about.aws, command.aws].join(" ");
  return [about.program, command, about.flags].filter(Boolean).join(" ");
}

export function commandOf(command, seen, controls) {
  if (!command) return [];
  return [command].flat().map((one) => {
    const text = whole(one, seen);
    return h("p", { class: "command" }, "In a terminal: ", h("code", text), " ",
      h("button", { type: "button", "aria-label": "Copy the command", onclick: () => controls.copy(text) }, "Copy"));
  });
}

export function empty([text, command], seen) {
  return nothing(text, command ? [" ", h("code", whole(command, seen))] : null);
}

// What one read gives, or why it gives nothing: other panels go on without it.
export function panel(found, path, query, every, view, title, isFollowed) {
  return panelOf(found.read(path, query, every, isFollowed), found, view, title);
}

export function panelOf({ data, error }, { controls }, view, title = "") {
  return h("section", { "data-key": title, "aria-label": title || null },
    title ? h("h2", title) : null,
    error ? h("div", { class: "notice bad", role: "alert" },
      h("p", "⚠ ", error.message),
      error.hint ? quiet(error.hint) : null,
      h("p", h("button", { type: "button", onclick: controls.retry }, "Try again"))) : null,
    data !== undefined ? view(data) : error ? null : quiet("Reading …"));
}

export const nothing = (...words) => h("p", { class: "empty" }, words);
export const quiet = (...words) => h("p", { class: "quiet" }, words);
export const notice = (...words) => h("p", { class: "notice" }, "⚠ ", words);

// A text of several lines.
export const written = (label, ...lines) => h("pre", { class: "log", tabindex: "0", "aria-label": label }, lines);

// Names and values; what has none is left out.
export function facts(rows) {
  const known = rows.filter(([, value]) => value !== null && value !== undefined && value !== "" && value.length !== 0);
  return h("dl", known.map(([name, value]) => [h("dt", name), h("dd", value)]));
}

export const link = (path, text) => h("a", { href: path }, text);
export const outside = (url, text = url) => h("a", { href: url, rel: "noreferrer", target: "_blank" }, text);
export const path = (...names) => "/" + names.map(encodeURIComponent).join("/");
export const definitionPath = (name) => path("task-definitions", ...name.split(":"));

export const tagText = ({ tags }) => tags.map((tag) => `${tag.name}=${tag.value}`).join(", ");

// Columns of tables, by the name of what they show.
export const text = (title, name) => ({ title, text: (row) => row[name] ?? "" });
export const number = (title, name) => ({ ...text(title, name), number: true });
export const state = (title, name) => ({ ...text(title, name), cell: (row) => status(row[name]) });
export const aged = (title, name) => ({ ...text(title, name), cell: (row) => age(row[name]) });
export const timed = (title, name) => ({ ...text(title, name), cell: (row) => moment(row[name]) });
export const linked = (title, name, to) => ({ ...text(title, name), cell: (row) => row[name] ? link(to(row[name]), row[name]) : "" });

export function tabs(label, base, titles, current, counts = {}) {
  return h("nav", { class: "tabs", "aria-label": label }, Object.entries(titles).map(([key, title]) => h("a", {
    href: key ? base + "/" + key : base, "aria-current": key === current ? "page" : null,
  }, title, key in counts ? [" ", h("span", { class: "count" }, Object.keys(counts[key] ?? {}).length)] : null)));
}

export function pairs(name, rows, without, found) {
  return table(name, rows, [
    text("Name", "name"), text("Value", "value"), ...(rows.some((row) => row.description) ? [text("Description", "description")] : []),
  ], found, "name", name, without);
}

// States that AWS writes in capitals, with a mark: colour alone says nothing.
const GOOD = /^(ACTIVE|RUNNING|SUCCESSFUL|ENABLED|HEALTHY|(CREATE|UPDATE|IMPORT)_COMPLETE)$/;
const BAD = /FAILED|ROLLBACK|STOPPED$|UNHEALTHY|^UNAVAILABLE$/;
const OLD = /^(INACTIVE|DISABLED|UNUSED|DRAINING|DELETE_COMPLETE)$/;

export function status(text) {
  const word = String(text ?? "").toUpperCase();
  const [mark, kind] = BAD.test(word) ? ["✖", "failed"] : GOOD.test(word) ? ["✓", "steady"] : OLD.test(word) ? ["▽", "draining"] : ["↻", ""];
  return word ? h("span", { class: "state " + kind }, mark, " ", text) : "";
}

// A table that filters, sorts and counts. Columns: { title, text(row), cell(row), number }.
export function table(name, rows, columns, { seen, controls }, key, what, without) {
  const typed = seen.filters[name] ?? "";
  const words = typed.toLowerCase();
  let found = !words ? rows : rows.filter((row) => columns.some((one) => String(one.text(row)).toLowerCase().includes(words)));
  const order = seen.sort[name];
  const by = order && columns.find((one) => one.title === order.column);
  if (by) {
    found = [...found].sort((a, b) => compare(by.text(a), by.text(b)));
    if (order.down) found.reverse();
  }
  const shown = found.slice(0, seen.shown);
  return h("section", { "aria-label": what, "data-key": name },
    h("div", { class: "bar" },
      h("label", "Filter ", h("input", { type: "search", name, value: typed, placeholder: "/",
        oninput: (event) => controls.filter(name, event.target.value) })),
      h("span", { class: "quiet" }, words ? `${found.length} of ` : "", counted(rows.length, what))),
    rows.length === 0 ? empty(without, seen)
      : found.length === 0 ? empty(["Nothing has these words."], seen)
      : h("table",
        h("thead", h("tr", columns.map((one) => h("th", {
          scope: "col", class: one.number ? "number" : null,
          "aria-sort": by === one ? (order.down ? "descending" : "ascending") : "none",
        }, h("button", { type: "button", onclick: () => controls.sort(name, one.title) }, one.title,
          by === one ? (order.down ? " ▼" : " ▲") : ""))))),
        h("tbody", shown.map((row) => h("tr", { "data-key": typeof key === "string" ? row[key] : key(row) }, columns.map((one) =>
          h("td", { "data-label": one.title, class: one.number ? "number" : null },
            h("span", one.cell ? one.cell(row) : one.text(row)))))))),
    found.length > shown.length
      ? h("p", h("button", { type: "button", onclick: controls.more }, `Show more of ${found.length}`)) : null);
}

export const counted = (number, things) => `${number} ${number === 1 ? things.replace(/s$/, "") : things}`;

const collator = new Intl.Collator(undefined, { numeric: true });

export function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b
    : collator.compare(a, b);
}

export function age(time) {
  if (!time) return "";
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 1000));
  for (const [unit, length] of [["d", 86400], ["h", 3600], ["m", 60]]) {
    if (seconds >= length) return Math.floor(seconds / length) + unit;
  }
  return seconds + "s";
}

export const clock = (time) => new Date(time).toLocaleTimeString();
export const moment = (time) => time ? `${new Date(time).toLocaleString()} (${age(time)})` : "";
