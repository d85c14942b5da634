"""Whether messages, decisions and cases are still as the entry says that last spoke of them (SECURITY, audit)."""

from __future__ import annotations

from collections.abc import Iterator

from portal.domain.records.audit import AuditSeal, Broken, Entry
from portal.repos.kept_texts import digests_now
from portal.repos.unit_of_work import UnitOfWork

_AT_ONCE = 500


class Texts:
    """Filled as the entries are read, order by order; checked for some hundred orders at a time."""

    def __init__(self, work: UnitOfWork, seal: AuditSeal | None) -> None:
        self._work = work
        self._before = seal.text_ids if seal else {}
        self._said: dict[int, dict[str, tuple[str, Entry]]] = {}
        self.count = 0
        self.before = 0

    def take(self, entry: Entry) -> Iterator[Broken]:
        if entry.order_id is None:
            return
        if entry.order_id not in self._said:
            if len(self._said) >= _AT_ONCE:
                yield from self.check()
            self._said[entry.order_id] = {}
        said = self._said[entry.order_id]
        for row, digest in entry.kept.items():
            said[row] = (digest, entry)
            if not digest:
                # The document of an archived order that was brought back.
                del said[row]

    def check(self) -> Iterator[Broken]:
        """Those in hand. The last entry that speaks of a row says how it is."""
        said, self._said = self._said, {}
        now = digests_now(self._work.connection, list(said))
        for order_id, rows in said.items():
            there = now.get(order_id, {})
            for row, (digest, entry) in rows.items():
                if there.get(row) != digest:
                    what = f"the {row} it speaks of is {'another' if row in there else 'gone'}"
                    yield _broken(entry, what)
            for row in sorted(there.keys() - rows.keys()):
                yield from self._unspoken(row, order_id)
            self.count += len(rows)

    def _unspoken(self, row: str, order_id: int) -> Iterator[Broken]:
        """Only of what is older than the first seal there may be no word."""
        what, _, number = row.partition(" ")
        if int(number) > self._before.get(what, 0):
            yield Broken(what=f"no entry speaks of the {row}", chain=f"order row {order_id}", seq=0)
        self.before += 1


def _broken(entry: Entry, what: str) -> Broken:
    return Broken(what=what, chain=entry.chain, seq=entry.seq, order=entry.number, event_id=entry.id)
