"""`portal shops add | keys | key-add | key-retire`: what is printed once, and never again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import OKPKey

from portal.cli.shops import shops

pytestmark = pytest.mark.req("P11")


@pytest.fixture
def run(app: Flask) -> Any:
    return lambda *words: app.test_cli_runner().invoke(shops, words)


@pytest.fixture
def keys(run: Any) -> list[str]:
    """The lines of `shops add`."""
    return str(run("add", "tepai", "--name", "特派商城", "--origin", "https://shop.example").stdout).splitlines()


def test_a_shop_is_given_a_token_and_a_key_on_two_lines(keys: list[str]) -> None:
    assert len(keys) == 2
    assert re.fullmatch(r"API token: [A-Za-z0-9._-]{32,}", keys[0])
    assert re.fullmatch(r"Hand-off key: [A-Za-z0-9._-]{32,}", keys[1])


def test_keys_are_rotated_without_a_gap_and_listed_without_their_secrets(keys: list[str], run: Any) -> None:
    added = run("key-add", "tepai")
    assert added.exit_code == 0 and "kid: k2\nHand-off key: " in added.stdout
    third = run("key-add", "tepai")
    assert third.exit_code == 1 and "retire one first" in repr(third.exception)
    assert run("key-retire", "tepai", "k1").exit_code == 0
    listed = run("keys", "tepai").stdout
    assert [line.split("\t")[0::3] for line in listed.splitlines()][1] == ["k2", "live"]
    assert "retired" in listed.splitlines()[0]
    secrets = {keys[1].split(": ")[1], added.stdout.splitlines()[1].split(": ")[1]}
    assert not any(secret in listed + run("show", "tepai").stdout for secret in secrets)


def test_a_public_key_makes_one_for_eddsa_and_anything_else_is_refused(
    keys: list[str], run: Any, tmp_path: Path
) -> None:
    good, bad = tmp_path / "public.pem", tmp_path / "other.pem"
    good.write_bytes(OKPKey.generate_key("Ed25519").as_pem(private=False))
    bad.write_text("nonsense")
    assert "Ed25519 public key" in repr(run("key-add", "tepai", "--public-key", str(bad)).exception)
    assert run("key-add", "tepai", "--public-key", str(good)).stdout == "kid: k2\n"
    assert "k2\tEdDSA" in run("keys", "tepai").stdout


def test_sites_are_named_and_taken_away_and_those_left_are_printed(keys: list[str], run: Any) -> None:
    added = run("origins", "tepai", "--add", "https://two.example", "--add", "http://localhost:3000")
    assert added.stdout.splitlines() == ["https://shop.example", "https://two.example", "http://localhost:3000"]
    left = run("origins", "tepai", "--remove", "https://shop.example", "--remove", "http://localhost:3000")
    assert left.stdout == "https://two.example\n" == run("origins", "tepai").stdout
    assert "https://two.example" in run("show", "tepai").stdout
    wrong = run("origins", "tepai", "--add", "https://two.example/shop")
    assert wrong.exit_code == 1 and "must be https" in repr(wrong.exception)
    assert run("origins", "tepai", "--remove", "https://three.example").exit_code == 1


def test_retiring_the_last_key_says_what_stops(keys: list[str], run: Any) -> None:
    assert "No live key is left" in run("key-retire", "tepai", "k1").stdout
