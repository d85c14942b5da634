"""Events sent on to a shop's own systems, by the Standard Webhooks specification."""
