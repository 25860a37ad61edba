"""A shared channel in the browser, without Slack or Teams."""
