"""Measurements, to be repeated by whoever doubts them: `python -m bench` makes docs/performance.md."""
