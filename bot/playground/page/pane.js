// One pane: the channel as one person sees it, their message box and their own overview.

import { drawCard } from "./card.js";
import { announce, make, post, say, start, unique } from "./dom.js";
import { ask, openForm } from "./form.js";
import { messageList, summaryOf } from "./messages.js";
import { writer } from "./writer.js";

// `noticed(count)` hears of what arrived while the pane was out of sight; `once(id)` is true the first time for an id.
export function openPane(who, { noticed, once }) {
  const section = document.getElementById("pane").content.firstElementChild.cloneNode(true);
  const part = (selector) => section.querySelector(selector);
  section.dataset.person = who.id;
  section.setAttribute("aria-label", say("pane_label", { name: who.name }));
  part(".face").textContent = who.name.slice(0, 1);
  part(".face").dataset.side = who.side;
  part(".name").textContent = who.name;
  part(".where").textContent = `${say(`side_${who.side}`)} · ${who.organisation}`;
  part(".messages").setAttribute("aria-label", say("messages_label", { name: who.name }));

  const box = writer(part(".write"), who, { act });
  const messages = messageList(part(".messages"), who, {
    press: (button, entry) => press(button, entry.id, entry.thread),
    reply: box.reply,
    edit: box.edit,
    remove: async (entry) => {
      if (await ask(say("delete_question"))) await act({ kind: "delete", message: entry.id, thread: entry.thread });
    },
    lostFocus: box.focus,
  });

  // Sends what the person did and shows the answers that are for them alone; the rest comes with the stream.
  async function act(body, id) {
    let answers;
    try {
      answers = await post(who, body, id);
    } catch (error) {
      box.wrong(say("problem"));
      throw error;
    }
    const form = answers.find((answer) => answer.kind === "form");
    const refusal = answers.find((answer) => answer.kind === "refusal");
    if (form !== undefined) {
      const before = document.activeElement;
      openForm(
        who,
        form.form,
        (inside) => post(who, { thread: body.thread ?? null, ...inside }).then(told),
        () => (before?.isConnected ? before.focus() : box.focus()),
      );
    }
    box.wrong(refusal === undefined ? "" : Object.values(refusal.reasons).join(" "));
  }

  // What was refused earlier is over once something works.
  function told(answers) {
    if (!answers.some((answer) => answer.kind === "refusal")) box.wrong("");
    return answers;
  }

  let pressing = false;
  async function press(button, card, thread) {
    if (pressing || (button.confirm !== null && !(await ask(button.confirm)))) return;
    pressing = true;
    try {
      await act({ kind: "press", button: button.name, about: button.about, card, thread });
    } catch {
      // said at the message box already
    } finally {
      pressing = false;
    }
  }

  // --- the two views ---
  const tabs = [...section.querySelectorAll("[role=tab]")];
  for (const tab of tabs) {
    const view = part(`[data-view=${tab.dataset.tab}]`);
    tab.id = unique("tab");
    view.id = unique("view");
    tab.setAttribute("aria-controls", view.id);
    view.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
      event.preventDefault();
      const other = event.key === "Home" ? tabs[0] : tabs.at(event.key === "End" ? -1 : tabs.indexOf(tab) - 1);
      other.focus();
      choose(other);
    });
  }

  let missed = 0; // what arrived in the channel while the overview was in front
  function choose(tab) {
    for (const each of tabs) {
      const chosen = each === tab;
      each.setAttribute("aria-selected", String(chosen));
      each.tabIndex = chosen ? 0 : -1;
      part(`[data-view=${each.dataset.tab}]`).hidden = !chosen;
    }
    if (tab.dataset.tab === "channel" && missed > 0) {
      part(".messages > li:last-child")?.scrollIntoView({ block: "end" });
      missed = 0;
      part(".tabs .count").textContent = "";
    }
    if (tab.dataset.tab === "home") act({ kind: "home" }).catch(() => {});
  }

  function showHome(card) {
    const view = part("[data-view=home]");
    const hadFocus = view.contains(document.activeElement);
    if (card === null) view.replaceChildren(make("p", { class: "small" }, say("home_empty")));
    else view.replaceChildren(drawCard(card, (button) => press(button, "home", null)));
    if (hadFocus) view.focus();
  }

  // --- what the server tells ---
  let source = null;
  let fresh = true;

  function listen() {
    if (source !== null || document.hidden) return;
    const address = new URLSearchParams({ room: start.room, who: who.id });
    source = new EventSource(`/playground/stream?${address}`);
    source.addEventListener("message", (event) => {
      document.getElementById("away").hidden = true;
      change(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      document.getElementById("away").hidden = false;
      if (source?.readyState === EventSource.CLOSED) {
        hush();
        setTimeout(listen, 3000);
      }
    });
  }

  function hush() {
    source?.close();
    source = null;
  }

  function change(news) {
    if (news.kind === "all") {
      messages.keepOnly(new Set(news.entries.map((entry) => entry.id)));
      for (const entry of news.entries) put(entry, fresh);
      showHome(news.home);
      if (fresh) toEnd();
      fresh = false;
    } else if (news.kind === "put") put(news.entry, false);
    else if (news.kind === "drop") messages.drop(news.id);
    else if (news.kind === "home") showHome(news.card);
  }

  // Who reads the newest goes on reading it: also when a card above changes, or the message box takes more room.
  const list = part(".messages");
  let nearEnd = true;
  list.addEventListener("scroll", () => {
    nearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 160;
  });
  const toEnd = () => {
    list.scrollTop = list.scrollHeight;
  };
  new ResizeObserver(() => nearEnd && toEnd()).observe(list);

  function put(entry, silent) {
    const wasNearEnd = nearEnd;
    const drawn = messages.put(entry);
    if (drawn === null || silent) return;
    if (entry.private || (drawn.isNew && once(entry.id))) announce(summaryOf(entry, who));
    if (!drawn.isNew) {
      if (wasNearEnd) toEnd();
      return;
    }
    if (part("[data-view=channel]").hidden) {
      missed += 1;
      part(".tabs .count").textContent = say("unseen", { count: missed });
    }
    if (wasNearEnd || entry.mine || entry.private) {
      const room = Math.min(list.clientHeight, innerHeight * 0.7);
      drawn.item.scrollIntoView({ block: drawn.item.offsetHeight > room ? "start" : "nearest" });
    }
    if (section.checkVisibility?.() === false && !entry.mine) noticed();
  }

  // A browser keeps six connections to one server: pages out of sight give theirs back.
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
  listen();

  return { section, fill: box.fill };
}
