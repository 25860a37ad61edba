// The message box: writing, answering in a thread, changing one's own message, and having a draft looked at.

import { say } from "./dom.js";

const LONGEST = 4000;

// `act(body, id)` sends what the person did.
export function writer(form, who, { act }) {
  const part = (selector) => form.querySelector(selector);
  const text = part("textarea");
  const label = part("label");
  text.id = `write-${who.id}`;
  label.htmlFor = text.id;
  label.textContent = say("write_label", { name: who.name });
  part(".wrong").id = `wrong-${who.id}`;
  text.setAttribute("aria-describedby", part(".wrong").id);

  let replying = null; // the message that is answered in its thread
  let editing = null; // the message that is being changed
  let attempt = null; // id of a message that may have failed half-way: the same text again is the same message
  let busy = false;

  function mode() {
    const line = part(".mode");
    line.hidden = replying === null && editing === null;
    if (editing !== null) line.querySelector("span").textContent = say("editing");
    else if (replying !== null) line.querySelector("span").textContent = say("replying", { name: replying.who.name });
    line.querySelector("button").textContent = say(editing === null ? "replying_stop" : "editing_stop");
    part("[type=submit]").textContent = say(editing === null ? "send" : "save");
    part(".check").hidden = editing !== null;
  }

  function reply(entry) {
    if (editing !== null) clear();
    replying = entry;
    mode();
    text.focus();
  }

  function edit(entry) {
    replying = null;
    editing = entry;
    text.value = entry.text;
    wrong("");
    mode();
    text.focus();
  }

  function clear() {
    replying = null;
    editing = null;
    attempt = null;
    text.value = "";
    wrong("");
    mode();
  }

  function wrong(reason) {
    part(".wrong").textContent = reason;
    part(".wrong").hidden = reason === "";
    text.setAttribute("aria-invalid", String(reason !== ""));
  }

  function restore(written) {
    if (text.value === "") text.value = written;
  }

  async function busily(work) {
    if (busy) return;
    wrong("");
    if (text.value.length > LONGEST) {
      wrong(say("problem_length", { count: LONGEST }));
      return;
    }
    busy = true;
    form.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch {
      // said at the box already; what was typed is still there
    } finally {
      busy = false;
      form.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (text.value.trim() === "") return;
    busily(async () => {
      if (editing !== null) {
        await act({ kind: "edit", message: editing.id, thread: editing.thread, text: text.value });
        clear();
        return;
      }
      attempt ??= crypto.randomUUID();
      const body = { kind: "say", thread: replying?.id ?? null, text: text.value };
      text.value = "";
      try {
        await act(body, attempt);
      } catch (error) {
        restore(body.text);
        throw error;
      }
      if (!part(".wrong").hidden) restore(body.text); // refused: let it be corrected
      else {
        const typedSince = text.value;
        clear();
        text.value = typedSince;
      }
    });
  });

  part(".check").addEventListener("click", () =>
    busily(() => act({ kind: "command", word: "check", text: text.value, thread: replying?.id ?? null })),
  );

  part(".mode button").addEventListener("click", () => {
    if (editing === null) {
      replying = null;
      mode();
    } else clear();
    text.focus();
  });

  text.addEventListener("input", () => {
    attempt = null;
  });

  text.addEventListener("keydown", (event) => {
    const touch = matchMedia("(pointer: coarse)").matches;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !touch) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape" && (replying !== null || editing !== null)) part(".mode button").click();
  });

  mode();
  return {
    reply,
    edit,
    wrong,
    focus: () => text.focus(),
    fill: (value) => {
      clear();
      text.value = value;
      text.focus();
    },
  };
}
