// The console: a session, the address that says which screen, and the feed of the cluster on it.

import { actionBar } from "./actions.js";
import { h, show } from "./dom.js";
import { screenOf } from "./screens.js";

const MARK = { "X-Ecscli": "1", "Content-Type": "application/json" };
const ASIDE = 4000; // milliseconds between two looks at reasons and logs
const AGAIN = 2000; // milliseconds until a stream that was not had is asked for again
const SILENT = 35000; // milliseconds without a message until the stream counts as lost

const seen = {
  about: { program: "ecscli", flags: "", region: "", sandbox: false },
  clusters: null, // the list, or null where it was not read yet
  cluster: "", // whose state this is
  state: null,
  error: null, // of the screen
  lost: "", // why nothing is live
  aside: { of: "", why: null, logs: null },
  filter: "",
  sort: {},
  shown: 100,
};
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

// What the address says: /clusters/C, /clusters/C/TAB, /clusters/C/services/S, /clusters/C/tasks/T
function place() {
  const [first, cluster, tab, name] = location.pathname.split("/").slice(1).map(decodeURIComponent);
  if (first !== "clusters") return { cluster: "", tab: first ?? "", name: "" };
  return { cluster: cluster ?? "", tab: tab || "services", name: name ?? "" };
}

export function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const here = place();
    const screen = screenOf(here, seen, controls);
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
  filter(text) { seen.filter = text; seen.shown = 100; draw(); },
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
    arrive();
  },
  async copy(text) { try { await navigator.clipboard.writeText(text); } catch { /* it can be marked */ } },
};

function go(path) {
  history.pushState(null, "", path);
  Object.assign(seen, { filter: "", shown: 100, error: null });
  arrive();
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

async function arrive() {
  const here = place();
  if (here.cluster !== seen.cluster) {
    Object.assign(seen, { cluster: here.cluster, state: null, lost: "" });
    follow(here.cluster);
  }
  draw();
  if (!here.cluster) await list();
  aside();
}

async function list() {
  try {
    [seen.about, seen.clusters] = await Promise.all([ask("/api/about"), ask("/api/clusters")]);
    Object.assign(seen, { error: null, lost: "" });
  } catch (error) {
    fail(error);
  }
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
  on("state", (state) => { seen.state = state; seen.error = null; });
  on("patch", (patch) => { seen.state = merged(seen.state ?? {}, patch); });
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

export function merged(target, patch) {
  const found = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete found[key];
    else if (typeof value === "object" && !Array.isArray(value)) found[key] = merged(found[key] ?? {}, value);
    else found[key] = value;
  }
  return found;
}

// Reasons and logs of the service on the screen, again and again while it is there.
async function aside() {
  const here = place();
  const of = here.tab === "services" ? here.name : "";
  if (seen.aside.of !== of) seen.aside = { of, why: null, logs: null };
  const ours = seen.aside;
  if (!of || document.hidden || ours.isRead) return;
  ours.isRead = true; // one look at a time, however long it takes
  const query = "?" + new URLSearchParams({ cluster: here.cluster, service: of });
  const read = async (name) => {
    try {
      const { lines } = await ask("/api/" + name + query);
      ours[name] = lines;
    } catch (error) {
      if (error instanceof Refused) ours[name] = [error.message];
    }
  };
  const isSteady = seen.state?.services?.[of]?.state === "steady";
  await Promise.all([read("logs"), isSteady ? (ours.why = []) : read("why")]);
  ours.isRead = false;
  draw();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("filter");
  if (event.key === "/" && field && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
  }
  if (event.key === "Escape" && document.activeElement === field) controls.filter("");
});
document.addEventListener("visibilitychange", () => {
  follow(seen.cluster);
  aside();
});
addEventListener("popstate", arrive);
setInterval(aside, ASIDE);
setInterval(() => {
  if (!seen.cluster) list();
  else if (heard && Date.now() - heard > SILENT && !seen.lost) {
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
