"""Events that are sent on to a shop's own systems: to whom, which of them, when again, when no longer."""
