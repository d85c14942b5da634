"""`python -m portal.cli`: the same command, where the console script is not on the path."""

from portal.cli import main

main()
