// Reads {name: blocks} as JSON from standard input and writes {name: html}: what Slack makes of them, as near as we get.

import { text } from "node:stream/consumers";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message } from "slack-blocks-to-jsx";

const { shown, users } = JSON.parse(await text(process.stdin));
const html = {};
for (const [name, blocks] of Object.entries(shown)) {
  const message = createElement(Message, { blocks, name: "Samenspraak", logo: "", withoutWrapper: true, theme: "light", data: { users } });
  html[name] = renderToStaticMarkup(message);
}
process.stdout.write(JSON.stringify(html));
