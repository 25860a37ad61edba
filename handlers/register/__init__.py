"""What is filed on purpose: feedback, promises, requests, warnings. READ kinds.py FIRST: the rest is made from it."""
