// The console: a session, the address that says which screen, and the feed of the cluster on it.

import { actionBar } from "./actions.js";
import { h, show } from "./dom.js";
import { screenOf } from "./screens.js";

const MARK = { "X-Ecscli": "1", "Content-Type": "application/json" };
const AFTER_ERROR = 15000; // milliseconds until what has failed is asked again
const LINES = 1000; // of a log, the newest
const SAMPLES = 60; // of the counts of a deployment
const AGAIN = 2000; // milliseconds until a stream that was not had is asked for again
const SILENT = 35000; // milliseconds without a message until the stream counts as lost

const seen = {
  about: { program: "ecscli", flags: "", region: "", sandbox: false, aws: "aws" },
  cluster: "", // whose state this is
  state: null,
  error: null, // of the screen
  lost: "", // why nothing is live
  history: {}, // counts of deployments, by id
  filters: {}, // words, by table
  sort: {},
  shown: 100,
};
const reads = new Map(); // what the screen has asked for, by address
let source = null;
let heard = 0;
let drawing = false;

const main = document.getElementById("main");
const header = document.getElementById("top");
const banner = document.getElementById("banner");
const actions = document.getElementById("actions");

class Refused extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.hint = error.hint ?? "";
  }
}

async function ask(path, options) {
  const answer = await fetch(path, { cache: "no-store", ...options });
  const document = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, document.error ?? {});
  return document;
}

async function openSession() {
  const token = new URLSearchParams(location.hash.slice(1)).get("t");
  if (!token) return;
  history.replaceState(null, "", location.pathname + location.search);
  await ask("/api/session", { method: "POST", headers: MARK, body: JSON.stringify({ token }) });
}

// What the address says: /clusters/C/TAB/NAME/PART/ID, /task-definitions/F/R, /stacks/S, /balancers/B
function place() {
  const [first, ...names] = location.pathname.split("/").slice(1).map(decodeURIComponent);
  const query = Object.fromEntries(new URLSearchParams(location.search));
  if (first !== "clusters") return { first, names, query, cluster: "" };
  const [cluster, tab, name, part, id] = names;
  return { first, query, cluster: cluster ?? "", tab: tab || "services", name: name ?? "", part: part ?? "", id: id ?? "" };
}

export function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const here = place();
    for (const one of reads.values()) one.isUsed = false;
    const screen = screenOf(here, seen, controls);
    for (const [address, one] of reads) if (!one.isUsed) reads.delete(address);
    renew();
    document.title = screen.title + " · ecscli console";
    show(header, screen.header);
    show(banner, notice() ? [notice()] : []);
    show(actions, actionBar(here, seen, ask));
    show(main, screen.body);
    main.dataset.drawn = String(Number(main.dataset.drawn ?? 0) + 1);
  });
}

function notice() {
  const problem = seen.state?.problem;
  if (seen.lost) return h("p", { class: "notice bad" }, "⚠ ", seen.lost);
  if (problem) return h("p", { class: "notice bad" }, "⚠ ", problem.message, problem.hint ? "; " + problem.hint : "", " ",
    h("button", { type: "button", onclick: controls.retry }, "Try again now"));
  if (seen.state && !seen.state.cluster.status) return h("p", { class: "notice bad" }, "⚠ This cluster is gone.");
  return null;
}

const controls = {
  read,
  filter(table, text) { seen.filters[table] = text; seen.shown = 100; draw(); },
  more() { seen.shown += 500; draw(); },
  sort(table, column) {
    const now = seen.sort[table] ?? {};
    seen.sort[table] = { column, down: now.column === column && !now.down };
    draw();
  },
  go,
  async retry() {
    seen.error = null;
    try { await ask("/api/retry?" + new URLSearchParams({ cluster: seen.cluster })); } catch (error) { fail(error); }
    for (const one of reads.values()) if (one.error) one.at = -Infinity;
    arrive();
  },
  async copy(text) { try { await navigator.clipboard.writeText(text); } catch { /* it can be marked */ } },
};

function go(path) {
  history.pushState(null, "", path);
  Object.assign(seen, { filters: {}, shown: 100, error: null });
  arrive();
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function arrive() {
  const here = place();
  if (here.cluster !== seen.cluster) {
    Object.assign(seen, { cluster: here.cluster, state: null, lost: "", history: {} });
    follow(here.cluster);
  }
  draw();
}

// What /api/PATH answers. It is asked again while it is on a screen that is seen, `every` so many
// milliseconds. With `isFollowed` it answers with lines, of which only new ones are asked for.
function read(path, query = {}, every = 10000, isFollowed = false) {
  const address = `/api/${path}?` + new URLSearchParams(query);
  if (!reads.has(address)) reads.set(address, { data: undefined, error: null, at: -Infinity, isBusy: false });
  return Object.assign(reads.get(address), { isUsed: true, every, isFollowed });
}

function renew() {
  if (document.hidden || seen.error?.status === 401) return;
  for (const [address, one] of reads) {
    const pause = one.error ? Math.max(one.every, AFTER_ERROR) : one.every;
    if (!one.isBusy && Date.now() - one.at >= pause) renewed(address, one);
  }
}

async function renewed(address, one) {
  one.isBusy = true; // one look at a time, however long it takes
  const lines = one.isFollowed ? one.data?.lines ?? [] : [];
  try {
    const data = await ask(address + (lines.length ? "&after=" + lines.at(-1).at : ""));
    if (lines.length) data.lines = [...lines, ...data.lines].slice(-LINES);
    Object.assign(one, { data, error: null });
    if (!seen.cluster) seen.lost = "";
  } catch (error) {
    if (error instanceof Refused && error.status !== 401) one.error = error;
    else fail(error);
  }
  Object.assign(one, { isBusy: false, at: Date.now() });
  draw();
}

function fail(error) {
  if (error instanceof Refused) seen.error = { message: error.message, hint: error.hint, status: error.status };
  else seen.lost = "The console does not answer. Is `ecscli console` still running? Asked again soon.";
}

// One stream at most, and none while nobody sees the page: browsers have six connections to a host.
function follow(cluster) {
  source?.close();
  source = null;
  heard = 0;
  if (!cluster || document.hidden) return;
  const ours = source = new EventSource("/api/feed?cluster=" + encodeURIComponent(cluster));
  const on = (kind, handle) => ours.addEventListener(kind, (message) => {
    heard = Date.now();
    seen.lost = "";
    handle(JSON.parse(message.data));
    draw();
  });
  on("state", (state) => { seen.state = state; seen.error = null; remember(); });
  on("patch", (patch) => { seen.state = merged(seen.state ?? {}, patch); remember(); });
  on("refusal", (error) => { seen.error = error; });
  on("beat", () => {});
  ours.addEventListener("error", async () => {
    const isRefused = ours.readyState === EventSource.CLOSED; // else the browser asks again itself
    if (isRefused) setTimeout(() => ours === source && follow(cluster), AGAIN);
    try {
      await ask("/api/about");
      if (isRefused && ours === source) seen.lost = "Too many windows show a cluster: close one. Asked again soon.";
    } catch (error) {
      if (ours !== source) return;
      if (error instanceof Refused) { // another server: its address is another one
        ours.close();
        source = null;
      }
      fail(error);
    }
    draw();
  });
}

// How many tasks each deployment of the service on the screen has had, for its bars.
function remember() {
  const rows = seen.state.services?.[place().name]?.deployments ?? [];
  seen.history = Object.fromEntries(rows.map((row) => [row.id,
    [...(seen.history[row.id] ?? []), { running: row.runningCount, pending: row.pendingCount }].slice(-SAMPLES)]));
}

export function merged(target, patch) {
  const found = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete found[key];
    else if (typeof value === "object" && !Array.isArray(value)) found[key] = merged(found[key] ?? {}, value);
    else found[key] = value;
  }
  return found;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
document.addEventListener("keydown", (event) => {
  const { activeElement } = document;
  const isTyping = activeElement?.matches("input, textarea, select");
  const field = document.querySelector("input[type=search]");
  if (event.key === "/" && field && !isTyping) {
    event.preventDefault();
    field.focus();
  }
  if (event.key === "Escape" && activeElement?.matches("input[type=search]")) controls.filter(activeElement.name, "");
});
document.addEventListener("visibilitychange", () => {
  follow(seen.cluster);
  renew();
});
addEventListener("popstate", arrive);
setInterval(renew, 1000);
setInterval(() => {
  if (heard && Date.now() - heard > SILENT && !seen.lost) {
    seen.lost = "Nothing has come for a while. The console may have ended.";
    draw();
  } else draw();
}, 5000);

try {
  await openSession();
  seen.about = await ask("/api/about");
} catch (error) {
  fail(error);
}
if (seen.error?.status === 401) draw();
else arrive();
