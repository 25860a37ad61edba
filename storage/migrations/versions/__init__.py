"""One file for every change of the schema, each of which names the one before it."""
