"""Settings are read once, and a wrong one stops the program with its name."""

from dataclasses import fields

import pytest

from settings import ROOT, SETTINGS, Settings, SettingsError, read_settings


def test_without_a_word_every_default_is_in_force() -> None:
    settings = read_settings({})
    assert (settings.port, settings.secure_cookies, settings.smallest_group_shared) == (8501, False, 10)
    assert settings.base_url == "http://127.0.0.1:8501"
    assert settings.database_url == f"sqlite:///{ROOT / 'data' / 'verteltafel.sqlite3'}"


def test_every_setting_has_a_value_a_meaning_and_no_other_is_there() -> None:
    assert {setting.name for setting in SETTINGS} == {field.name for field in fields(Settings)}
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    assert all(setting.meaning for setting in SETTINGS)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_can_be_given_and_keeps_its_type(setting: object) -> None:
    default = setting.default  # type: ignore[attr-defined]
    name = setting.name  # type: ignore[attr-defined]
    text = {bool: "true", int: "17", str: "https://een/waarde"}[type(default)]
    # These go together, or not at all.
    all_three = {f"VERTELTAFEL_OIDC_{one}": "x" for one in ("METADATA_URL", "CLIENT_ID", "CLIENT_SECRET")}
    given = read_settings({**(all_three if name.startswith("oidc_") else {}), f"VERTELTAFEL_{name.upper()}": text})
    wanted = {bool: True, int: 17, str: text}[type(default)]
    assert getattr(given, name) == (ROOT / text if name == "data_folder" else wanted)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("VERTELTAFEL_PROT", "8501", "Instelling VERTELTAFEL_PROT bestaat niet. In docs/how-to/settings.md staat"),
        ("VERTELTAFEL_", "x", "Instelling VERTELTAFEL_ bestaat niet"),
        ("VERTELTAFEL_PORT", "acht", 'VERTELTAFEL_PORT is "acht". Geef een geheel getal.'),
        ("VERTELTAFEL_PORT", "-1", "Geef een geheel getal."),
        ("VERTELTAFEL_PORT", "80.5", "Geef een geheel getal."),
        ("VERTELTAFEL_PORT", "", "Geef een geheel getal."),
        ("VERTELTAFEL_PORT", "٣", "Geef een geheel getal."),
        ("VERTELTAFEL_PORT", "9" * 5000, "Geef een geheel getal."),
        ("VERTELTAFEL_SECURE_COOKIES", "ja", 'VERTELTAFEL_SECURE_COOKIES is "ja". Kies True of False.'),
        ("VERTELTAFEL_SECURE_COOKIES", "1", "Kies True of False."),
        ("VERTELTAFEL_SMALLEST_GROUP_SHARED", "1", "Geef minstens 2."),
        ("VERTELTAFEL_SIGN_IN_MAX_TRIES", "0", "Geef minstens 1."),
        ("VERTELTAFEL_ROUNDING_SHARED", "25", "Zo grof afgerond wordt een groep van 10 verhalen 0"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({name: value})
    assert sentence in str(caught.value)


def test_variables_of_others_are_left_alone() -> None:
    assert read_settings({"PATH": "/bin", "VERTELTAFELTJE": "x"}) == read_settings({})


@pytest.mark.parametrize("given", ["true", "True", "TRUE"])
def test_a_yes_may_be_written_in_capitals(given: str) -> None:
    assert read_settings({"VERTELTAFEL_SECURE_COOKIES": given}).secure_cookies is True


def test_a_relative_data_folder_is_beside_the_program_wherever_it_is_started() -> None:
    assert read_settings({"VERTELTAFEL_DATA_FOLDER": "elders"}).data_folder == ROOT / "elders"


def test_an_address_for_tellers_has_no_slash_at_its_end() -> None:
    assert read_settings({"VERTELTAFEL_PUBLIC_URL": "https://x.nl/"}).base_url == "https://x.nl"


def test_no_key_or_password_is_shown_when_settings_are() -> None:
    secret = {
        "VERTELTAFEL_VAULT_KEY": "geheim1",
        "VERTELTAFEL_DATABASE": "postgresql+psycopg://a:geheim2@b/c",
        "VERTELTAFEL_OIDC_CLIENT_SECRET": "geheim3",
    }
    assert "geheim" not in repr(read_settings(secret))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"VERTELTAFEL_OIDC_METADATA_URL": "https://x.nl/.well-known/openid-configuration"}, "Geef alle drie"),
        ({"VERTELTAFEL_SECURITY_CONTACT": "veilig@x.nl"}, "Begin met https:// of mailto:"),
        ({"VERTELTAFEL_SECURITY_CONTACT": "mailto:a@x.nl\nContact: b"}, "Begin met https:// of mailto:"),
    ],
)
def test_half_a_sign_in_and_an_address_that_is_none_are_refused(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        read_settings(given)
