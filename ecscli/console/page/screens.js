// What each screen shows of the state. Each names the command that shows the same in a terminal.

import { h } from "./dom.js";

const STATES = ["failed", "rolling back", "recovering", "deploying", "draining", "steady"];
const MARKS = { failed: "✖", "rolling back": "↩", recovering: "▲", deploying: "↻", draining: "▽", steady: "✓" };
const TABS = { services: "Services", tasks: "Tasks", instances: "Instances", events: "Events" };

export function screenOf(here, seen, controls) {
  const { title, body, command } = contents(here, seen, controls);
  return { title, header: headerOf(here, seen), body: [...body, ...commandOf(command, seen, controls)] };
}

function contents(here, seen, controls) {
  if (seen.error) return failure(seen, controls);
  if (!here.cluster) return here.tab ? nowhere() : clusters(seen, controls);
  if (!seen.state) return { title: here.cluster, body: [h("p", { class: "quiet" }, "Looking at cluster ", here.cluster, " …")] };
  const found = { cluster: here.cluster, seen, controls, state: seen.state, base: clusterPath(here.cluster) };
  if (here.name && here.tab === "services") return service(found, here.name);
  if (here.name && here.tab === "tasks") return task(found, here.name);
  return here.tab in TABS ? tab(found, here.tab) : nowhere();
}

const clusterPath = (name) => "/clusters/" + encodeURIComponent(name);
const servicePath = (base, name) => base + "/services/" + encodeURIComponent(name);
const taskPath = (base, id) => base + "/tasks/" + encodeURIComponent(id);

// ------------------------------------------------------------------------------ around

function headerOf(here, seen) {
  const about = seen.about;
  const place = about.sandbox ? "SANDBOX" : [seen.state?.cluster?.account, about.region].filter(Boolean).join(" ");
  return [
    h("nav", { "aria-label": "Where you are" },
      h("a", { href: "/", class: "brand" }, "ecscli"),
      here.cluster ? [" / ", h("a", { href: clusterPath(here.cluster) }, here.cluster)] : null,
      here.name ? [" / ", h("span", {}, here.name)] : null),
    h("span", { class: about.sandbox ? "place sandbox" : "place" }, place),
  ];
}

function commandOf(command, seen, controls) {
  if (!command) return [];
  const text = whole(command, seen);
  return [h("p", { class: "command" }, "In a terminal: ", h("code", {}, text), " ",
    h("button", { type: "button", onclick: () => controls.copy(text) }, "Copy"))];
}

// A command that reaches the same place from another terminal too.
const whole = (command, { about }) => [about.program, command, about.flags].filter(Boolean).join(" ");

function failure(seen, controls) {
  const { message, hint, status } = seen.error;
  const title = status === 401 ? "No session" : status === 403 ? "Not allowed" : "Not read";
  return { title, body: [
    h("h1", {}, title), h("p", {}, message), hint ? h("p", { class: "quiet" }, hint) : null,
    status === 401 ? null : h("p", {}, h("button", { type: "button", onclick: controls.retry }, "Try again")),
  ].filter(Boolean) };
}

function nowhere() {
  return { title: "No such page", body: [h("h1", {}, "No such page"), h("p", {}, h("a", { href: "/" }, "All clusters"))] };
}

function empty(text, command, seen) {
  return h("p", { class: "empty" }, text, command ? [" ", h("code", {}, whole(command, seen))] : null);
}

// A table that filters, sorts and counts. Columns: { title, text(row), cell(row), number }.
function table(name, rows, columns, { seen, controls, key, what, without }) {
  const words = seen.filter.toLowerCase();
  let found = !words ? rows : rows.filter((row) => columns.some((one) => String(one.text(row)).toLowerCase().includes(words)));
  const order = seen.sort[name];
  const by = order && columns.find((one) => one.title === order.column);
  if (by) {
    found = [...found].sort((a, b) => compare(by.text(a), by.text(b)));
    if (order.down) found.reverse();
  }
  const shown = found.slice(0, seen.shown);
  return h("section", { "aria-label": what },
    h("div", { class: "bar" },
      h("label", {}, "Filter ", h("input", { id: "filter", type: "search", value: seen.filter, placeholder: "/",
        oninput: (event) => controls.filter(event.target.value) })),
      h("span", { class: "quiet" }, words ? `${found.length} of ` : "", counted(rows.length, what))),
    rows.length === 0 ? empty(without.text, without.command, seen)
      : found.length === 0 ? empty("Nothing has these words.", "", seen)
      : h("table", {},
        h("thead", {}, h("tr", {}, columns.map((one) => h("th", {
          scope: "col", class: one.number ? "number" : null,
          "aria-sort": by === one ? (order.down ? "descending" : "ascending") : "none",
        }, h("button", { type: "button", onclick: () => controls.sort(name, one.title) }, one.title,
          by === one ? (order.down ? " ▼" : " ▲") : ""))))),
        h("tbody", {}, shown.map((row) => h("tr", { "data-key": key(row) }, columns.map((one) =>
          h("td", { "data-label": one.title, class: one.number ? "number" : null },
            h("span", {}, one.cell ? one.cell(row) : one.text(row)))))))),
    found.length > shown.length
      ? h("p", {}, h("button", { type: "button", onclick: controls.more }, `Show more of ${found.length}`)) : null);
}

const counted = (number, things) => `${number} ${number === 1 ? things.replace(/s$/, "") : things}`;

const collator = new Intl.Collator(undefined, { numeric: true });

function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b
    : collator.compare(a, b);
}

// ------------------------------------------------------------------------------ screens

function clusters(seen, controls) {
  const rows = seen.clusters ?? [];
  const body = seen.clusters === null ? h("p", { class: "quiet" }, "Looking for clusters …")
    : table("clusters", rows, [
      { title: "Cluster", text: (row) => row.clusterName, cell: (row) => h("a", { href: clusterPath(row.clusterName) }, row.clusterName) },
      { title: "Status", text: (row) => row.status },
      { title: "Services", text: (row) => row.activeServicesCount, number: true },
      { title: "Running", text: (row) => row.runningTasksCount, number: true },
      { title: "Pending", text: (row) => row.pendingTasksCount, number: true },
      { title: "Instances", text: (row) => row.registeredContainerInstancesCount, number: true },
    ], { seen, controls, key: (row) => row.clusterName, what: "clusters",
      without: { text: "There is no cluster in this region. Make one with", command: "up --capability-iam --size 1" } });
  return { title: "Clusters", body: [h("h1", {}, "Clusters"), body], command: "watch" };
}

function tab(found, name) {
  const { state, base, cluster } = found;
  const counts = { services: state.services, tasks: state.tasks, instances: state.instances, events: state.events };
  const links = Object.entries(TABS).map(([key, title]) => h("a", {
    href: base + "/" + key, "aria-current": key === name ? "page" : null,
  }, title, " ", h("span", { class: "count" }, Object.keys(counts[key] ?? {}).length)));
  const views = { services, tasks, instances, events };
  const commands = { services: "watch", tasks: "ps", instances: "instances", events: "watch --output json" };
  const unread = (state.unread ?? []).map((one) =>
    h("p", { class: "notice" }, "⚠ ", one.what, " could not be read: ", one.message));
  return { title: `${TABS[name]} of ${cluster}`, command: `${commands[name]} --cluster ${cluster}`, body: [
    h("h1", {}, cluster, " ", h("small", {}, summary(state.cluster))),
    h("nav", { class: "tabs", "aria-label": "Parts of the cluster" }, links), ...unread, views[name](found),
  ] };
}

function summary(cluster) {
  return `${counted(cluster.runningTasksCount, "tasks")} running, ${cluster.pendingTasksCount} pending`;
}

function stateOf(one) {
  return h("span", { class: "state " + one.state.replace(" ", "-") }, MARKS[one.state] ?? "", " ", one.state);
}

function services({ state, base, seen, controls, cluster }) {
  const rows = Object.values(state.services ?? {}).sort((a, b) =>
    STATES.indexOf(a.state) - STATES.indexOf(b.state) || compare(a.serviceName, b.serviceName));
  return table("services", rows, [
    { title: "Service", text: (row) => row.serviceName, cell: (row) => h("a", { href: servicePath(base, row.serviceName) }, row.serviceName) },
    { title: "State", text: (row) => row.state, cell: (row) => [stateOf(row),
      row.state === "steady" ? null : [" ", h("a", { href: servicePath(base, row.serviceName) + "#why" }, "why?")]] },
    { title: "Running", text: (row) => row.runningCount, cell: (row) => `${row.runningCount}/${row.desiredCount}`, number: true },
    { title: "Pending", text: (row) => row.pendingCount, number: true },
    { title: "Revision", text: (row) => row.taskDefinition },
    { title: "Launch type", text: (row) => row.launchType },
    { title: "Steady", text: (row) => row.lastSteady ?? "", cell: (row) => age(row.lastSteady) },
  ], { seen, controls, key: (row) => row.serviceName, what: "services",
    without: { text: "No service runs here. Start one with", command: `compose service up --cluster ${cluster}` } });
}

function taskTable(name, rows, { base, seen, controls, cluster }) {
  return table(name, rows, [
    { title: "Task", text: (row) => row.id, cell: (row) => h("a", { href: taskPath(base, row.id) }, row.id.slice(0, 12)) },
    { title: "Of", text: (row) => row.serviceName || row.group || "" },
    { title: "Revision", text: (row) => row.taskDefinition },
    { title: "Status", text: statusOf },
    { title: "Health", text: (row) => row.healthStatus ?? "" },
    { title: "Age", text: (row) => row.createdAt ?? "", cell: (row) => age(row.createdAt) },
    { title: "Place", text: (row) => row.place ?? "" },
    { title: "Ports", text: (row) => (row.ports ?? []).join(" ") },
    { title: "Reason", text: (row) => row.stoppedReason ?? "" },
  ], { seen, controls, key: (row) => row.id, what: "tasks",
    without: { text: "No task runs here. Start one with", command: `compose up --cluster ${cluster}` } });
}

const statusOf = (row) => row.desiredStatus && row.desiredStatus !== row.lastStatus
  ? `${row.lastStatus} → ${row.desiredStatus}` : row.lastStatus;

// Times of one zone are in the order of their texts.
const later = (a, b) => (a < b ? 1 : a > b ? -1 : 0);

const latest = (rows) => Object.values(rows ?? {}).sort((a, b) => later(a.changedAt ?? "", b.changedAt ?? ""));

const tasks = (found) => taskTable("tasks", latest(found.state.tasks), found);

function instances({ state, seen, controls, cluster }) {
  const amount = (name) => ({
    title: name === "cpu" ? "CPU free" : "Memory free", text: (row) => row[name].free,
    cell: (row) => [h("meter", { min: 0, max: row[name].registered || 1, value: row[name].registered - row[name].free,
      "aria-label": name + " taken" }), ` ${row[name].free}/${row[name].registered}`],
  });
  return table("instances", Object.values(state.instances ?? {}), [
    { title: "Instance", text: (row) => row.id, cell: (row) => row.id.slice(0, 12) },
    { title: "EC2", text: (row) => row.ec2InstanceId },
    { title: "Status", text: (row) => row.status },
    { title: "Agent", text: (row) => `${row.agentVersion} ${row.agentConnected ? "connected" : "DISCONNECTED"}` },
    { title: "Tasks", text: (row) => row.runningTasksCount + row.pendingTasksCount, number: true },
    amount("cpu"), amount("memory"),
    { title: "Type", text: (row) => row.instanceType },
    { title: "Zone", text: (row) => row.availabilityZone },
    { title: "Docker", text: (row) => row.dockerVersion },
  ], { seen, controls, key: (row) => row.id, what: "instances",
    without: { text: "No instance is registered; tasks run on Fargate. Add instances with", command: `up --cluster ${cluster} --size 1` } });
}

function eventList(name, rows, { seen, controls, cluster }) {
  return table(name, rows, [
    { title: "Time", text: (row) => row.createdAt, cell: (row) => clock(row.createdAt) },
    { title: "Service", text: (row) => row.serviceName },
    { title: "Event", text: (row) => row.message },
  ], { seen, controls, key: (row) => row.id, what: "events",
    without: { text: "No service has said anything yet. See them with", command: `watch --cluster ${cluster}` } });
}

const newest = (rows) => Object.values(rows ?? {}).sort((a, b) => later(a.createdAt, b.createdAt));

const events = (found) => eventList("events", newest(found.state.events), found);

function service(found, name) {
  const { state, base, seen, cluster } = found;
  const one = state.services?.[name];
  const command = `watch ${name} --cluster ${cluster}`;
  if (!one) {
    return { title: name, command, body: [h("h1", {}, name),
      empty("There is no service of this name here any more.", "", seen), h("p", {}, h("a", { href: base }, "All services"))] };
  }
  const own = latest(state.tasks).filter((task) => task.serviceName === name);
  const told = newest(state.events).filter((event) => event.serviceName === name).slice(0, 20);
  return { title: name, command, body: [
    h("h1", {}, name, " ", stateOf(one)),
    h("p", { class: "quiet" }, `${one.runningCount} of ${one.desiredCount} running, ${one.pendingCount} pending, `,
      one.launchType, ", ", one.taskDefinition),
    why(one, seen),
    h("h2", {}, "Deployments"),
    h("div", { class: "cards" }, one.deployments.map(deployment)),
    h("h2", {}, "Tasks"), taskTable("tasks of service", own, found),
    h("h2", {}, "Events"),
    h("ol", { class: "events" }, told.map((event) => h("li", { "data-key": event.id },
      h("time", { datetime: event.createdAt }, clock(event.createdAt)), " ", event.message))),
    h("h2", {}, "Log of the newest task"),
    h("pre", { class: "log", tabindex: "0", "aria-label": "Log" }, (seen.aside.logs ?? ["Reading …"]).join("\n")),
  ] };
}

function why(one, seen) {
  if (one.state === "steady") return h("div", { id: "why" });
  const lines = seen.aside.why ?? ["Looking for reasons …"];
  return h("section", { id: "why", class: "why", "aria-label": "Why it is not steady" },
    h("h2", {}, "Why it is not steady"), lines.map((line) => h("p", {}, line)));
}

function deployment(row) {
  const step = row.status === "PRIMARY"
    ? (row.rolloutState === "COMPLETED" ? "runs" : row.pendingCount ? "new tasks start" : "new tasks come")
    : (row.runningCount ? "old tasks drain" : "gone soon");
  return h("article", { class: "card", "data-key": row.id },
    h("h3", {}, row.taskDefinition, " ", h("small", {}, row.status)),
    h("meter", { min: 0, max: Math.max(row.desiredCount, row.runningCount, 1), value: row.runningCount, "aria-label": "running" }),
    h("p", {}, `${row.runningCount} running, ${row.pendingCount} pending, ${row.desiredCount} wanted, ${row.failedTasks} failed`),
    h("p", {}, step, row.rolloutState ? ` (${row.rolloutState})` : "", ", ", age(row.createdAt), " old"),
    row.rolloutStateReason ? h("p", { class: "quiet" }, row.rolloutStateReason) : null);
}

function task(found, id) {
  const { state, base, cluster, seen } = found;
  const one = state.tasks?.[id];
  const command = `logs --task-id ${id} --cluster ${cluster}`;
  if (!one) {
    return { title: id, command, body: [h("h1", {}, id), empty("This task has stopped more than a minute ago.", "", seen),
      h("p", {}, h("a", { href: base + "/tasks" }, "All tasks"))] };
  }
  const facts = [
    ["Status", statusOf(one)], ["Health", one.healthStatus], ["Revision", one.taskDefinition],
    ["Service", one.serviceName], ["Group", one.group], ["Place", one.place], ["Ports", (one.ports ?? []).join(" ")],
    ["Made", one.createdAt && clock(one.createdAt)], ["Stopped", one.stoppedAt && clock(one.stoppedAt)],
    ["Reason", one.stoppedReason],
  ].filter(([, value]) => value);
  return { title: id, command, body: [
    h("h1", {}, "Task ", id),
    h("dl", {}, facts.map(([name, value]) => [h("dt", {}, name), h("dd", {},
      name === "Service" ? h("a", { href: servicePath(base, value) }, value) : value)])),
  ] };
}

// ------------------------------------------------------------------------------ times

function age(time) {
  if (!time) return "";
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 1000));
  for (const [unit, length] of [["d", 86400], ["h", 3600], ["m", 60]]) {
    if (seconds >= length) return Math.floor(seconds / length) + unit;
  }
  return seconds + "s";
}

const clock = (time) => new Date(time).toLocaleTimeString();
