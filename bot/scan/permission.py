"""What somebody needs before they may read an export of other people's words. A lawyer has the last word."""

NEEDED = """\
Before you scan: an export holds what people wrote to each other at work. You need all of this, from BOTH organisations:

  1. Mandate         The contract or service manager of each organisation agreed, in writing, to this scan.
  2. Works councils  The works councils of both sides agreed, or had their say where agreement is not needed.
                     A tool that could be used to watch people needs this, whatever it is used for (WOR art. 27).
  3. Data protection A DPIA, or the reasoned choice not to make one, and a processing agreement about the export.
                     Consent of workers is no ground: they cannot freely refuse. The privacy officers know a better one.
  4. Purpose         Written down: to improve how two organisations work together. Never to judge or to rank anyone.
  5. People told     Those who wrote know that this is done, why, and whom to ask.
  6. Export          Made by who may make it, for this, and no wider than needed: these channels, this period.
  7. Deletion        Who deletes the export, this report and any copy, and when.

What comes out counts groups of five people or more on each side. It names nobody and ranks nobody."""
REFUSED = "Nothing was read. When all of this is so, run the same command with --i-may."
ASSURED = "--i-may: you say that you have every permission that this command lists when it is run without."
