// What Slack takes, for a JSON schema: KnownBlock, as AnyBlock lets unknown types through.

import type { HomeView, KnownBlock, ModalView } from "@slack/types";

export type Blocks = KnownBlock[];
export type Views = HomeView | ModalView;
