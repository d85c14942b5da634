"""Passwords, the vault, the clock, ids and codes."""

from __future__ import annotations

import os
import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import argon2
import pytest
from argon2 import Parameters, extract_parameters

from portal.adapters.clock import SystemClock
from portal.adapters.passwords_argon2 import Argon2Passwords
from portal.adapters.random import CROCKFORD, SecretRandom
from portal.adapters.vault_local import LocalVault, SealBroken
from portal.ports import Clock, PasswordHasher, Random
from tests.support.fakes import NOON, FakeClock, QuickHasher, SeededRandom


@pytest.mark.req("S1")
@pytest.mark.parametrize("hasher", [QuickHasher(), Argon2Passwords.cheapest()], ids=["quick", "argon2"])
class TestEveryPasswordHasher:
    @pytest.mark.parametrize("password", ["correct horse", "密码很长" * 40, " blanks ", "\ud800"])
    def test_the_right_password_is_right_and_nothing_else_is(self, hasher: PasswordHasher, password: str) -> None:
        hashed = hasher.hash(password)
        assert hasher.verify(hashed, password)
        assert not hasher.verify(hashed, password + " ")
        assert not hasher.verify(hashed, "")

    def test_nobody_has_a_password_where_none_was_set(self, hasher: PasswordHasher) -> None:
        assert not hasher.verify(None, "")
        assert not hasher.verify("", "")
        assert not hasher.verify("what is this", "correct horse")

    def test_two_people_with_the_same_password_have_different_hashes(self, hasher: PasswordHasher) -> None:
        assert hasher.hash("same") != hasher.hash("same")


@pytest.mark.req("S1")
def test_password_hashes_cost_what_owasp_asks_for() -> None:
    assert Argon2Passwords().hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.req("S1")
@pytest.mark.parametrize("unusable", [None, "", "not a hash", "$2b$12$abcdefghijklmnopqrstuv"])
def test_an_account_without_a_usable_hash_costs_as_much_as_any_other(unusable: str | None) -> None:
    worked_with: list[Parameters] = []

    class Watched(argon2.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Any:
            worked_with.append(extract_parameters(str(hash)))
            return super().verify(hash, password)

    hasher = Argon2Passwords()
    of_an_account = extract_parameters(hasher.hash("right"))
    hasher._argon2 = Watched()
    assert not hasher.verify(unusable, "wrong")
    assert worked_with == [of_an_account]


@pytest.mark.req("S2")
class TestVault:
    def test_a_digest_repeats_within_its_purpose_and_never_across_purposes_or_installations(self) -> None:
        vault = LocalVault("k" * 32)
        digest = vault.digest("code", "123456")
        assert digest == LocalVault("k" * 32).digest("code", "123456")
        assert digest != vault.digest("token", "123456")
        assert digest != LocalVault("other" * 8).digest("code", "123456")
        assert re.fullmatch(r"[0-9a-f]{64}", digest)

    def test_what_was_encrypted_comes_back_and_does_not_show(self) -> None:
        vault = LocalVault("k" * 32)
        sealed = vault.encrypt("phone", "+8613800000001 张三𠮷")
        assert "138" not in sealed
        assert vault.decrypt("phone", sealed) == "+8613800000001 张三𠮷"
        assert sealed != vault.encrypt("phone", "+8613800000001 张三𠮷")

    def test_while_keys_are_changed_the_old_one_is_read_and_nothing_is_made_under_it(self) -> None:
        old, new = "o" * 32, "n" * 32
        vault = LocalVault(new, old)
        assert vault.decrypt("phone", LocalVault(old).encrypt("phone", "张三")) == "张三"
        assert LocalVault(new).decrypt("phone", vault.encrypt("phone", "张三")) == "张三"
        assert vault.digests("code", "1") == (LocalVault(new).digest("code", "1"), LocalVault(old).digest("code", "1"))
        assert vault.digest("code", "1") == LocalVault(new).digest("code", "1")
        with pytest.raises(SealBroken):
            LocalVault(new).decrypt("phone", LocalVault(old).encrypt("phone", "张三"))

    @pytest.mark.parametrize(
        "spoil",
        [lambda s: s[:-8] + "AAAAAAA=", lambda s: s[3:], lambda s: "v1.", lambda s: "v1.äö", lambda s: ""],
    )
    def test_what_was_changed_or_never_ours_is_unreadable(self, spoil: object) -> None:
        vault = LocalVault("k" * 32)
        assert callable(spoil)
        with pytest.raises(SealBroken):
            vault.decrypt("phone", spoil(vault.encrypt("phone", "+8613800000001")))

    def test_another_purpose_or_secret_cannot_read_it(self) -> None:
        sealed = LocalVault("k" * 32).encrypt("phone", "x")
        with pytest.raises(SealBroken):
            LocalVault("k" * 32).decrypt("mail", sealed)
        with pytest.raises(SealBroken):
            LocalVault("j" * 32).decrypt("phone", sealed)

    def test_there_is_no_vault_without_a_secret(self) -> None:
        with pytest.raises(ValueError, match="empty"):
            LocalVault("")


@pytest.mark.parametrize("clock", [FakeClock(), SystemClock()], ids=["fake", "system"])
def test_every_clock_tells_utc_and_does_not_run_backwards_by_itself(clock: Clock) -> None:
    first, second = clock.now(), clock.now()
    assert first <= second
    assert first.utcoffset() == timedelta()


def test_the_fake_clock_goes_where_it_is_moved() -> None:
    clock = FakeClock()
    assert clock.move(hours=2) == NOON + timedelta(hours=2) == clock.now()
    assert clock.set(datetime(2026, 1, 1, tzinfo=UTC)) == clock.now()


@pytest.mark.parametrize("rng", [SeededRandom(), SecretRandom()], ids=["seeded", "secret"])
class TestEveryRandom:
    def test_ids_are_unique_and_sort_as_they_were_made_even_within_a_millisecond(self, rng: Random) -> None:
        ids = [rng.id(NOON) for _ in range(5000)]
        ids += [rng.id(NOON + timedelta(seconds=minute)) for minute in range(100)]
        assert ids == sorted(set(ids))

    def test_ids_stay_in_order_when_the_clock_jumps_back(self, rng: Random) -> None:
        later = rng.id(NOON + timedelta(days=1))
        assert rng.id(NOON) > later

    def test_an_id_is_a_uuid_of_version_7_in_crockford_letters(self, rng: Random) -> None:
        at = NOON + timedelta(days=400)
        text = rng.id(at)
        assert len(text) == 26 and set(text) <= set(CROCKFORD)
        value = 0
        for letter in text:
            value = value << 5 | CROCKFORD.index(letter)
        assert value >> 80 == int(at.timestamp() * 1000)
        assert (value >> 76 & 0xF, value >> 62 & 0b11) == (7, 0b10)

    def test_codes_are_six_digits_and_letters_can_be_read_out(self, rng: Random) -> None:
        assert all(re.fullmatch(r"[0-9]{6}", rng.code()) for _ in range(500))
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", rng.letters(8))
        assert rng.letters(0) == ""

    def test_tokens_hold_256_bits_and_fit_an_address(self, rng: Random) -> None:
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", rng.token())
        assert len({rng.token() for _ in range(500)}) == 500


def test_the_same_seed_gives_the_same_numbers_and_the_secret_source_never_does() -> None:
    assert SeededRandom(7).letters(8) == SeededRandom(7).letters(8) != SeededRandom(8).letters(8)
    random.seed(1)
    first = SecretRandom().token()
    random.seed(1)
    assert SecretRandom().token() != first


def test_two_processes_forked_from_one_never_share_an_id() -> None:
    rng = SecretRandom()
    rng.id(NOON)
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, rng.id(NOON).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 26).decode() != rng.id(NOON)
    os.close(reading)
    os.close(writing)
