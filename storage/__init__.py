"""Remembers: rows, and nothing but rows. Every function works within a tenant or a project."""
