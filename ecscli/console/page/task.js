// One task: its containers, and what they write.

import { statusOf } from "./cluster.js";
import { h } from "./dom.js";
import { clock, definitionPath, facts, link, moment, nothing, notice, outside, panel, path, quiet, status, written } from "./parts.js";

export function task(found, id) {
  const { cluster } = found;
  return { title: id, command: [`logs --task-id ${id} --cluster ${cluster}`, `ps --cluster ${cluster}`], body: [
    h("h1", "Task ", h("small", id)),
    panel(found, "task", { cluster, task: id }, 3000, (one) => whole(one, found)),
  ] };
}

function whole(one, found) {
  const { base, cluster } = found;
  return h("div",
    facts([
      ["Status", [status(one.lastStatus), statusOf(one) === one.lastStatus ? "" : ` → ${one.desiredStatus}`]], ["Health", one.healthStatus],
      ["Reason", one.stoppedReason], ["Stop code", one.stopCode],
      ["Task definition", link(definitionPath(one.taskDefinition), one.taskDefinition)],
      ["Service", one.serviceName && link(base + path("services", one.serviceName), one.serviceName)], ["Group", one.serviceName ? "" : one.group],
      ["Started by", one.startedBy], ["Launch type", one.launchType ?? one.capacityProviderName], ["Platform version", one.platformVersion],
      ["Instance", one.containerInstance && link(base + path("instances", one.containerInstance), one.containerInstance)],
      ["Zone", one.availabilityZone], ["Made", moment(one.createdAt)], ["Started", moment(one.startedAt)], ["Stopped", moment(one.stoppedAt)],
    ]),
    one.unread.map((part) => notice(part.what, " could not be read: ", part.message)),
    h("h2", "Containers"), one.containers.map((row) => container(row)),
    h("h2", "Log"), log(found, { cluster, task: one.id }));
}

function container(row) {
  const list = (rows, text) => rows.length ? h("ul", rows.map((one) => h("li", text(one)))) : "";
  return h("details", { open: true, class: "card", "data-key": row.name },
    h("summary", h("strong", row.name), " ", status(row.lastStatus), row.essential ? "" : " not essential"),
    facts([
      ["Image", row.image], ["Digest", row.imageDigest], ["Exit code", row.exitCode === null ? "" : String(row.exitCode)], ["Reason", row.reason],
      ["Health", row.healthStatus === "UNKNOWN" ? "" : row.healthStatus],
      ["Ports", list(row.ports, port)], ["Command", row.command.join(" ")],
      ["CPU units", row.cpu && String(row.cpu) !== "0" ? row.cpu : ""], ["Memory, MiB", row.memory ?? row.memoryReservation],
      ["Environment", list(row.environment, (one) => [h("code", one.name), "=", one.value])], ["Secrets", row.secrets.join(", ")],
      ["Mounts", list(row.mounts, (one) => `${one.path} from ${one.volume}${one.readOnly ? ", read only" : ""}`)], ["Log driver", row.logDriver ?? "none"],
    ]));
}

function port(one) {
  const here = one.port ? `${one.host ?? ""}:${one.port}` : "no port yet";
  return [one.url ? outside(one.url, here) : here, ` → ${one.containerPort}/${one.protocol}`];
}

function log(found, query) {
  return panel(found, "task/logs", query, 3000, ({ lines, notes }) => h("div",
    notes.map((text) => quiet(text)),
    lines.length ? written("Log", lines.map((one) =>
      h("div", { "data-key": `${one.at} ${one.container} ${one.message}` }, h("time", { datetime: one.time }, clock(one.time)), ` ${one.container} `, one.message)))
      : notes.length ? null : nothing("It has written nothing yet.")), "", true);
}
