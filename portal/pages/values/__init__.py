"""What the pages are given: frozen values, already decided and already scoped to their reader.

Times are aware UTC, money is `Money`, states and reasons stay codes (INTERFACE); templates turn codes into words and
times into the reader's zone. An empty string or None means that there is nothing to say.
"""
