"""The processes of an installation: a supervisor, its web processes, its worker."""
