"""What does not come to an end: a case that goes back and forth, or that has been open for long.

Back and forth is counted by how often it came back to the shop: an answer to what was asked for, another question, an
appeal, a counter-offer that came to nothing. Who looks after the desk looks after these, whoever's turn it is.
"""

from __future__ import annotations

from datetime import timedelta

BACK_TO_SHOP = ("answer", "ask_again", "appeal", "offer_over", "appeal_goes_on")
"""Steps by which a case comes back (domain.cases.life_cycle)."""
MOST_TURNS = 3
LONGEST_OPEN = timedelta(days=14)
