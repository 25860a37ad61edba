"""All that was filed in a project, as one file that both sides can rely on. READ facts.py FIRST, then told.py."""
