// What Slack takes, to make a JSON schema of. KnownBlock, as AnyBlock lets unknown types through.

import type { HomeView, KnownBlock, ModalView } from "@slack/types";

export type Blocks = KnownBlock[];
export type Views = HomeView | ModalView;

export interface Shown {
  blocks: Blocks;
  view: Views;
}
