// The console: a session, the address that says which screen, and the feed of the cluster on it.

import { h, show } from "./dom.js";
import { screenOf } from "./screens.js";

const MARK = { "X-Ecscli": "1", "Content-Type": "application/json" };
const ASIDE = 4000; // milliseconds between two looks at reasons and logs
const SILENT = 35000; // milliseconds without a message until the stream counts as lost

const seen = {
  about: { program: "ecscli", region: "", sandbox: false },
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
    show(main, screen.body);
    main.dataset.drawn = String(Number(main.dataset.drawn ?? 0) + 1);
  });
}

function notice() {
  const problem = seen.state?.problem;
  if (seen.lost) return h("p", { class: "notice bad" }, "⚠ ", seen.lost);
  if (problem) return h("p", { class: "notice bad" }, "⚠ ", problem.message, problem.hint ? "; " + problem.hint : "");
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
  retry() { seen.error = null; arrive(); },
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
    source?.close();
    Object.assign(seen, { cluster: here.cluster, state: null, lost: "" });
    if (here.cluster) follow(here.cluster);
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

function follow(cluster) {
  source = new EventSource("/api/feed?cluster=" + encodeURIComponent(cluster));
  const on = (kind, handle) => source.addEventListener(kind, (message) => {
    heard = Date.now();
    seen.lost = "";
    handle(JSON.parse(message.data));
    draw();
  });
  on("state", (state) => { seen.state = state; seen.error = null; });
  on("patch", (patch) => { seen.state = merged(seen.state ?? {}, patch); });
  on("refusal", (error) => { seen.error = error; });
  on("beat", () => {});
  source.addEventListener("error", async () => {
    const ours = source;
    try {
      await ask("/api/about");
      if (ours === source && source.readyState === EventSource.CLOSED) follow(cluster);
    } catch (error) {
      if (error instanceof Refused) { // another server: its address is another one
        ours.close();
        fail(error);
      } else {
        seen.lost = "The console does not answer. Is `ecscli console` still running? Asked again soon.";
        if (ours.readyState === EventSource.CLOSED) setTimeout(() => ours === source && follow(cluster), 2000);
      }
      draw();
    }
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
  if (!of || document.hidden) return;
  const query = "?" + new URLSearchParams({ cluster: here.cluster, service: of });
  const read = async (name) => {
    try {
      const { lines } = await ask("/api/" + name + query);
      if (seen.aside.of === of) seen.aside[name] = lines;
    } catch (error) {
      if (seen.aside.of === of && error instanceof Refused) seen.aside[name] = [error.message];
    }
  };
  const isSteady = seen.state?.services?.[of]?.state === "steady";
  await Promise.all([read("logs"), isSteady ? (seen.aside.why = []) : read("why")]);
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
