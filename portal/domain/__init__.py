"""The pure core: facts in, decisions out. Standard library only; no clock, no randomness, no environment."""
