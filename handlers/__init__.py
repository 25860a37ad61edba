"""Decides: from what happened to what should be said. Start at vocabulary.py and routes.py."""
