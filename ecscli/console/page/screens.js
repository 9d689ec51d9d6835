// Which screen an address is, and what is around it. Each names the command that shows the same.

import { clusters, instance, tab, TABS } from "./cluster.js";
import { h } from "./dom.js";
import { balancers, definitions, stacks } from "./lists.js";
import { commandOf, link, path, quiet } from "./parts.js";
import { service } from "./service.js";
import { task } from "./task.js";

const ROOMS = { "": clusters, "task-definitions": definitions, stacks, balancers };
const NAMES = { "": "Clusters", "task-definitions": "Task definitions", stacks: "Stacks", balancers: "Load balancers" };
const DETAILS = { services: service, tasks: task, instances: instance };

export function screenOf(here, seen, controls) {
  const { title, body, command } = contents(here, seen, controls);
  return { title, header: headerOf(here, seen), body: [...body, ...commandOf(command, seen, controls)].filter(Boolean) };
}

function contents(here, seen, controls) {
  if (seen.error) return failure(seen, controls);
  const found = { ...here, seen, controls, read: controls.read };
  if (here.first !== "clusters") return here.first in ROOMS ? ROOMS[here.first](found, ...here.names) : nowhere();
  if (!here.cluster) return clusters(found);
  if (!seen.state) return { title: here.cluster, body: [quiet("Looking at cluster ", here.cluster, " …")] };
  Object.assign(found, { state: seen.state, base: path("clusters", here.cluster) });
  if (here.name) return here.tab in DETAILS ? DETAILS[here.tab](found, here.name) : nowhere();
  return here.tab in TABS ? tab(found, here.tab) : nowhere();
}

function headerOf(here, seen) {
  const about = seen.about;
  const place = about.sandbox ? "SANDBOX" : [seen.state?.cluster?.account, about.region].filter(Boolean).join(" ");
  const room = here.first === "clusters" ? "" : here.first;
  const base = here.cluster ? path("clusters", here.cluster) : "";
  return [
    h("nav", { "aria-label": "Where you are" },
      h("a", { href: "/", class: "brand" }, "ecscli"),
      here.cluster ? [" / ", link(base, here.cluster)] : null,
      here.name ? [" / ", here.part ? link(path("clusters", here.cluster, here.tab, here.name), here.name) : h("span", here.name)] : null),
    h("nav", { class: "rooms", "aria-label": "Kinds of things" }, Object.entries(NAMES).map(([key, title]) =>
      h("a", { href: "/" + key, "aria-current": key === room ? "true" : null }, title))),
    h("span", { class: about.sandbox ? "place sandbox" : "place" }, place),
  ];
}

function failure(seen, controls) {
  const { message, hint, status } = seen.error;
  const title = status === 401 ? "No session" : status === 403 ? "Not allowed" : "Not read";
  return { title, body: [
    h("h1", title), h("p", message), hint ? quiet(hint) : null,
    status === 401 ? null : h("p", h("button", { type: "button", onclick: controls.retry }, "Try again")),
  ] };
}

function nowhere() {
  return { title: "No such page", body: [h("h1", "No such page"), h("p", link("/", "All clusters"))] };
}
