// The page: language and colours, the explanation, whose eyes one looks through, and the two panes.

import "./clock.js";
import { make, say, start } from "./dom.js";
import { openPane } from "./pane.js";

const root = document.documentElement;
const seated = start.people.filter((person) => person.seated);

// --- language and colours ---
for (const link of document.querySelectorAll(".settings nav a")) {
  if (link.lang === root.lang) link.setAttribute("aria-current", "true");
}

const theme = document.getElementById("theme");
const darkByNature = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ?? (darkByNature.matches ? "dark" : "light")) === "dark";
const nameTheme = () => {
  theme.textContent = say(isDark() ? "theme_to_light" : "theme_to_dark");
};
theme.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  nameTheme();
});
darkByNature.addEventListener("change", nameTheme);
nameTheme();

// --- the explanation ---
const intro = document.getElementById("intro");
const introSwitch = document.getElementById("intro-switch");
const showIntro = (shown) => {
  intro.hidden = !shown;
  introSwitch.setAttribute("aria-expanded", String(shown));
  localStorage.setItem("intro", shown ? "shown" : "hidden");
};
introSwitch.addEventListener("click", () => showIntro(intro.hidden));
showIntro(localStorage.getItem("intro") !== "hidden");

// --- the panes, and on a narrow screen the choice between them ---
const announced = new Set();
const once = (id) => !announced.has(id) && Boolean(announced.add(id));
const panes = new Map();
const choices = new Map();
const unseen = new Map();

function look(person) {
  document.getElementById("panes").dataset.looks = person.id;
  for (const [id, choice] of choices) {
    choice.setAttribute("aria-pressed", String(id === person.id));
    panes.get(id).section.classList.toggle("away-when-narrow", id !== person.id);
  }
  unseen.set(person.id, 0);
  choices.get(person.id).querySelector(".count").textContent = "";
}

for (const person of seated) {
  const count = make("span", { class: "count" });
  const choice = make(
    "button",
    { type: "button", onclick: () => look(person) },
    make("span", { class: "who" }, person.name),
    ` ${say(`side_${person.side}`)} `,
    count,
  );
  choices.set(person.id, choice);
  unseen.set(person.id, 0);
  const noticed = () => {
    unseen.set(person.id, unseen.get(person.id) + 1);
    count.textContent = say("unseen", { count: unseen.get(person.id) });
  };
  const pane = openPane(person, { noticed, once });
  panes.set(person.id, pane);
  document.getElementById("people").append(choice);
  document.getElementById("panes").append(pane.section);
}
look(seated[0]);

for (const example of document.querySelectorAll("[data-fill]")) {
  const person = seated.find((each) => each.side === example.dataset.fill);
  const text = example.textContent;
  example.prepend(make("span", { class: "as" }, `${say("intro_as", { name: person.name })}: `));
  example.addEventListener("click", () => {
    look(person);
    panes.get(person.id).fill(text);
  });
}
