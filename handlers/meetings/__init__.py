"""Meetings that prepare themselves: when they are, what they are about, and what they leave behind."""
