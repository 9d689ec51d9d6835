// One service: its deployments side by side, and what else there is of it, a tab each.

import { bars } from "./charts.js";
import { eventTable, latest, metricCommand, metricsOf, stateOf, taskTable } from "./cluster.js";
import { h } from "./dom.js";
import { age, aged, definitionPath, empty, facts, link, moment, nothing, number, outside, panel, panelOf, path, quiet, state, status, table, tabs, tagText, text, written } from "./parts.js";

const PARTS = { "": "Deployments", tasks: "Tasks", events: "Events", logs: "Logs", metrics: "Metrics", details: "Details", why: "Why" };
const VIEWS = { "": deployments, deployments, tasks, events, logs, metrics, details, why };

export function service(found, name) {
  const { state, base, seen, cluster, part, id } = found;
  const command = part === "metrics" ? { aws: metricCommand({ ClusterName: cluster, ServiceName: name }) } : `watch ${name} --cluster ${cluster}`;
  const one = state.services?.[name];
  if (!one) {
    return { title: name, command, body: [h("h1", name),
      empty(["There is no service of this name here any more. Start one with", `compose service up --cluster ${cluster}`], seen),
      h("p", link(base, "All services"))] };
  }
  const view = VIEWS[part] ?? deployments;
  const own = { ...found, one, name, here: base + path("services", name) };
  return { title: part ? `${PARTS[part] ?? "Deployment"} of ${name}` : name, command, body: [
    h("h1", name, " ", stateOf(one)),
    quiet(`${one.runningCount} of ${one.desiredCount} running, ${one.pendingCount} pending, `,
      one.launchType, ", ", link(definitionPath(one.taskDefinition), one.taskDefinition), one.url ? [", ", outside(one.url)] : ""),
    tabs("Parts of the service", own.here, PARTS, part === "deployments" ? "" : part),
    part === "deployments" && id ? deployment(own, id) : view(own),
  ] };
}

const asked = ({ cluster, name }) => ({ cluster, service: name });

// ------------------------------------------------------------------------------ deployments

const STEPS = ["new tasks start", "new tasks run", "old tasks drain", "old tasks are gone"];

function deployments(found) {
  const { one, read } = found;
  const isMoving = one.deployments.length > 1 || one.deployments.some((row) => row.rolloutState === "IN_PROGRESS");
  const history = read("service/deployments", asked(found), isMoving ? 3000 : 30000);
  return h("div",
    one.state === "steady" ? null : why(found),
    isMoving ? steps(one.deployments) : null,
    h("div", { class: "cards" }, one.deployments.map((row) => card(row, found, detailOf(row, history.data)))),
    panelOf(history, found, (rows) => table("deployments", rows, [
      { title: "Deployment", text: (row) => row.id, cell: (row) => link(`${found.here}/deployments/${row.id}`, row.id.slice(0, 12)) },
      state("Status", "status"),
      { title: "Deploys", text: (row) => row.target?.taskDefinition ?? "" },
      { title: "In place of", text: (row) => row.sources.map((part) => part.taskDefinition).join(" ") },
      { title: "Strategy", text: (row) => [row.strategy, row.lifecycleStage, traffic(row)].filter(Boolean).join(", ") },
      aged("Age", "createdAt"),
      { title: "Took", text: (row) => took(row) },
      number("Failed tasks", "failureCount"),
      { title: "Reason", text: (row) => row.statusReason ?? row.rollbackReason ?? "" },
    ], found, "id", "deployments", ["ECS knows of no deployment in the last 90 days. Deploy anew with", `compose service up --cluster ${found.cluster}`]), "All deployments"));
}

function steps(rows) {
  const primary = rows.find((row) => row.status === "PRIMARY") ?? rows[0];
  const isOld = rows.some((row) => row !== primary && row.runningCount + row.pendingCount);
  const at = !primary.runningCount ? 0 : primary.runningCount < primary.desiredCount ? 1 : isOld ? 2 : 3;
  return h("ol", { class: "steps", "aria-label": "Steps of the deployment" }, STEPS.map((step, number) =>
    h("li", { "aria-current": number === at ? "step" : null }, number < at ? "✓ " : number === at ? "▶ " : "", step)));
}

function card(row, { seen }, detail) {
  const step = row.status === "PRIMARY"
    ? (row.rolloutState === "COMPLETED" ? "runs" : row.pendingCount ? "new tasks start" : "new tasks come")
    : (row.runningCount ? "old tasks drain" : "gone soon");
  const most = Math.max(row.desiredCount, row.runningCount + row.pendingCount, 1);
  return h("article", { class: "card", "data-key": row.id },
    h("h3", row.taskDefinition, " ", h("small", row.status)),
    h("meter", { min: 0, max: most, value: row.runningCount, "aria-label": "running" }),
    h("p", `${row.runningCount} running, ${row.pendingCount} pending, ${row.desiredCount} wanted, ${row.failedTasks} failed`),
    bars(seen.history[row.id] ?? [], most),
    h("p", step, row.rolloutState ? ` (${row.rolloutState})` : "", ", ", age(row.createdAt), " old"),
    row.lifecycleStage ? h("p", detail?.strategy ?? "", " stage ", row.lifecycleStage) : null,
    row.trafficPercent === undefined ? null : h("p", `${row.trafficPercent} % of the traffic`),
    row.rolloutStateReason ? quiet(row.rolloutStateReason) : null);
}

// The same deployment in the list of ECS's service deployments, which have ids of their own.
const detailOf = (row, rows = []) => rows.find((one) => one.target?.taskDefinition === row.taskDefinition
  && Math.abs(Date.parse(one.createdAt) - Date.parse(row.createdAt)) < 5000);

function traffic(row) {
  const parts = [row.target, ...row.sources].filter((part) => part && part.productionTrafficWeight !== null);
  return parts.length ? "traffic " + parts.map((part) => `${part.taskDefinition} ${part.productionTrafficWeight} %`).join(", ") : "";
}

function took(row) {
  if (!row.finishedAt || !row.createdAt) return "";
  return `${((Date.parse(row.finishedAt) - Date.parse(row.createdAt)) / 1000).toFixed(1)} s`;
}

function deployment(found, id) {
  const { read, here } = found;
  return panel(found, "service/deployments", asked(found), 5000, (rows) => {
    const row = rows.find((one) => one.id === id);
    if (!row) return nothing("ECS does not know this deployment any more. ", link(here, "All deployments"));
    const [source] = row.sources;
    return h("div", h("h2", "Deployment ", id), facts([
      ["Status", status(row.status)], ["Reason", row.statusReason], ["Rolled back", row.rollbackReason], ["Strategy", row.strategy], ["Stage", row.lifecycleStage],
      ["Traffic", traffic(row)], ["Deploys", row.target?.taskDefinition && revision(row.target)],
      ["In place of", row.sources.length ? row.sources.map((part) => h("div", revision(part))) : "nothing: it is the first"],
      ["Begun", moment(row.createdAt)], ["Ended", moment(row.finishedAt)], ["Took", took(row)],
      ["Failed tasks", row.failureCount === null ? "" : `${row.failureCount}; the circuit breaker ends it at ${row.failureThreshold}`],
    ]),
    source && row.target ? difference(found, source.taskDefinition, row.target.taskDefinition) : null,
    h("h2", "Events"), timeline(found, row));
  });
}

const revision = (part) => [link(definitionPath(part.taskDefinition), part.taskDefinition),
  ` (${part.runningTaskCount} of ${part.requestedTaskCount} running, ${part.pendingTaskCount} pending)`];

// The events of a service while a deployment was under way.
function timeline(found, row) {
  return panel(found, "service", asked(found), 5000, (data) => {
    const end = row.finishedAt ? Date.parse(row.finishedAt) + 1000 : Infinity;
    const begin = Date.parse(row.createdAt) - 1000;
    const own = data.events.filter((event) => Date.parse(event.createdAt) >= begin && Date.parse(event.createdAt) <= end);
    return eventTable("events of deployment", own, found, true);
  });
}

export function difference(found, from, to) {
  const title = `What differs between ${from} and ${to}`;
  if (from === to) return quiet(`${to} on both sides: nothing differs.`);
  return panel(found, "definition/difference", { from, to }, Infinity, ({ lines }) => lines.length
    ? h("ul", { class: "lines" }, lines.map((line) => h("li", { class: { "+": "added", "-": "removed", "~": "changed" }[line[0]] }, line)))
    : nothing("Nothing differs."), title);
}

// ------------------------------------------------------------------------------ other tabs

function tasks(found) {
  return taskTable("tasks of service", latest(found.state.tasks).filter((task) => task.serviceName === found.name), found);
}

function events(found) {
  return panel(found, "service", asked(found), 5000, (data) => eventTable("events of service", data.events, found, true));
}

function logs(found) {
  const [newest] = latest(found.state.tasks).filter((task) => task.serviceName === found.name);
  return h("div", h("h2", "Log of the newest task"),
    panel(found, "logs", asked(found), 4000, ({ lines }) =>
      written("Log", lines.join("\n"))),
    newest ? h("p", link(found.base + path("tasks", newest.id), "This task, its containers and their logs")) : null);
}

function metrics(found) {
  return metricsOf(found, asked(found), "this service");
}

function why(found) {
  return h("section", { id: "why", class: "why", "aria-label": "Why it is not steady" },
    h("h2", found.one.state === "steady" ? "How it is" : "Why it is not steady"),
    panel(found, "why", asked(found), 4000, ({ lines }) => lines.map((line) => h("p", line))));
}

function details(found) {
  const { read, name } = found;
  return h("div",
    panel(found, "service", asked(found), 10000, (row) => h("div", h("h2", "Set up"), facts([
      ["Launch type", row.launchType ?? row.capacityProviderStrategy.join(", ")], ["Scheduling", row.schedulingStrategy], ["Desired tasks", String(row.desiredCount)],
      ["Task definition", link(definitionPath(row.taskDefinition), row.taskDefinition)], ["Platform version", row.platformVersion],
      ["Deployments", `${row.deploymentController === "ECS" ? row.strategy.toLowerCase() : row.deploymentController}, ${row.minimumHealthyPercent ?? 100} to ${row.maximumPercent ?? 200} % of the tasks`
        + (row.bakeTimeInMinutes ? `, ${row.bakeTimeInMinutes} minutes of bake time` : "")],
      ["Circuit breaker", row.circuitBreaker.enable ? "on" + (row.circuitBreaker.rollback ? ", with rollback" : "") : "off"],
      ["Network", row.subnets.length ? `awsvpc, public address ${row.assignPublicIp ?? "DISABLED"}` : "that of the instances"],
      ["Subnets", row.subnets.join(", ")], ["Security groups", row.securityGroups.join(", ")],
      ["Behind", row.loadBalancers.map((part) => `${part.targetGroup}: ${part.containerName}:${part.containerPort}`).join(", ")],
      ["Grace period", row.healthCheckGracePeriodSeconds ? row.healthCheckGracePeriodSeconds + " s" : ""],
      ["Service discovery", row.serviceRegistries.join(", ")], ["Placement", [...row.placementStrategy, ...row.placementConstraints].join(", ")],
      ["Zone rebalancing", row.availabilityZoneRebalancing], ["ECS Exec", row.enableExecuteCommand ? "on" : "off"],
      ["Made", moment(row.createdAt)], ["Made by", row.createdBy], ["Tags", tagText(row)],
    ]),
    row.loadBalancers.length ? balancing(found) : h("section", h("h2", "Load balancer"),
      empty(["It is behind none. `load_balancer: true` in its x-ecs has one made by", `compose service up --cluster ${found.cluster}`], found.seen)))),
    panel(found, "service/scaling", asked(found), 30000, (data) => scaling(data, name, found), "Scaling"));
}

function balancing(found) {
  return panel(found, "service/balancing", asked(found), 5000, ({ addresses, targets }) => h("div",
    h("ul", addresses.map((one) => h("li", outside(one.url), ` → ${one.service}:${one.containerPort}`))),
    targetTable("targets of service", targets, found)), "Load balancer");
}

export function targetTable(name, rows, found) {
  return table(name, rows, [
    text("Target", "id"), number("Port", "port"),
    state("Health", "state"), text("Zone", "zone"),
    { title: "Reason", text: (row) => [row.reason, row.description].filter(Boolean).join(": ") },
  ], found, (row) => `${row.id}:${row.port}`, "targets", ["No task is behind it. Start some with", "compose service up"]);
}

function scaling({ target, policies, scheduledActions }, name, found) {
  if (!target) {
    return empty(["Its count is as it was set. Change it with", `compose --project-name ${name} service scale N --cluster ${found.cluster}`], found.seen);
  }
  return h("div", facts([["Tasks", `${target.minCapacity} to ${target.maxCapacity}`], ["Suspended", target.suspended.join(", ")],
    ["Follows", policies.map((one) => `${one.metric ?? one.type}${one.targetValue === null ? "" : " at " + one.targetValue} (${one.name})`).join(", ")],
    ["By the clock", scheduledActions.map((one) => `${one.name}: ${one.schedule} ${one.minCapacity ?? ""} to ${one.maxCapacity ?? ""}`).join(", ")],
  ]));
}
