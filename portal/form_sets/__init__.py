"""Forms by audience, where `portal.forms` would outgrow one file; `portal.forms` shows them all."""
