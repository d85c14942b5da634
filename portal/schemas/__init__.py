"""Everything that comes in as data, as pydantic types: orders, policy packs, settings, mappings, bodies of the API.

A type here reads shapes, types, lengths and patterns and gives values of the domain; what is decided or computed from
them is the domain's. Nothing is guessed or converted (strict), and everything that is wrong is said at once.
"""
