// Cards: what the bot shows. The shapes come from render.py.

import { announce, icon, make, menu, say } from "./dom.js";

// `press(button)` is called for a button of the card. With `head`, the first small print moves into that line.
export function drawCard(card, press, head = null) {
  const parts = [...card.parts];
  if (head !== null && parts[0]?.kind === "text" && parts[0].style === "note") {
    head.append(make("span", { class: "private" }, icon("lock"), ...drawWords(parts.shift().words)));
  }
  return make("div", { class: "card" }, ...parts.map((part) => drawPart(part, press)));
}

export function drawPart(part, press) {
  switch (part.kind) {
    case "text":
      return drawText(part);
    case "facts":
      return make(
        "dl",
        {},
        ...part.facts.map((fact) =>
          make("div", {}, make("dt", {}, fact.label), make("dd", {}, ...drawWords(fact.words))),
        ),
      );
    case "buttons":
      return drawButtons(part.buttons, press);
    case "image":
      return make("img", { src: part.url, alt: part.alt });
    default:
      throw new Error(`unknown part ${part.kind}`);
  }
}

function drawText(part) {
  const words = drawWords(part.words);
  switch (part.style) {
    case "heading":
      return make("h3", {}, ...words);
    case "quote":
      return make("blockquote", {}, ...words);
    case "note":
      return make("p", { class: "small" }, ...words);
    case "starter": {
      const text = make("p", {}, ...words);
      const copy = make("button", { type: "button", class: "quiet", onclick: () => take(text, copy) }, say("copy"));
      return make("div", { class: "starter" }, text, copy);
    }
    default:
      return make("p", {}, ...words);
  }
}

async function take(text, button) {
  const range = document.createRange();
  range.selectNodeContents(text);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  try {
    await navigator.clipboard.writeText(text.textContent);
  } catch {
    return; // not allowed here: the text is selected, so that the person can copy it
  }
  button.textContent = say("copied");
  announce(say("copied"));
}

function drawWords(words) {
  return words.map((word) => (word.person === undefined ? word.text : make("strong", {}, word.person)));
}

function drawButtons(buttons, press) {
  const shown = buttons.filter((button) => !button.menu);
  const hidden = buttons.filter((button) => button.menu);
  return make(
    "div",
    { class: "buttons" },
    ...shown.map((button) =>
      button.url === null
        ? make(
            "button",
            { type: "button", class: button.style, "data-button": button.name, onclick: () => press(button) },
            button.label,
          )
        : make("a", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.label),
    ),
    hidden.length === 0
      ? null
      : menu(
          say("more"),
          hidden.map((button) => ({
            label: button.label,
            attributes: { "data-button": button.name, class: button.style },
            act: () => press(button),
          })),
        ),
  );
}
