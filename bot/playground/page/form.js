// Forms and questions: dialogs that take the focus and give it back. The shapes come from render.py.

import { drawPart } from "./card.js";
import { icon, make, say, start, unique } from "./dom.js";

// Resolves to whether the answer was yes.
export function ask(question) {
  return new Promise((resolve) => {
    const id = unique("question");
    const done = (answer) => {
      dialog.close();
      resolve(answer);
    };
    const dialog = make(
      "dialog",
      { class: "ask", "aria-labelledby": id, onclose: () => dialog.remove(), oncancel: () => resolve(false) },
      make("p", { id }, question),
      make(
        "div",
        { class: "row end" },
        make("button", { type: "button", onclick: () => done(false) }, say("no")),
        make("button", { type: "button", class: "primary", onclick: () => done(true) }, say("yes")),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

// Shows a form to `who`. `act(body)` sends a press or a submission and resolves to the answers; a form among them takes
// the place of this one, a refusal is shown at its fields, and anything else after a submission closes the dialog.
export function openForm(who, form, act, closed) {
  const dialog = make("dialog", {
    class: "form",
    "data-form": form.name,
    onclose: () => {
      dialog.remove();
      closed();
    },
  });
  document.body.append(dialog);
  fill(form);
  dialog.showModal();
  focusFirst();

  function fill(shown) {
    const title = unique("title");
    let busy = false;
    const send = async (body, closes) => {
      if (busy) return;
      busy = true;
      dialog.setAttribute("aria-busy", "true");
      try {
        const answers = await act(body);
        const next = answers.find((answer) => answer.kind === "form");
        const refusal = answers.find((answer) => answer.kind === "refusal");
        if (next !== undefined) {
          fill(next.form);
          dialog.querySelector("h2").focus();
        } else if (refusal !== undefined) refuse(refusal.reasons);
        else if (closes) dialog.close();
      } catch {
        refuse({ "": say("problem") });
      } finally {
        busy = false;
        dialog.removeAttribute("aria-busy");
      }
    };
    const submit = (event) => {
      event.preventDefault();
      const empty = shown.parts.filter((part) => part.kind === "field" && part.required && answers()[part.name] === "");
      if (empty.length > 0) refuse(Object.fromEntries(empty.map((field) => [field.name, say("field_needed")])));
      else send({ kind: "submit", form: shown.name, about: shown.about, answers: answers() }, true);
    };
    const press = async (button) => {
      if (button.confirm !== null && !(await ask(button.confirm))) return;
      await send({ kind: "press", button: button.name, about: button.about, answers: answers() }, false);
    };
    const hasFields = shown.parts.some((part) => part.kind === "field");
    dialog.dataset.form = shown.name;
    dialog.setAttribute("aria-labelledby", title);
    dialog.replaceChildren(
      make(
        "form",
        { novalidate: true, onsubmit: submit },
        make("p", { class: "private" }, icon("lock"), say("private", { name: who.name })),
        make("h2", { id: title, tabindex: "-1" }, shown.title),
        make("p", { class: "wrong", role: "alert", hidden: true, "data-wrong": "" }),
        ...shown.parts.map((part) => (part.kind === "field" ? drawField(part) : drawPart(part, press))),
        make(
          "div",
          { class: "row end" },
          make("button", { type: "button", onclick: () => dialog.close() }, shown.close || say("close")),
          hasFields ? make("button", { type: "submit", class: "primary" }, shown.submit) : null,
        ),
      ),
    );
  }

  function answers() {
    const found = {};
    for (const box of dialog.querySelectorAll("[data-field]")) {
      const controls = [...box.querySelectorAll("input, textarea, select")];
      found[box.dataset.field] = ["radio", "checkbox"].includes(controls[0]?.type)
        ? controls.filter((control) => control.checked).map((control) => control.value).join(" ")
        : controls[0].value.trim();
    }
    return found;
  }

  function refuse(reasons) {
    for (const box of dialog.querySelectorAll("[data-field]")) show(box, reasons[box.dataset.field]);
    const known = [...dialog.querySelectorAll("[data-field]")].map((box) => box.dataset.field);
    const whole = Object.entries(reasons).filter(([name]) => !known.includes(name)).map(([, reason]) => reason);
    const above = dialog.querySelector("[data-wrong='']");
    above.textContent = whole.join(" ") || say("form_wrong");
    above.hidden = false;
    dialog.querySelector("[aria-invalid=true]")?.focus();
  }

  function show(box, reason) {
    const wrong = box.querySelector(".wrong");
    wrong.textContent = reason ?? "";
    wrong.hidden = reason === undefined;
    for (const control of box.querySelectorAll("input, textarea, select")) {
      control.setAttribute("aria-invalid", String(reason !== undefined));
    }
  }

  function focusFirst() {
    (dialog.querySelector("[data-field] :is(input, textarea, select)") ?? dialog.querySelector("h2")).focus();
  }
}

function drawField(field) {
  const id = unique("field");
  const wrong = make("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
  const hint = field.hint === "" ? null : make("p", { class: "small", id: `${id}-hint` }, field.hint);
  const label = [field.label, field.required ? null : make("span", { class: "small" }, ` (${say("optional")})`)];
  const common = {
    "aria-describedby": hint === null ? wrong.id : `${hint.id} ${wrong.id}`,
    "aria-required": String(field.required),
  };
  const choices =
    field.type === "person" ? start.people.map((person) => [person.id, person.name]) : (field.choices ?? []);
  if (field.type === "choice" && (field.many || choices.length <= 5)) {
    const chosen = field.many ? field.value.split(" ") : [field.value];
    return make(
      "fieldset",
      { "data-field": field.name, class: "field" },
      make("legend", {}, ...label.filter((part) => part !== null)),
      hint,
      ...choices.map(([value, text]) =>
        make(
          "label",
          { class: "choice" },
          make("input", {
            type: field.many ? "checkbox" : "radio",
            name: id,
            value,
            checked: chosen.includes(value),
            "aria-describedby": common["aria-describedby"],
          }),
          ` ${text}`,
        ),
      ),
      wrong,
    );
  }
  return make(
    "div",
    { "data-field": field.name, class: "field" },
    make("label", { for: id }, ...label),
    hint,
    drawControl(field, { id, ...common }, choices),
    wrong,
  );
}

function drawControl(field, attributes, choices) {
  if (field.type === "choice" || field.type === "person") {
    return make(
      "select",
      attributes,
      make("option", { value: "" }, say("choose")),
      ...choices.map(([value, text]) => make("option", { value, selected: value === field.value }, text)),
    );
  }
  if (field.type === "text" && field.lines > 1) {
    const area = make("textarea", { ...attributes, rows: field.lines, maxlength: field.longest });
    area.value = field.value;
    return area;
  }
  const types = { text: "text", number: "number", date: "date" };
  return make("input", {
    ...attributes,
    type: types[field.type],
    step: field.type === "number" ? "any" : null,
    maxlength: field.type === "text" ? field.longest : null,
    value: field.value,
  });
}
