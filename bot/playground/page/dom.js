// Small things that all the others use: elements, texts, the server, and one place for what a screen reader hears.
// Text only ever becomes a text node; the page's policy forbids anything else.

export const start = JSON.parse(document.body.dataset.start);

export function say(key, values = {}) {
  return start.texts[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function icon(name) {
  const paths = {
    lock: "M7 10V7a5 5 0 0 1 10 0v3h1a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zm2 0h6V7a3 3 0 0 0-6 0z",
    more: "M5 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4m7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4m7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4",
  };
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}

let last = 0;
export function unique(prefix) {
  last += 1;
  return `${prefix}-${last}`;
}

export function announce(text) {
  const news = document.getElementById("news");
  news.append(make("p", {}, text));
  while (news.children.length > 20) news.firstChild.remove();
}

// Sends what somebody did; the id lets the server recognise a repeat. Resolves to the answers, or rejects.
export async function post(who, body, id = crypto.randomUUID()) {
  const response = await fetch("/playground/do", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id, room: start.room, who: who.id, ...body }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()).answers;
}

// A button with a list of further buttons behind it. Closes on Escape, on a choice, and when focus goes elsewhere.
export function menu(label, items) {
  const id = unique("menu");
  const close = (refocus) => {
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (refocus) opener.focus();
  };
  const opener = make(
    "button",
    {
      type: "button",
      class: "more",
      "aria-label": label,
      "aria-expanded": "false",
      "aria-controls": id,
      title: label,
      onclick: () => {
        list.hidden = !list.hidden;
        opener.setAttribute("aria-expanded", String(!list.hidden));
        if (!list.hidden) {
          const edge = opener.closest(".messages, dialog, .view")?.getBoundingClientRect();
          const here = opener.getBoundingClientRect();
          const above = here.top - Math.max(edge?.top ?? 0, 0);
          const below = Math.min(edge?.bottom ?? innerHeight, innerHeight) - here.bottom;
          list.classList.toggle("up", below < list.offsetHeight + 8 && above > below);
          list.classList.toggle("end", here.left + list.offsetWidth > Math.min(edge?.right ?? innerWidth, innerWidth));
          list.querySelector("button").focus();
        }
      },
    },
    icon("more"),
  );
  const list = make(
    "ul",
    { id, hidden: true, class: "menu" },
    ...items.map((item) =>
      make(
        "li",
        {},
        make(
          "button",
          {
            type: "button",
            ...item.attributes,
            onclick: () => {
              close(true);
              item.act();
            },
          },
          item.label,
        ),
      ),
    ),
  );
  return make(
    "div",
    {
      class: "has-menu",
      onkeydown: (event) => {
        if (event.key === "Escape" && !list.hidden) {
          event.stopPropagation();
          event.preventDefault();
          close(true);
        } else if (["ArrowDown", "ArrowUp"].includes(event.key) && !list.hidden) {
          event.preventDefault();
          const all = [...list.querySelectorAll("button")];
          const step = event.key === "ArrowDown" ? 1 : -1;
          all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
        }
      },
      onfocusout: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close(false);
      },
    },
    opener,
    list,
  );
}
