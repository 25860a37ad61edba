"""Hears and speaks: the platforms, the clock, the web server and the command line."""
