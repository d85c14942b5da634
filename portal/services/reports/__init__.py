"""The sums of the reports, kept up to date by the worker."""
