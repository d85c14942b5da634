"""What a scanner read, and how it may have been meant."""

import pytest

from portal.domain.returning.scanning import readings_of, scanned


@pytest.mark.req("S28")
@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("r261120abcd", "R261120ABCD"),
        (" ＳＦ１２３ ４５６\r\n", "SF123456"),
        ("JDVA00012345678-1-1-", "JDVA00012345678"),
        ("RI6II2OABCD", "R161120ABCD"),
        ("T2O261120ABCDEFGH", "T20261120ABCDEFGH"),
    ],
)
def test_a_label_leads_to_its_number_however_it_was_read(read, meant):
    assert meant in readings_of(scanned(read))


@pytest.mark.req("S28")
def test_an_ordinary_number_is_read_as_it_stands_and_nothing_as_nothing():
    assert readings_of(scanned("SF1000")) == ("SF1000",)
    assert readings_of(scanned(" \u200b ")) == ()
    assert len(scanned("9" * 5000)) == 100
