// Elements from data, and an old tree made like a new one with as few changes as there are: what
// has the focus keeps it. Text is only ever set as text.

const PROPERTIES = new Set(["value", "checked"]);
const xmlns="http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path", "line", "text"]);

// The attributes may be left out.
export function h(name, ...children) {
  const [first] = children;
  const attributes = first?.constructor === Object ? children.shift() : {};
  const element = DRAWN.has(name) ? document.createElementNS(xmlns, name) : document.createElement(name);
  const properties = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) (element.listeners ??= {})[key.slice(2)] = value;
    else if (PROPERTIES.has(key)) properties.push([key, value]);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  for (const [kind, listener] of Object.entries(element.listeners ?? {})) listen(element, kind, listener);
  element.append(...children.flat(9).filter((one) => one !== null && one !== undefined && one !== false)
    .map((one) => (one instanceof Node ? one : document.createTextNode(String(one)))));
  for (const [key, value] of properties) element[key] = value; // a choice has its options by now
  return element;
}

function listen(element, kind, listener) {
  (element.listeners ??= {})[kind] = listener;
  if (element.listening?.has(kind)) return;
  (element.listening ??= new Set()).add(kind);
  element.addEventListener(kind, (event) => element.listeners[kind]?.(event));
}

// Makes the children of `parent` like `wanted`. Elements with data-key are recognised by it. Those
// that are gone go first, so that the others need not move.
export function show(parent, wanted) {
  const keyed = new Map();
  const kept = new Set(wanted.map((node) => node.dataset?.key));
  for (const child of [...parent.children]) {
    const { key } = child.dataset;
    if (key && !kept.has(key)) child.remove();
    else if (key) keyed.set(key, child);
  }
  let place = parent.firstChild;
  for (const node of wanted) {
    const known = node.dataset?.key ? keyed.get(node.dataset.key) : place;
    if (known && alike(known, node)) {
      if (known !== place) move(known, place);
      else place = place.nextSibling;
      update(known, node);
    } else {
      parent.insertBefore(node, place);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

// What moves loses the focus.
function move(element, place) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  element.parentNode.insertBefore(element, place);
  focused?.focus({ preventScroll: true });
}

function alike(old, node) {
  return old.nodeType === node.nodeType && old.nodeName === node.nodeName
    && (old.dataset?.key ?? "") === (node.dataset?.key ?? "");
}

function update(old, node) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== node.data) old.data = node.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!node.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of node.attributes) {
    if (name === "open" && old.nodeName === "DETAILS") continue;
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  old.listeners = {};
  for (const [kind, listener] of Object.entries(node.listeners ?? {})) listen(old, kind, listener);
  const values = [...PROPERTIES].map((name) => [name, node[name]]);
  show(old, [...node.childNodes]);
  for (const [name, value] of values) if (old[name] !== value) old[name] = value;
}
