// The playground's own clock: what it says, and buttons that put it forward, so that one sees what time brings.

import { announce, say, start } from "./dom.js";

const shown = new Intl.DateTimeFormat(document.documentElement.lang, {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const line = document.querySelector("#time .now");
const buttons = [...document.querySelectorAll("#time button")];
let ahead = new Date(start.now) - Date.now();

function tell() {
  line.textContent = say("time_now", { when: shown.format(new Date(Date.now() + ahead)) });
}

async function forward(step) {
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  line.textContent = say("time_passing");
  try {
    const response = await fetch("/playground/time", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ step }),
    });
    if (!response.ok) throw new Error(`${response.status}`);
    ahead = new Date((await response.json()).now) - Date.now();
    tell();
    announce(line.textContent);
  } catch {
    line.textContent = say("problem");
  } finally {
    for (const button of buttons) button.removeAttribute("aria-disabled");
  }
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") === null) forward(button.dataset.step);
  });
}
tell();
setInterval(tell, 20_000);
