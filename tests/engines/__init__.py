"""Browsers of three makers that walk the same journeys: each is a `Walker`."""
