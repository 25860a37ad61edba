"""Measurements, to be repeated by whoever doubts them."""
