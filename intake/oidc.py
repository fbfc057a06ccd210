"""OpenID Connect with one provider: code flow with PKCE, state and nonce. Who it was is issuer and subject.

Nothing is asked of the provider until somebody signs in, and no token of it is kept.
Source: OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE); RFC 9207 (issuer in the answer).
"""

import ipaddress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from faults import PersonFault

TIMEOUT_SECONDS = 10
CLOCK_LEEWAY_SECONDS = 120
WELL_KNOWN = "/.well-known/openid-configuration"
# Signatures that only the provider can make: a secret that both sides know would prove less.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SUBJECT_MAX, ISSUER_MAX = 255, 300


class ProviderProblem(PersonFault):
    """Signing in at the provider did not work; the sentence says why and what to do."""


@dataclass(frozen=True)
class Provider:
    """What the settings say about the provider. label: its name on screen."""

    metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    redirect_uri: str


@dataclass(frozen=True)
class Flow:
    """One sign-in on its way, kept in the browser and encrypted. link: the token of a link to use with it."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    onward: str
    link: str = field(repr=False)


@dataclass(frozen=True)
class Identity:
    """Who came back. name: what the provider calls them; only used when an account is made."""

    issuer: str
    subject: str
    name: str


def start_address(provider: Provider, flow: Flow) -> str:
    """Where to send the browser. Raises ProviderProblem."""
    metadata = _read_metadata(provider)
    with _session(provider, metadata) as session:
        address, _ = session.create_authorization_url(
            metadata["authorization_endpoint"], state=flow.state, nonce=flow.nonce, code_verifier=flow.verifier
        )
    return str(address)


def finish(provider: Provider, flow: Flow, answer: dict[str, str]) -> Identity:
    """Who came back. answer: the query with which the provider sent the browser back. Raises ProviderProblem.

    Whoever calls has made sure that the answer's state is that of the flow, and is used once.
    """
    if "error" in answer:
        raise _say_error(provider, answer["error"])
    metadata = _read_metadata(provider)
    if answer.get("iss", metadata["issuer"]) != metadata["issuer"] or not answer.get("code"):
        raise _wrong_answer(provider)
    try:
        with _session(provider, metadata) as session:
            token = session.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=answer["code"],
                code_verifier=flow.verifier,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
    except OAuthError as error:
        raise _say_error(provider, str(error.error)) from error
    except requests.RequestException as error:
        raise _out_of_reach(provider) from error
    except ValueError as error:
        raise _wrong_answer(provider) from error
    return _read_identity(provider, metadata, token, nonce=flow.nonce)


def _read_metadata(provider: Provider) -> dict[str, Any]:
    metadata = _get_json(provider, provider.metadata_url)
    needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if any(not isinstance(metadata.get(name), str) or not _is_safe(metadata[name]) for name in needed):
        raise _wrong_settings(provider)
    # Discovery 4.3: what is published at an address speaks for the issuer at that address, and no other.
    if metadata["issuer"].rstrip("/") + WELL_KNOWN != provider.metadata_url:
        raise _wrong_settings(provider)
    return metadata


def _read_identity(provider: Provider, metadata: dict[str, Any], token: dict[str, Any], *, nonce: str) -> Identity:
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    algorithms = [name for name in offered if name in ALGORITHMS]
    keys = _get_json(provider, metadata["jwks_uri"])
    try:
        registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
        key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]  # what the provider sent; it checks it itself
        decoded = jwt.decode(str(token["id_token"]), key_set, registry=registry)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "values": [metadata["issuer"]]},
                "aud": {"essential": True, "value": provider.client_id},
            },
            {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=CLOCK_LEEWAY_SECONDS)
    except (JoseError, ValueError, KeyError) as error:
        raise _wrong_answer(provider) from error
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    if not subject or len(subject) > SUBJECT_MAX or len(issuer) > ISSUER_MAX:
        raise _wrong_answer(provider)
    return Identity(issuer, subject, str(claims.get("name") or claims.get("preferred_username") or ""))


def _get_json(provider: Provider, address: str) -> dict[str, Any]:
    if not _is_safe(address):
        raise _wrong_settings(provider)
    try:
        answer = requests.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        raise _out_of_reach(provider) from error
    if answer.status_code >= 500:
        raise _out_of_reach(provider)
    try:
        content = answer.json() if answer.status_code == 200 else None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise _wrong_settings(provider)
    return content


def _session(provider: Provider, metadata: dict[str, Any]) -> OAuth2Session:
    methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope="openid profile",
        redirect_uri=provider.redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method=(
            "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        ),
    )


def _is_safe(address: str) -> bool:
    """Whether nobody on the way can read along: https, or this machine itself."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    if parts.scheme != "http" or not parts.hostname:
        return False
    try:
        return parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


def _say_error(provider: Provider, error: str) -> ProviderProblem:
    if error == "access_denied":
        return ProviderProblem(f"Het inloggen bij {provider.label} is afgebroken. Probeer het opnieuw als je wilt.")
    if error in ("invalid_client", "unauthorized_client", "invalid_scope", "unsupported_response_type"):
        return _wrong_settings(provider)
    if error in ("server_error", "temporarily_unavailable"):
        return _out_of_reach(provider)
    return _wrong_answer(provider)


def _out_of_reach(provider: Provider) -> ProviderProblem:
    return ProviderProblem(
        f"{provider.label} is nu niet bereikbaar. Probeer het over een paar minuten opnieuw. "
        "Heb je ook een wachtwoord? Daarmee kun je nu wel inloggen."
    )


def _wrong_settings(provider: Provider) -> ProviderProblem:
    return ProviderProblem(
        f"{provider.label} en deze installatie herkennen elkaar niet. "
        "Vraag de beheerder om de instellingen die met OIDC beginnen na te kijken."
    )


def _wrong_answer(provider: Provider) -> ProviderProblem:
    return ProviderProblem(f"Het antwoord van {provider.label} klopt niet of is al gebruikt. Begin opnieuw.")
