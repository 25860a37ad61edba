"""Meetings that prepare themselves: rhythm, agenda, preparation, outcome."""
