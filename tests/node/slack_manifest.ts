// What Slack takes as the manifest of an app, to make a JSON schema of.

import type { Manifest } from "./node_modules/@slack/web-api/dist/types/request/manifest";

export type App = Manifest;
