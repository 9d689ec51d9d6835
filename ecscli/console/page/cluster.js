// The clusters, one with its tabs, and one of its container instances.

import { line } from "./charts.js";
import { h } from "./dom.js";
import { aged, clock, compare, counted, definitionPath, facts, link, linked, moment, nothing, notice, number, pairs, panel, panelOf, path, state, status, table, tabs, tagText, text, written } from "./parts.js";

const STATES = ["failed", "rolling back", "recovering", "deploying", "draining", "steady"];
const MARKS = { failed: "✖", "rolling back": "↩", recovering: "▲", deploying: "↻", draining: "▽", steady: "✓" };
export const TABS = { services: "Services", tasks: "Tasks", instances: "Instances", events: "Events", metrics: "Metrics",
  scheduled: "Scheduled tasks", capacity: "Capacity providers", tags: "Tags" };
const VIEWS = { services, tasks, instances, events, metrics: clusterMetrics, scheduled, capacity, tags };
const MINUTE = 60000;

export function clusters(found) {
  const { read } = found;
  const list = read("clusters", {}, 5000);
  const names = (list.data ?? []).filter((row) => row.registeredContainerInstancesCount).map((row) => row.clusterName).slice(0, 20);
  const usage = names.length ? read("usage", { clusters: names.join(",") }, 30000) : { data: {} };
  const used = (name, title) => ({ title, number: true, text: (row) => share(usage.data?.[row.clusterName]?.[name]), cell: (row) =>
    amountOf(usage.data?.[row.clusterName]?.[name], title) });
  return { title: "Clusters", command: { aws: "ecs list-clusters" }, body: [h("h1", "Clusters"),
    panelOf(list, found, (rows) => table("clusters", rows, [
      { title: "Cluster", text: (row) => row.clusterName, cell: (row) => link(path("clusters", row.clusterName), row.clusterName) },
      state("Status", "status"),
      number("Services", "activeServicesCount"),
      number("Running", "runningTasksCount"),
      number("Pending", "pendingTasksCount"),
      number("Instances", "registeredContainerInstancesCount"),
      used("cpu", "CPU used"), used("memory", "Memory used"),
    ], found, "clusterName", "clusters", ["There is no cluster in this region. Make one with", "up --capability-iam --size 1"])),
    usage.error ? panelOf({ ...usage, data: undefined }, found, () => null, "CPU and memory used") : null,
  ] };
}

const share = (amount) => amount?.registered ? (amount.registered - amount.free) / amount.registered : -1;

function amountOf(amount, title) {
  if (!amount?.registered) return "–";
  return [h("meter", { min: 0, max: amount.registered, value: amount.registered - amount.free, "aria-label": title }),
    ` ${Math.round(share(amount) * 100)} % of ${amount.registered}`];
}

export function tab(found, name) {
  const { state, base, cluster, query } = found;
  const counts = { services: state.services, tasks: state.tasks, instances: state.instances, events: state.events };
  const arn = `arn:aws:ecs:${state.cluster.region}:${state.cluster.account}:cluster/${cluster}`;
  const commands = { services: "watch", tasks: query.status === "stopped" ? "ps --desired-status STOPPED" : "ps", instances: "instances",
    events: "watch --output json" };
  const ofAws = { metrics: metricCommand({ ClusterName: cluster }), scheduled: `events list-rule-names-by-target --target-arn ${arn}`,
    capacity: "ecs describe-capacity-providers", tags: `ecs describe-clusters --clusters ${cluster} --include TAGS SETTINGS` };
  const unread = (state.unread ?? []).map((one) =>
    notice(one.what, " could not be read: ", one.message));
  return { title: `${TABS[name]} of ${cluster}`, command: name in commands ? `${commands[name]} --cluster ${cluster}` : { aws: ofAws[name] }, body: [
    h("h1", cluster, " ", h("small", summary(state))),
    tabs("Parts of the cluster", base, TABS, name, counts), ...unread, VIEWS[name](found),
  ] };
}

function summary({ cluster, instances }) {
  const rows = Object.values(instances ?? {});
  const used = (name) => {
    const total = rows.reduce((sum, row) => sum + row[name].registered, 0);
    return total ? Math.round((1 - rows.reduce((sum, row) => sum + row[name].free, 0) / total) * 100) + " %" : "";
  };
  return [`${counted(cluster.activeServicesCount, "services")}, ${counted(cluster.runningTasksCount, "tasks")} running, `,
    `${cluster.pendingTasksCount} pending, ${counted(cluster.registeredContainerInstancesCount, "instances")}`,
    used("cpu") ? `, CPU ${used("cpu")} and memory ${used("memory")} used` : ""].join("");
}

export function metricCommand(dimensions) {
  const end = new Date(Math.floor(Date.now() / MINUTE) * MINUTE);
  const names = Object.entries(dimensions).map(([name, value]) => `Name=${name},Value=${value}`).join(" ");
  return `cloudwatch get-metric-statistics --namespace AWS/ECS --metric-name CPUUtilization --statistics Average --period 60`
    + ` --dimensions ${names} --start-time ${new Date(end - 60 * MINUTE).toISOString()} --end-time ${end.toISOString()}`;
}

export function stateOf(one) {
  return h("span", { class: "state " + one.state.replace(" ", "-") }, MARKS[one.state] ?? "", " ", one.state);
}

// ------------------------------------------------------------------------------ tabs

const servicePath = (base, name) => base + path("services", name);

function services(found) {
  const { state, base, cluster } = found;
  const rows = Object.values(state.services ?? {}).sort((a, b) =>
    STATES.indexOf(a.state) - STATES.indexOf(b.state) || compare(a.serviceName, b.serviceName));
  return table("services", rows, [
    { title: "Service", text: (row) => row.serviceName, cell: (row) => link(servicePath(base, row.serviceName), row.serviceName) },
    { title: "State", text: (row) => row.state, cell: (row) => [stateOf(row),
      row.state === "steady" ? null : [" ", link(servicePath(base, row.serviceName) + "/why", "why?")]] },
    { title: "Running", text: (row) => row.runningCount, cell: (row) => `${row.runningCount}/${row.desiredCount}`, number: true },
    number("Pending", "pendingCount"),
    linked("Revision", "taskDefinition", definitionPath),
    text("Launch type", "launchType"),
    aged("Steady", "lastSteady"),
  ], found, "serviceName", "services", ["No service runs here. Start one with", `compose service up --cluster ${cluster}`]);
}

export function taskTable(name, rows, found) {
  const { base, cluster } = found;
  return table(name, rows, [
    { title: "Task", text: (row) => row.id, cell: (row) => link(base + path("tasks", row.id), row.id.slice(0, 12)) },
    { title: "Of", text: (row) => row.serviceName || row.group || "", cell: (row) => row.serviceName
      ? link(servicePath(base, row.serviceName), row.serviceName) : row.group || "" },
    linked("Revision", "taskDefinition", definitionPath),
    { title: "Status", text: statusOf },
    text("Health", "healthStatus"),
    aged("Age", "createdAt"),
    text("Place", "place"),
    { title: "Ports", text: (row) => (row.ports ?? []).join(" ") },
    text("Reason", "stoppedReason"),
  ], found, "id", "tasks", ["No task runs here. Start one with", `compose up --cluster ${cluster}`]);
}

export const statusOf = (row) => row.desiredStatus && row.desiredStatus !== row.lastStatus
  ? `${row.lastStatus} → ${row.desiredStatus}` : row.lastStatus;

// Times of one zone are in the order of their texts.
const later = (a, b) => (a < b ? 1 : a > b ? -1 : 0);

export const latest = (rows) => Object.values(rows ?? {}).sort((a, b) => later(a.changedAt ?? "", b.changedAt ?? ""));

function tasks(found) {
  const { state, base, query, read, cluster } = found;
  const chosen = query.status ?? "";
  const choices = { "": "All of now", running: "Running", stopped: "Stopped in the last hour" };
  const live = latest(state.tasks);
  return h("div",
    h("nav", { class: "choices", "aria-label": "Which tasks" }, Object.entries(choices).map(([key, title]) => h("a", {
      href: base + "/tasks" + (key ? "?status=" + key : ""), "aria-current": key === chosen ? "true" : null }, title))),
    chosen === "stopped"
      ? panel(found, "tasks", { cluster, status: "STOPPED" }, 10000, (rows) => rows.length ? taskTable("stopped tasks", rows, found)
        : table("stopped tasks", rows, [], found, "id", "tasks", ["No task has stopped in the last hour. Stop those of a project with", `compose down --cluster ${cluster}`]))
      : taskTable("tasks", chosen === "running" ? live.filter((row) => row.lastStatus !== "STOPPED") : live, found));
}

function instances(found) {
  const { state, cluster, base } = found;
  const amount = (name) => ({
    title: name === "cpu" ? "CPU free" : "Memory free", text: (row) => row[name].free,
    cell: (row) => [h("meter", { min: 0, max: row[name].registered || 1, value: row[name].registered - row[name].free,
      "aria-label": name + " taken" }), ` ${row[name].free}/${row[name].registered}`],
  });
  return table("instances", Object.values(state.instances ?? {}), [
    { title: "Instance", text: (row) => row.id, cell: (row) => link(base + path("instances", row.id), row.id.slice(0, 12)) },
    text("EC2", "ec2InstanceId"),
    text("Status", "status"),
    { title: "Agent", text: (row) => `${row.agentVersion} ${row.agentConnected ? "connected" : "DISCONNECTED"}` },
    { title: "Tasks", text: (row) => row.runningTasksCount + row.pendingTasksCount, number: true },
    amount("cpu"), amount("memory"),
    text("Type", "instanceType"),
    text("Zone", "availabilityZone"),
    text("Docker", "dockerVersion"),
  ], found, "id", "instances", ["No instance is registered; tasks run on Fargate. Add instances with", `up --cluster ${cluster} --size 1`]);
}

export const newest = (rows) => Object.values(rows ?? {}).sort((a, b) => later(a.createdAt, b.createdAt));

export function eventTable(name, rows, found, isOfService = false) {
  const columns = [
    { title: "Time", text: (row) => row.createdAt, cell: (row) => h("time", { datetime: row.createdAt }, clock(row.createdAt)) },
    text("Service", "serviceName"),
    text("Event", "message"),
  ];
  return table(name, rows, isOfService ? [columns[0], columns[2]] : columns, found, "id", "events", ["No service has said anything yet. See them with", `watch --cluster ${found.cluster}`]);
}

function events(found) {
  return eventTable("events", newest(found.state.events), found);
}

export function metricsOf(found, query, name) {
  return panel(found, "metrics", query, 60000, (series) => {
    const charts = series.map(line).filter(Boolean);
    if (charts.length) return h("div", { class: "cards" }, charts);
    return nothing(found.seen.about.sandbox
      ? `The sandbox measures nothing: on AWS, the CPU and memory of ${name} in the last hour are here.`
      : `CloudWatch has no CPU and memory of ${name} in the last hour: they come a few minutes after the first task runs.`);
  });
}

function clusterMetrics(found) {
  return metricsOf(found, { cluster: found.cluster }, "this cluster");
}

function scheduled(found) {
  const { read, cluster } = found;
  const columns = [
    text("Name", "name"),
    state("State", "state"),
    text("When", "schedule"),
    linked("Starts", "taskDefinition", definitionPath),
    number("Tasks", "taskCount"),
  ];
  const list = (name, command) => (rows) => table(name, rows, columns, found, "name", name, ["Nothing starts tasks here by the clock. Make such a thing with", { aws: command }]);
  return h("div",
    panel(found, "cluster/schedules", { cluster }, 30000, list("schedules", "scheduler create-schedule"), "EventBridge Scheduler"),
    panel(found, "cluster/rules", { cluster }, 30000, list("rules", "events put-rule"), "EventBridge rules"));
}

function capacity(found) {
  return panel(found, "cluster/capacity", { cluster: found.cluster }, 10000, (rows) => table("capacity providers", rows, [
    text("Name", "name"),
    { title: "Status", text: (row) => row.status, cell: (row) => [status(row.status), row.updateStatus ? " " + row.updateStatus : ""] },
    { title: "Default", text: (row) => row.isDefault ? `base ${row.base}, weight ${row.weight}` : "" },
    text("Auto Scaling group", "autoScalingGroup"),
    { title: "Managed scaling", text: (row) => row.managedScaling ? `${row.managedScaling}, target ${row.targetCapacity ?? 100} %` : "" },
    text("Termination protection", "managedTerminationProtection"),
    text("Draining", "managedDraining"),
  ], found, "name", "capacity providers", ["No capacity provider: services name a launch type. Have one with `capacity-provider: true` in ecs-cluster.yml and", `up --cluster ${found.cluster}`]));
}

function tags(found) {
  return panel(found, "cluster", { cluster: found.cluster }, 30000, (one) => h("div",
    pairs("tags", one.tags, ["No tags. Give some with", `up --cluster ${found.cluster} --tags KEY=VALUE`], found),
    h("h2", "Settings"),
    pairs("settings", one.settings, ["No settings. They come with", `up --cluster ${found.cluster}`], found)));
}

// ------------------------------------------------------------------------------ an instance

export function instance(found, id) {
  const { read, cluster, state, base } = found;
  const one = read("instance", { cluster, instance: id }, 5000);
  const ec2 = one.data?.ec2InstanceId ?? state.instances?.[id]?.ec2InstanceId ?? "";
  const own = latest(state.tasks).filter((row) => ec2 && row.place === ec2);
  const of = (part, every, view, title) => panel(found, "instance/" + part, { instance: ec2 }, every, view, title);
  const isMachine = ec2.startsWith("i-");
  return { title: id, command: [{ aws: `ecs describe-container-instances --cluster ${cluster} --container-instances ${id}` }, `instances --cluster ${cluster}`], body: [
    h("h1", "Instance ", h("small", ec2 || id)),
    panelOf(one, found, about),
    h("h2", "Tasks"), taskTable("tasks of instance", own, found),
    isMachine ? of("user-data", Infinity, (data) => written("User data", data.text || "This instance has none."), "User data") : null,
    isMachine ? of("role", Infinity, roles, "Role") : null,
    isMachine && found.seen.about.sandbox ? of("agent", 5000, (data) => written("Introspection", JSON.stringify(data, null, 2)), "What the agent says of itself") : null,
    panelOf(one, found, (row) => pairs("attributes", row.attributes, ["The agent has registered none. See them with", `instances --cluster ${cluster}`], found), "Attributes"),
  ] };
}

function about(row) {
  const amount = (one) => `${one.free} of ${one.registered} free`;
  return facts([
    ["Container instance", row.id], ["EC2", row.ec2InstanceId], ["Status", status(row.status)], ["Reason", row.statusReason],
    ["Agent", `${row.agentVersion} ${row.agentConnected ? "connected" : "DISCONNECTED"}`], ["Docker", row.dockerVersion],
    ["Type", row.instanceType], ["Zone", row.availabilityZone], ["CPU units", amount(row.cpu)], ["Memory, MiB", amount(row.memory)],
    ["Tasks", `${row.runningTasksCount} running, ${row.pendingTasksCount} pending`], ["Capacity provider", row.capacityProviderName],
    ["Ports that are taken", row.takenPorts.join(", ")], ["Registered", moment(row.registeredAt)],
    ["Tags", tagText(row)],
  ]);
}

function roles(data) {
  if (!data.roles.length) return nothing("The instance has no role: its agent could not register it on AWS.");
  return h("div", data.roles.map((role) => facts([
    ["Role", role.name], ["Instance profile", data.instanceProfile],
    ["Policies", h("ul", role.policies.map((one) => h("li", one.name)))],
    ["Policies of its own", role.inlinePolicies.join(", ")],
  ])));
}
