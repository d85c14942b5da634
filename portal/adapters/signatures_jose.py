"""Signatures of compact tokens (RFC 7515) by joserfc: one algorithm per key, never the one that a token asks for."""

from __future__ import annotations

import json
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import OctKey, OKPKey

from portal.domain.embedding.hand_over import SHORTEST_SECRET, Algorithm
from portal.ports import BadSignature


class _OnlyThis(jws.JWSRegistry):
    """Knows one algorithm. The library itself warns of the name EdDSA, which RFC 9864 calls Ed25519; both are taken."""

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


_REGISTRIES = {"HS256": _OnlyThis(algorithms=["HS256"]), "EdDSA": _OnlyThis(algorithms=["EdDSA", "Ed25519"])}


class JoseSignatures:
    def is_key(self, key: str, algorithm: Algorithm) -> bool:
        if algorithm == "HS256":
            return len(key.encode()) >= SHORTEST_SECRET
        try:
            return bool(_key(key, algorithm).curve_name == "Ed25519" and "PRIVATE" not in key)
        except (ValueError, JoseError):
            return False

    def key_id(self, token: str) -> str:
        try:
            named = jws.extract_compact(token.encode()).headers().get("kid")
        except (ValueError, JoseError) as error:
            raise BadSignature(type(error).__name__) from None
        if not isinstance(named, str):
            raise BadSignature("no kid")
        return named

    def verify(self, token: str, key: str, algorithm: Algorithm) -> dict[str, Any]:
        try:
            signed = jws.deserialize_compact(token.encode(), _key(key, algorithm), registry=_REGISTRIES[algorithm])
            claims = json.loads(signed.payload)
        except (ValueError, JoseError, RecursionError) as error:
            raise BadSignature(type(error).__name__) from None
        if not isinstance(claims, dict):
            raise BadSignature("no object")
        return claims


def _key(text: str, algorithm: Algorithm) -> Any:
    return OctKey.import_key(text) if algorithm == "HS256" else OKPKey.import_key(text)
