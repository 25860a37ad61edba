// The messages of one pane: each entry in its place, threads under the message they answer.

import { drawCard } from "./card.js";
import { icon, make, menu, say, start } from "./dom.js";

const hours = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const clock = new Intl.DateTimeFormat(document.documentElement.lang, hours);
const dated = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", day: "numeric", month: "short", ...hours });
const firstDay = new Date(start.now).toDateString();

// The day is said from the second one on.
const moment = (at) => (at.toDateString() === firstDay ? clock : dated).format(at);

// `can` holds what one may do with an entry: press(button, entry), reply, edit and remove.
export function messageList(list, who, can) {
  const known = new Map(); // id -> the entry as JSON text, so that an unchanged one is left alone

  function put(entry) {
    const text = JSON.stringify(entry);
    if (known.get(entry.id) === text) return null;
    const isNew = !known.has(entry.id);
    known.set(entry.id, text);
    const item = find(entry.id) ?? add(entry.id, entry.thread === null ? list : thread(entry.thread));
    const hadFocus = item.firstChild?.contains(document.activeElement);
    const drawn = draw(entry);
    if (item.firstChild?.matches?.("article")) item.firstChild.replaceWith(drawn);
    else item.prepend(drawn);
    if (hadFocus) drawn.focus();
    return { item, isNew };
  }

  function drop(id) {
    if (!known.delete(id)) return;
    const item = find(id);
    const hadFocus = item.contains(document.activeElement);
    if (item.querySelector(".thread li") === null) {
      const around = item.parentElement;
      item.remove();
      if (around !== list && around.children.length === 0) around.remove();
    } else item.firstChild.replaceWith(gone());
    if (hadFocus) can.lostFocus();
  }

  function keepOnly(ids) {
    for (const id of [...known.keys()]) if (!ids.has(id)) drop(id);
  }

  function find(id) {
    return list.querySelector(`li[data-entry="${CSS.escape(id)}"]`);
  }

  function add(id, where) {
    const item = make("li", { "data-entry": id });
    where.append(item);
    return item;
  }

  function thread(id) {
    let root = find(id);
    if (root === null) {
      root = add(id, list);
      root.append(gone());
    }
    let replies = root.querySelector(":scope > .thread");
    if (replies === null) {
      const name = root.querySelector(".who")?.textContent;
      const label = name === undefined ? say("deleted") : say("thread_label", { name });
      replies = make("ol", { class: "thread", "aria-label": label });
      root.append(replies);
    }
    return replies;
  }

  function draw(entry) {
    const kind = entry.who === null ? (entry.private ? "whisper" : "app") : entry.mine ? "mine" : "other";
    const head = make(
      "div",
      { class: "head" },
      make("span", { class: "who" }, entry.who?.name ?? say("brand")),
      make("span", { class: "side" }, entry.side === null ? say("bot_side") : say(`side_${entry.side}`)),
      make("time", { datetime: entry.at }, moment(new Date(entry.at))),
    );
    const body = make("div", { class: "body" }, head);
    if (entry.card !== null) {
      body.append(drawCard(entry.card, (button) => can.press(button, entry), entry.private ? head : null));
    } else if (entry.file !== null) body.append(file(entry));
    else body.append(make("p", { class: "text" }, entry.text));
    if (entry.edited) head.append(make("span", { class: "side" }, say("edited")));
    if (entry.private && head.querySelector(".private") === null) {
      head.append(make("span", { class: "private" }, icon("lock"), say("private", { name: who.name })));
    }
    if (entry.who !== null) body.append(tools(entry));
    const face = make(
      "span",
      { class: "face", "data-side": entry.side ?? "bot", "aria-hidden": "true" },
      entry.who === null ? make("img", { src: "/playground/page/icon.svg", alt: "" }) : entry.who.name.slice(0, 1),
    );
    return make("article", { class: `entry ${kind}`, tabindex: "-1" }, face, body);
  }

  function tools(entry) {
    return make(
      "div",
      { class: "tools" },
      entry.thread === null
        ? make(
            "button",
            {
              type: "button",
              class: "quiet",
              "aria-label": say("reply_to", { name: entry.who.name }),
              onclick: () => can.reply(entry),
            },
            say("reply"),
          )
        : null,
      entry.mine
        ? menu(say("more_for"), [
            { label: say("edit"), attributes: { "data-tool": "edit" }, act: () => can.edit(entry) },
            { label: say("delete"), attributes: { "data-tool": "delete" }, act: () => can.remove(entry) },
          ])
        : null,
    );
  }

  return { put, drop, keepOnly };
}

function gone() {
  return make("article", { class: "entry gone", tabindex: "-1" }, make("p", { class: "small" }, say("deleted")));
}

function file(entry) {
  const save = () => {
    const bytes = Uint8Array.from(atob(entry.text), (letter) => letter.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    make("a", { href: url, download: entry.file }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  return make(
    "div",
    { class: "card" },
    make("p", {}, entry.file),
    make("button", { type: "button", onclick: save }, say("download")),
  );
}

export function summaryOf(entry, who) {
  const text = entry.card?.summary ?? entry.file ?? entry.text;
  if (entry.private) return say("said_to", { name: who.name, text });
  return say("said", { name: entry.who?.name ?? start.texts.brand, text });
}
