"""Microsoft Teams: the only folder that knows its SDK."""
