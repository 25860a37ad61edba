// Reads {name: card} as JSON from standard input and writes {name: [what is wrong]}: what the parser says that Teams
// is built on, set up as Teams has it. It misses what is missing; the schema does not.

import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

globalThis.self = globalThis; // the library expects a browser, but not to parse with
const require = createRequire(import.meta.url);
const { AdaptiveCard, HostConfig, SerializationContext, ValidationEvent, Versions } = require("adaptivecards/dist/adaptivecards.min.js");
const teams = require("adaptivecards-designer/lib/hostConfigs/microsoft-teams-light.json");

const inSight = (owner) => owner.toJSON().actions.filter((action) => action.mode !== "secondary").length;

function problems(shown) {
  const context = new SerializationContext(Versions.v1_5);
  const card = new AdaptiveCard();
  card.hostConfig = new HostConfig(teams);
  card.parse(shown, context);
  const told = [];
  for (let index = 0; index < context.eventCount; index++) {
    told.push(context.getEventAt(index).message);
  }
  for (const failure of card.validateProperties().validationEvents) {
    // It counts what is behind "…" too; Teams counts what is in sight.
    const fits = failure.event === ValidationEvent.TooManyActions && inSight(failure.source) <= teams.actions.maxActions;
    if (!fits) {
      told.push(failure.message);
    }
  }
  return told;
}

const shown = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(shown).map(([name, card]) => [name, problems(card)]))));
