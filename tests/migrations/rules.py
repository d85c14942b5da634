"""What a migration may say to a PostgreSQL that people are using (docs/operate.md, upgrade).

Each rule reads one statement as the database gets it, whatever in Alembic said it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

BASELINE = "0066"
"""Revisions up to this number were written before there was an installation, and change tables as they like."""

_ALTER = re.compile(r"^ALTER TABLE\s+(?:ONLY\s+)?(?:IF EXISTS\s+)?\"?(\w+)\"?\s+(.*)$", re.IGNORECASE | re.DOTALL)
_INDEX = re.compile(
    r"^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*?\bON (?:ONLY )?\"?(\w+)\"?", re.IGNORECASE | re.DOTALL
)
_ROWS = re.compile(r"^(?:UPDATE|DELETE FROM)\s+(?:ONLY\s+)?\"?(\w+)\"?", re.IGNORECASE)
_ONE_BATCH = re.compile(r"\bLIMIT\b|\bBETWEEN\b|\bid\s*<=?\s", re.IGNORECASE)
_VOLATILE = re.compile(
    r"\b(?:BIG|SMALL)?SERIAL\b|random\(|gen_random|nextval|clock_timestamp|GENERATED ", re.IGNORECASE
)
IN_ALTER = (
    (
        r"^ADD COLUMN(?!.*\bDEFAULT\b).*\bNOT NULL\b",
        "a column that may not be empty has a default, or rows there are cannot have it",
    ),
    (r"^ALTER COLUMN \S+ (?:SET DATA )?TYPE\b", "changing a column's type writes the table anew: add another column"),
    (
        r"^ALTER COLUMN \S+ SET NOT NULL",
        "looks at every row while nobody may read: a CHECK that is NOT VALID, then VALIDATE CONSTRAINT",
    ),
    (
        r"^ADD (?:CONSTRAINT \S+ )?(?:CHECK|FOREIGN KEY)(?!.*\bNOT VALID\b)",
        "is NOT VALID first, and validated after that",
    ),
    (
        r"^ADD (?:CONSTRAINT \S+ )?(?:UNIQUE|PRIMARY KEY)(?!.*USING INDEX)",
        "builds its index under a lock: CREATE UNIQUE INDEX CONCURRENTLY, then USING INDEX",
    ),
    (r"^(?:SET (?:UN)?LOGGED|SET TABLESPACE|CLUSTER)\b", "writes the table anew"),
)
IN_CONTRACTION = (
    (r"^DROP COLUMN", "the version before still reads the column"),
    (r"^RENAME\b", "the version before knows the old name"),
    (r"^DROP CONSTRAINT", "the version before may lean on it"),
)
"""Only where the migration says since which revision nothing uses it any more: `CONTRACTS = "0071"`."""


def faults_of(statement: str, *, there: Collection[str], contracts: bool = False) -> Iterator[str]:
    """Why the statement must not be said; `there`: tables that had rows before this migration."""
    said = " ".join(re.sub(r"--.*$", "", statement, flags=re.MULTILINE).split())
    if (found := _INDEX.match(said)) and found[1] in there:
        yield f"{found[1]}: an index is made CONCURRENTLY, else nobody may write meanwhile"
    if (found := _ROWS.match(said)) and found[1] in there and not _ONE_BATCH.search(said):
        yield f"{found[1]}: rows are changed in batches, by the worker or by a range of ids"
    if re.match(r"^(?:LOCK TABLE|VACUUM FULL|CLUSTER|REINDEX (?!.*CONCURRENTLY))", said, re.IGNORECASE):
        yield "nobody may work meanwhile"
    if re.match(r"^DROP INDEX (?!CONCURRENTLY)", said, re.IGNORECASE):
        yield "an index is dropped CONCURRENTLY"
    dropped = re.match(r"^DROP TABLE (?:IF EXISTS )?\"?(\w+)\"?", said, re.IGNORECASE)
    if dropped and dropped[1] in there and not contracts:
        yield f"{dropped[1]}: the version before still uses the table"
    if (altered := _ALTER.match(said)) and altered[1] in there:
        yield from _faults_of_alter(altered[1], altered[2], contracts=contracts)


def _faults_of_alter(table: str, clauses: str, *, contracts: bool) -> Iterator[str]:
    for clause in re.split(r",\s*(?=(?:ADD|DROP|ALTER|RENAME|SET|VALIDATE)\b)", clauses):
        rules = IN_ALTER if contracts else (*IN_ALTER, *IN_CONTRACTION)
        for pattern, why in rules:
            if re.search(pattern, clause, re.IGNORECASE):
                yield f"{table}: {clause}: {why}"
        if re.match(r"^ADD COLUMN", clause, re.IGNORECASE) and _VOLATILE.search(clause):
            yield f"{table}: {clause}: a default that differs from row to row writes the table anew"
