"""Every setting of the product: its name, its default, what it means.

A setting `smallest_group_shared` is given as the environment variable
`VERTELTAFEL_SMALLEST_GROUP_SHARED`. Settings are read once, at start; functions receive values.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from faults import PersonFault

PREFIX = "VERTELTAFEL_"
ROOT = Path(__file__).parent
LONGEST_NUMBER = 10  # digits


class Setting(NamedTuple):
    """One setting; the type of the default is the type of the value."""

    name: str
    default: str | int | bool
    meaning: str
    least: int = 0  # the smallest number that makes sense


SETTINGS = (
    Setting("address", "127.0.0.1", "Network address that the form and the pages listen on"),
    Setting("port", 8501, "Port that the form and the pages listen on"),
    Setting(
        "public_url",
        "",
        "Address that tellers see, such as https://verhalen.example.nl; empty: made from address and port",
    ),
    Setting(
        "database",
        "",
        "SQLAlchemy URL of the database; empty: SQLite in the data folder. PostgreSQL: postgresql+psycopg://…",
    ),
    Setting("data_folder", "data", "Folder for the database, the vault key and built language resources"),
    Setting(
        "vault_key",
        "",
        "Fernet key of the vault; several: newest first, with commas; empty: read from, or made in, the data folder",
    ),
    Setting(
        "backup_key_file",
        "",
        "File with the passphrase of backups; empty: `backup` and `restore` ask for it",
    ),
    Setting("secure_cookies", False, "True behind https: sign-in cookies are then only sent over https"),
    Setting("sign_in_idle_minutes", 60, "A sign-in ends after this many minutes without use", least=1),
    Setting(
        "sign_in_max_tries",
        5,
        "After this many wrong passwords an account waits: a minute, then longer, at most a quarter of an hour",
        least=1,
    ),
    Setting(
        "oidc_metadata_url",
        "",
        "Address of an OpenID provider's metadata (…/.well-known/openid-configuration); empty: local accounts only",
    ),
    Setting("oidc_client_id", "", "Name of this installation at the OpenID provider"),
    Setting("oidc_client_secret", "", "Secret of this installation at the OpenID provider"),
    Setting("oidc_label", "", "Name of the OpenID provider on the sign-in button, such as: de gemeente"),
    Setting("proxies", 0, "Number of our own proxies in front that add to X-Forwarded-For; 0: none"),
    Setting("security_contact", "", "Where to report a weakness: an https: or mailto: address for security.txt"),
    Setting("smallest_group_internal", 5, "Smallest number of stories that analysts see counted", least=1),
    Setting("smallest_group_shared", 10, "Smallest number of stories that is counted for anyone else", least=2),
    Setting("rounding_shared", 5, "Counts that leave the analysts' screens are rounded to a multiple of this", least=1),
    Setting("smallest_base_for_share", 30, "A percentage is only shown on a base of at least this many stories"),
    Setting("story_max_characters", 20_000, "Longest story that the form accepts (characters)", least=1),
    Setting(
        "original_retention_days",
        90,
        "The story as typed is destroyed this long after it was told (days); the masked story stays",
        least=1,
    ),
    Setting("story_retention_days", 730, "Stories are deleted this long after they were told (days)", least=1),
    Setting("reading_claim_minutes", 15, "A story that a reader opened is theirs for this long (minutes)", least=1),
    Setting(
        "safeguarding_contact",
        "Bij direct gevaar: 112. Bij geweld of verwaarlozing: Veilig Thuis, 0800-2000. "
        "Bij gedachten aan zelfmoord: 113.",
        "Whom a reader calls when a story shows danger; shown beside the alarm",
    ),
    Setting(
        "embedding_model",
        "bundled",
        "Sentence-transformers model, by name or local path; bundled: the model inside the product",
    ),
    # Two threads gain a quarter on an idle machine and lose a factor twenty on a busy one: they wait spinning.
    Setting("embedding_threads", 1, "Threads that the embedding model uses", least=1),
    Setting("theme_seed", 1, "Seed of the theme step: the same seed gives the same themes"),
    Setting("worker_poll_seconds", 2, "The worker looks for new work this often (seconds)", least=1),
    Setting(
        "run_timeout_minutes",
        30,
        "A run without a sign of life for this long is given to another worker (minutes)",
        least=1,
    ),
)


class SettingsError(PersonFault):
    """A VERTELTAFEL_ variable is unknown or cannot be read; the sentence names it."""


@dataclass(frozen=True)
class Settings:
    """The values in force, one attribute for each entry of SETTINGS."""

    address: str
    port: int
    public_url: str
    database: str = field(repr=False)  # may hold a password
    data_folder: Path
    vault_key: str = field(repr=False)
    backup_key_file: str
    secure_cookies: bool
    sign_in_idle_minutes: int
    sign_in_max_tries: int
    oidc_metadata_url: str
    oidc_client_id: str
    oidc_client_secret: str = field(repr=False)
    oidc_label: str
    proxies: int
    security_contact: str
    smallest_group_internal: int
    smallest_group_shared: int
    rounding_shared: int
    smallest_base_for_share: int
    story_max_characters: int
    original_retention_days: int
    story_retention_days: int
    reading_claim_minutes: int
    safeguarding_contact: str
    embedding_model: str
    embedding_threads: int
    theme_seed: int
    worker_poll_seconds: int
    run_timeout_minutes: int

    @property
    def database_url(self) -> str:
        """The database in force: the setting, or SQLite in the data folder."""
        return self.database or f"sqlite:///{self.data_folder / 'verteltafel.sqlite3'}"

    @property
    def base_url(self) -> str:
        """The address that people type, without a slash at the end."""
        return (self.public_url or f"http://{self.address}:{self.port}").rstrip("/")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting from the environment, defaults where nothing is said.

    Raises SettingsError for a VERTELTAFEL_ variable that does not exist, cannot be read, or would
    switch a protection off: a misspelled setting must not be ignored in silence.
    """
    environ = os.environ if environ is None else environ
    known = {PREFIX + setting.name.upper(): setting for setting in SETTINGS}
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(f"Instelling {unknown[0]} bestaat niet. In docs/how-to/settings.md staat welke er zijn.")
    values = {setting.name: _read_value(name, setting, environ) for name, setting in known.items()}
    folder = Path(str(values.pop("data_folder")))
    folder = folder if folder.is_absolute() else ROOT / folder
    settings = Settings(data_folder=folder, **values)  # type: ignore[arg-type]
    _check_sign_in(settings)
    if settings.rounding_shared > 2 * settings.smallest_group_shared:
        raise SettingsError(
            f"Instelling {PREFIX}ROUNDING_SHARED is {settings.rounding_shared}. Zo grof afgerond wordt een groep van "
            f"{settings.smallest_group_shared} verhalen 0. Kies hoogstens {2 * settings.smallest_group_shared}."
        )
    return settings


def _check_sign_in(settings: Settings) -> None:
    if settings.oidc_metadata_url and not (settings.oidc_client_id and settings.oidc_client_secret):
        raise SettingsError(
            f"Instelling {PREFIX}OIDC_METADATA_URL is er, maar OIDC_CLIENT_ID of OIDC_CLIENT_SECRET ontbreekt. "
            "Geef alle drie, of geen."
        )
    contact = settings.security_contact
    if contact and not (contact.startswith(("https://", "mailto:")) and contact.isprintable() and " " not in contact):
        raise SettingsError(
            f"Instelling {PREFIX}SECURITY_CONTACT is geen adres. Begin met https:// of mailto:, zonder spaties."
        )


def _read_value(name: str, setting: Setting, environ: Mapping[str, str]) -> str | int | bool:
    text = environ.get(name)
    if text is None:
        return setting.default
    if isinstance(setting.default, bool):
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        raise SettingsError(f'Instelling {name} is "{text}". Kies True of False.')
    if isinstance(setting.default, int):
        if not (text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER):
            raise SettingsError(f'Instelling {name} is "{text}". Geef een geheel getal.')
        if int(text) < setting.least:
            raise SettingsError(f'Instelling {name} is "{text}". Geef minstens {setting.least}.')
        return int(text)
    return text
