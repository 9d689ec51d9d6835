// What can be done on a screen: a bar of buttons, and a dialog that asks for what is missing, shows
// the exact requests and the commands that do the same, asks, and says what has come of it.

import { h, show } from "./dom.js";

const MARK = { "X-Ecscli": "1", "Content-Type": "application/json" };
const COMMAND = { name: "command", label: "Command instead of the image's", hint: 'sleep,300 or ["sleep", "300"]' };
const COUNT = { name: "count", label: "Number of tasks", type: "number", needed: true };
const REVISION = { name: "revision", label: "Revision", hint: "the one before", type: "number" };
const CONTAINER = { name: "container", label: "Container of the command", hint: "the first essential one" };

const dialog = document.getElementById("ask");
let ask = null; // how the server is asked
let now = null; // the action in the dialog: { title, given, fields, proposal, answer, error, busy }

// The buttons of a screen; none where nothing may be changed.
export function actionBar(here, seen, asking) {
  ask = asking;
  const found = seen.about.actions && !seen.error ? actionsOf(here, seen) : [];
  return found.length === 0 ? [] : [h("section", { class: "bar", "aria-label": "Actions" },
    found.map(([title, given, ...fields]) => h("button", { type: "button", onclick: () => open(title, given, fields) }, title)))];
}

function actionsOf(here, seen) {
  const { cluster, tab, name } = here;
  if (here.first === "task-definitions") return ofDefinition(...here.names);
  if (!cluster || !seen.state?.cluster?.status) return [];
  if (tab === "services" && name) return ofService(cluster, seen.state.services?.[name]);
  if (tab === "tasks" && name) return ofTask(cluster, seen.state.tasks?.[name]);
  const definition = { name: "definition", label: "Task definition", hint: "family or family:revision", needed: true };
  return [["Run a task", { action: "run", cluster }, definition, CONTAINER, COMMAND]];
}

function ofDefinition(family, revision) {
  const cluster = { name: "cluster", label: "Cluster", needed: true };
  const definition = revision ? `${family}:${revision}` : family;
  return family ? [["Run a task", { action: "run", definition }, cluster, CONTAINER, COMMAND]] : [];
}

function ofService(cluster, one) {
  if (!one || one.state === "draining") return [];
  const given = (action, more) => ({ action, cluster, service: one.serviceName, ...more });
  const isMoving = one.deployments.some((row) => row.rolloutState === "IN_PROGRESS");
  return [
    ["Scale", given("scale"), { ...COUNT, value: one.desiredCount }],
    ["New deployment", given("deploy")],
    ["Roll back", given("rollback"), REVISION],
    ...(isMoving ? [["Stop deployment", given("stop-deployment")], ["Continue deployment", given("continue-deployment")]] : []),
    ["Run a task", given("run", { definition: one.taskDefinition }), CONTAINER, COMMAND],
    ["Stop all tasks", given("stop-tasks")],
    ["Delete service", given("delete-service")],
  ];
}

function ofTask(cluster, one) {
  if (!one || one.desiredStatus === "STOPPED") return [];
  const family = one.taskDefinition.replace(/:\d+$/, "");
  return [
    ["Stop task", { action: "stop-task", cluster, task: one.id }],
    one.serviceName ? ["Stop all tasks of " + one.serviceName, { action: "stop-tasks", cluster, service: one.serviceName }]
      : ["Stop all tasks of " + family, { action: "stop-tasks", cluster, family }],
  ];
}

// ------------------------------------------------------------------------------ dialog

function open(title, given, fields) {
  now = { title, given, fields };
  if (fields.length === 0) step(propose);
  paint();
  if (!dialog.open) dialog.showModal();
}

async function step(what) {
  const ours = now;
  ours.busy = true;
  ours.error = null;
  paint();
  try {
    await what(ours);
  } catch (error) {
    ours.error = error;
  }
  ours.busy = false;
  if (ours === now) paint();
}

async function propose(ours) {
  ours.proposal = await ask("/api/actions?" + new URLSearchParams(ours.given));
}

async function act(ours) {
  const body = JSON.stringify({ ...ours.given, mark: ours.proposal.mark, typed: ours.typed ?? "" });
  ours.answer = await ask("/api/actions", { method: "POST", headers: MARK, body });
}

function paint() {
  const { title, proposal, answer, error, busy } = now;
  show(dialog, [h("form", { onsubmit: go }, h("h2", { id: "asked" }, proposal?.title ?? title),
    error ? h("p", { class: "notice bad" }, "⚠ ", error.message, error.hint ? "; " + error.hint : "") : null,
    answer ? outcome(answer) : proposal ? what(proposal) : now.fields.map(field),
    h("p", { class: "bar" },
      answer ? null : h("button", { type: "submit", disabled: busy }, busy ? "Wait …" : proposal ? "Do it" : "Show what is done"),
      h("button", { type: "button", onclick: () => dialog.close() }, answer ? "Close" : "Cancel")))]);
}

function go(event) {
  event.preventDefault();
  if (now.busy) return;
  const values = Object.fromEntries(new FormData(event.target));
  if (now.proposal) {
    now.typed = values.typed;
    step(act);
  } else {
    now.fields = now.fields.map((one) => ({ ...one, value: values[one.name] }));
    now.given = { ...now.given, ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "")) };
    step(propose);
  }
}

function field({ name, label, hint, type, needed, value }) {
  return h("p", h("label", label, " ", h("input", { name, type: type ?? "text", min: type === "number" ? 0 : null,
    required: needed, placeholder: hint, value: value ?? "", autocomplete: "off" })));
}

function what({ requests, command, aws, notices, type }) {
  return [
    notices.map((one) => h("p", { class: "notice" }, one.message, one.hint ? "; " + one.hint : "")),
    requests.map(({ service, operation, request }) => h("pre", { class: "log", tabindex: "0", "aria-label": "Request" },
      `${service} ${operation}\n${JSON.stringify(request, null, 2)}`)),
    command ? h("p", "The same in the project's directory: ", h("code", command)) : null,
    h("details", h("summary", "With the AWS CLI"), aws.map((line) => h("pre", { class: "log" }, line))),
    type ? h("p", h("label", `Type ${type} to confirm `, h("input", { name: "typed", required: true, autocomplete: "off" }))) : null,
  ];
}

function outcome({ events, tasks, failures, error }) {
  return [
    h("ul", events.map((one) => h("li", one.message, one.container ? " " + one.container : "", one.hint ? "; " + one.hint : ""))),
    (tasks ?? []).map((id) => h("p", "Task ", h("a", { href: `/clusters/${encodeURIComponent(now.given.cluster)}/tasks/${id}`,
      onclick: () => dialog.close() }, id), " is started.")),
    (failures ?? []).map((text) => h("p", { class: "notice bad" }, "⚠ ", text)),
    error ? h("p", { class: "notice bad" }, "⚠ ", error.message, error.hint ? "; " + error.hint : "") : null,
  ];
}
