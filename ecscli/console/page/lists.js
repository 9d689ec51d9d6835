// What stands beside the clusters: task definitions, stacks, load balancers.

import { h } from "./dom.js";
import { definitionPath, facts, link, linked, moment, nothing, outside, pairs, panel, panelOf, path, quiet, state, status, table, tagText, text, timed, written } from "./parts.js";
import { difference, targetTable } from "./service.js";

// ------------------------------------------------------------------------------ task definitions

export function definitions(found, family, revision) {
  if (revision) return definition(found, family, revision);
  return family ? revisions(found, family) : families(found);
}

function families(found) {
  return { title: "Task definitions", command: { aws: "ecs list-task-definition-families" }, body: [h("h1", "Task definitions"),
    panel(found, "definitions", {}, 10000, (rows) => table("families", rows, [
      linked("Family", "family", definitionPath),
      state("Status", "status"),
    ], found, "family", "families", ["There is no task definition in this region. Register one with", "compose create"])),
  ] };
}

function revisions(found, family) {
  const { query, controls, read } = found;
  const list = read("definitions/revisions", { family }, 10000);
  const numbers = (list.data ?? []).map((row) => String(row.revision));
  const to = query.to ?? numbers[0], from = query.from ?? numbers[1];
  const choose = (name, value, label) => h("label", label, " ", h("select", { name, value,
    onchange: (event) => controls.go(`${path("task-definitions", family)}?${new URLSearchParams({ from, to, [name]: event.target.value })}`) },
  numbers.map((number) => h("option", { value: number }, number))));
  return { title: family, command: [from, to].filter(Boolean).map((number) => ({ aws: `ecs describe-task-definition --task-definition ${family}:${number}` })), body: [
    h("h1", family),
    panelOf(list, found, (rows) => table("revisions", rows, [
      { title: "Revision", text: (row) => row.revision, cell: (row) => link(definitionPath(`${family}:${row.revision}`), `${family}:${row.revision}`) },
      state("Status", "status"),
    ], found, "revision", "revisions", ["This family has no revision. Register one with", `compose --project-name ${family} create`])),
    numbers.length > 1 ? h("section", { "aria-label": "Two revisions compared" }, h("h2", "Compare"),
      h("div", { class: "bar" }, choose("from", from, "From"), choose("to", to, "to")), difference(found, `${family}:${from}`, `${family}:${to}`)) : null,
  ] };
}

function definition(found, family, revision) {
  const name = `${family}:${revision}`;
  return { title: name, command: { aws: `ecs describe-task-definition --task-definition ${name}` }, body: [
    h("h1", name),
    panel(found, "definition", { definition: name }, 30000, (one) => h("div", facts([
      ["Status", status(one.status)], ["Network mode", one.networkMode], ["CPU", one.cpu], ["Memory", one.memory], ["Task role", one.taskRole],
      ["Execution role", one.executionRole], ["Runs on", one.compatibilities.join(", ")], ["Registered", moment(one.registeredAt)], ["Registered by", one.registeredBy],
      ["Deregistered", moment(one.deregisteredAt)], ["Tags", tagText(one)],
    ]), h("h2", "JSON"), quiet("Values that may be secrets are hidden."),
    written("JSON of the task definition", JSON.stringify(one.document, null, 2)))),
    h("p", link(definitionPath(family), "All revisions, and what differs between two")),
  ] };
}

// ------------------------------------------------------------------------------ stacks

export function stacks(found, name) {
  if (name) return stack(found, name);
  return { title: "Stacks", command: { aws: "cloudformation describe-stacks" }, body: [h("h1", "Stacks"),
    panel(found, "stacks", {}, 10000, (rows) => table("stacks", rows, [
      { title: "Stack", text: (row) => row.stackName, cell: (row) => link(path("stacks", row.stackName), row.stackName) },
      state("Status", "status"),
      { title: "Changed", text: (row) => row.updatedAt ?? row.createdAt ?? "", cell: (row) => moment(row.updatedAt ?? row.createdAt) },
      text("Description", "description"),
    ], found, "stackName", "stacks", ["There is no stack in this region. A cluster with its network has one, made by", "up --capability-iam --size 1"])),
  ] };
}

function stack(found, name) {
  const { read } = found;
  const list = (part, title, columns, key) => panel(found, "stack/" + part, { stack: name }, 5000, (rows) => table(part, rows, columns,
    found, key, part, ["There is nothing. See what there is with", { aws: `cloudformation describe-stack-events --stack-name ${name}` }]), title);
  return { title: name, command: [{ aws: `cloudformation describe-stacks --stack-name ${name}` }, { aws: `cloudformation describe-stack-events --stack-name ${name}` }], body: [
    h("h1", name),
    panel(found, "stack", { stack: name }, 5000, (one) => h("div", facts([
      ["Status", status(one.status)], ["Reason", one.statusReason], ["Description", one.description], ["Made", moment(one.createdAt)], ["Changed", moment(one.updatedAt)],
      ["Tags", tagText(one)],
    ]), h("h2", "Outputs"),
    pairs("outputs", one.outputs, ["This stack has no outputs; those of a cluster come with", "up --capability-iam"], found),
    h("h2", "Parameters"), pairs("parameters", one.parameters, ["This stack has no parameters; its template is changed by", "compose service up"], found))),
    list("resources", "Resources", [
      text("Resource", "logicalId"), text("Type", "type"), text("Is", "physicalId"), state("Status", "status"), text("Reason", "statusReason"),
    ], (row) => row.logicalId),
    list("events", "Events", [
      timed("Time", "createdAt"), text("Resource", "logicalId"), state("Status", "status"), text("Reason", "statusReason"),
    ], (row) => row.id),
  ] };
}

// ------------------------------------------------------------------------------ load balancers

export function balancers(found, name) {
  if (name) return balancer(found, name);
  return { title: "Load balancers", command: { aws: "elbv2 describe-load-balancers" }, body: [h("h1", "Load balancers"),
    panel(found, "balancers", {}, 10000, (rows) => table("load balancers", rows, [
      { title: "Name", text: (row) => row.name, cell: (row) => link(path("balancers", row.name), row.name) },
      state("State", "state"), text("Type", "type"),
      text("Scheme", "scheme"), text("Address", "dnsName"),
    ], found, "name", "load balancers", ["There is no load balancer in this region. `load_balancer: true` in the x-ecs of a service has one made by", "compose service up"])),
  ] };
}

function balancer(found, name) {
  const { read } = found;
  return { title: name, command: { aws: `elbv2 describe-load-balancers --names ${name}` }, body: [
    h("h1", name),
    panel(found, "balancer", { balancer: name }, 10000, (one) => facts([
      ["Address", one.url ? outside(one.url) : one.dnsName], ["State", status(one.state)], ["Type", one.type], ["Scheme", one.scheme], ["VPC", one.vpc], ["Zones", one.zones.join(", ")],
      ["Security groups", one.securityGroups.join(", ")], ["Made", moment(one.createdAt)],
    ])),
    panel(found, "balancer/listeners", { balancer: name }, 10000, (rows) => rows.length ? rows.map((row) => listener(row, found))
      : nothing("It listens at no port."), "Listeners"),
    panel(found, "balancer/targets", { balancer: name }, 5000, (rows) => rows.length ? rows.map((group) => h("div", { "data-key": group.name },
      h("h3", group.name, " ", h("small", `${group.protocol} ${group.port}, ${group.targetType}; checked at ${group.healthCheckPath ?? "the port"}`)),
      targetTable("targets of " + group.name, group.targets, found))) : nothing("It has no target group."), "Targets"),
  ] };
}

function listener(row, found) {
  const name = `${row.protocol} ${row.port}`;
  return h("div", { "data-key": name }, h("h3", name, " ", h("small", row.certificates.length ? `certificates ${row.certificates.join(", ")}` : "")),
    table("rules of " + name, row.rules, [
      { title: "Priority", text: (rule) => rule.priority }, { title: "Where", text: (rule) => rule.conditions.join(" and ") || "every other request" },
      { title: "Then", text: (rule) => rule.actions.join(", then ") },
    ], found, "priority", "rules", ["It has no rules."]));
}
