"""What is missing or contradictory in the environment is named all at once, with what to do about it."""

import pytest

from bot.settings import Unset, read

RIGHT = {"SLACK_BOT_TOKEN": "xoxb-made-up", "SLACK_SIGNING_SECRET": "0123456789abcdef"}
OURS = ("SAMENSPRAAK_HOST", "SAMENSPRAAK_PORT", "SAMENSPRAAK_PUBLIC_URL", "SAMENSPRAAK_COMMAND", "DATABASE_URL")
NAMES = (*OURS, "SLACK_API_URL", "SLACK_APP_TOKEN", *RIGHT)
MODEL = {
    "SAMENSPRAAK_LLM_URL": "https://models.example/v1",
    "SAMENSPRAAK_LLM_MODEL": "small",
    "SAMENSPRAAK_LLM_KEY": "k",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """With a token and a secret, and nothing else."""
    microsoft = ("APP_ID", "APP_PASSWORD", "APP_TYPE", "APP_TENANT_ID", "KEYS_URL")
    for name in (*NAMES, *MODEL, "SAMENSPRAAK_LLM_A_DAY", *(f"MICROSOFT_{each}" for each in microsoft)):
        monkeypatch.delenv(name, raising=False)
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_with_a_token_and_a_secret_the_rest_goes_without_saying() -> None:
    settings = read()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.database_url == "sqlite:///samenspraak.db"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.slack_bot_token.get_secret_value() == "xoxb-made-up"


def test_secrets_do_not_show() -> None:
    shown = repr(read())
    assert not any(value in shown for value in RIGHT.values())


def test_all_that_is_wrong_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SLACK_BOT_TOKEN")
    for name, value in {
        "SLACK_SIGNING_SECRET": "short",
        "SAMENSPRAAK_PORT": "http",
        "DATABASE_URL": "mysql://localhost/coach",
        "SLACK_API_URL": "http://example.com/api/",
    }.items():
        environment.setenv(name, value)
    with pytest.raises(Unset) as wrong:
        read()
    lines = str(wrong.value).splitlines()
    assert {line.partition(" ")[0].rstrip(":") for line in lines} == {
        "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SAMENSPRAAK_PORT", "DATABASE_URL", "SLACK_API_URL",
    }  # fmt: skip
    (token,) = (line for line in lines if "BOT_TOKEN" in line)
    assert token.endswith("set it to the Bot User OAuth Token (xoxb-…) of your Slack app.")
    assert "short" not in str(wrong.value).replace("too short", "")


@pytest.mark.parametrize(("given", "command"), [("coach", "coach"), ("/coach", "coach"), ("", None)])
def test_a_command_of_ones_own(environment: pytest.MonkeyPatch, given: str, command: str | None) -> None:
    environment.setenv("SAMENSPRAAK_COMMAND", given)
    assert read().command == command


@pytest.mark.parametrize("given", ["feedback", "two words", "Coach", "a/b", "x" * 32])
def test_a_command_that_slack_does_not_take(environment: pytest.MonkeyPatch, given: str) -> None:
    environment.setenv("SAMENSPRAAK_COMMAND", given)
    with pytest.raises(Unset, match="SAMENSPRAAK_COMMAND: /"):
        read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "secret-of-something-else"),
        ("SLACK_SIGNING_SECRET", ""),
        ("SLACK_APP_TOKEN", "xoxb-something-else"),
        ("SAMENSPRAAK_PORT", "0"),
        ("SAMENSPRAAK_PORT", "65536"),
        ("DATABASE_URL", ""),
        ("SLACK_API_URL", "ftp://slack.com/"),
        ("SLACK_API_URL", "http://localhost.example.com/api/"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(Unset, match=name) as wrong:
        read()
    assert "something-else" not in str(wrong.value)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("http://127.0.0.1:4003/api", "http://127.0.0.1:4003/api/"),
        ("http://localhost/api/", "http://localhost/api/"),
        ("https://slack-gov.com/api/", "https://slack-gov.com/api/"),
    ],
)
def test_another_slack_can_be_named(environment: pytest.MonkeyPatch, given: str, taken: str) -> None:
    environment.setenv("SLACK_API_URL", given)
    assert read().slack_api_url == taken


def test_with_an_app_token_no_signing_secret_is_needed(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SLACK_SIGNING_SECRET")
    with pytest.raises(Unset, match=r"SLACK_SIGNING_SECRET is missing: .* or set SLACK_APP_TOKEN"):
        read()
    environment.setenv("SLACK_APP_TOKEN", "xapp-made-up")
    settings = read()
    assert settings.slack_signing_secret is None
    assert settings.slack_app_token is not None
    assert settings.slack_app_token.get_secret_value() == "xapp-made-up"
    assert "xapp-made-up" not in repr(settings)
    environment.setenv("SLACK_APP_TOKEN", "")
    with pytest.raises(Unset, match="SLACK_SIGNING_SECRET is missing"):
        read()


def test_a_wrong_app_token_does_not_ask_for_a_secret_as_well(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SLACK_SIGNING_SECRET")
    environment.setenv("SLACK_APP_TOKEN", "made-up")
    with pytest.raises(Unset) as wrong:
        read()
    assert [line.partition(":")[0] for line in str(wrong.value).splitlines()] == ["SLACK_APP_TOKEN"]


def test_both_spellings_of_postgresql_will_do(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "postgres://coach@db.example/coach")
    assert read().database_url == "postgresql://coach@db.example/coach"


def test_no_language_model_unless_one_is_set(environment: pytest.MonkeyPatch) -> None:
    assert read().model is None
    for name in MODEL:
        environment.setenv(name, "")
    assert read().model is None
    for name, value in MODEL.items():
        environment.setenv(name, value)
    settings = read()
    model = settings.model
    assert model is not None
    assert (model.url, model.name, model.a_day) == ("https://models.example/v1/", "small", 200)
    assert "'k'" not in repr(settings)
    assert "'k'" not in repr(model)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SAMENSPRAAK_LLM_MODEL", "", "go together"),
        ("SAMENSPRAAK_LLM_URL", "http://models.example/v1", "use https://"),
        ("SAMENSPRAAK_LLM_A_DAY", "abc", "is no number"),
        ("SLACK_API_URL", "", "use https://"),
        ("SAMENSPRAAK_PUBLIC_URL", "http://samenspraak.example", "use https://"),
        ("SAMENSPRAAK_PUBLIC_URL", "https://", "name only where it is reached"),
        ("SAMENSPRAAK_PUBLIC_URL", "https://samenspraak.example/?a=b", "name only where it is reached"),
    ],
)
def test_what_is_wrong_with_a_language_model_or_an_address_is_said(
    environment: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    for each in MODEL.items():
        environment.setenv(*each)
    environment.setenv(name, value)
    with pytest.raises(Unset, match=says):
        read()


# --- Teams

TEAMS = {
    "MICROSOFT_APP_ID": "5a3e0f44-0c1b-4f6e-9a5e-1f2d3c4b5a69",
    "MICROSOFT_APP_PASSWORD": "made-up-secret",
}
TENANT = "0b57ab10-1111-4222-8333-444455556666"


@pytest.fixture
def teams_only(environment: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """With a registration at Microsoft, and without Slack."""
    for name in RIGHT:
        environment.delenv(name)
    for each in TEAMS.items():
        environment.setenv(*each)
    return environment


def test_teams_will_do_without_slack_and_slack_without_teams(teams_only: pytest.MonkeyPatch) -> None:
    settings = read()
    assert settings.slack_bot_token is None
    teams = settings.teams
    assert teams is not None
    assert (teams.app_id, teams.password, teams.kind, teams.tenant) == (
        TEAMS["MICROSOFT_APP_ID"], "made-up-secret", "MultiTenant", None,
    )  # fmt: skip
    assert "made-up-secret" not in repr(settings) + repr(teams)
    for name in TEAMS:
        teams_only.delenv(name)
    for each in RIGHT.items():
        teams_only.setenv(*each)
    assert read().teams is None


def test_an_app_of_one_tenant_names_it(teams_only: pytest.MonkeyPatch) -> None:
    teams_only.setenv("MICROSOFT_APP_TYPE", "SingleTenant")
    with pytest.raises(Unset, match="MICROSOFT_APP_TENANT_ID is missing: set it to the App Tenant ID"):
        read()
    teams_only.setenv("MICROSOFT_APP_TENANT_ID", TENANT)
    teams = read().teams
    assert teams is not None
    assert (teams.kind, teams.tenant) == ("SingleTenant", TENANT)


def test_a_tenant_that_is_named_is_the_only_one_whatever_the_type_of_app(teams_only: pytest.MonkeyPatch) -> None:
    teams_only.setenv("MICROSOFT_APP_TENANT_ID", TENANT)
    teams = read().teams
    assert teams is not None
    assert (teams.kind, teams.tenant) == ("MultiTenant", TENANT)


def test_a_managed_identity_has_no_secret(teams_only: pytest.MonkeyPatch) -> None:
    teams_only.setenv("MICROSOFT_APP_TYPE", "UserAssignedMSI")
    teams_only.setenv("MICROSOFT_APP_TENANT_ID", TENANT)
    teams_only.delenv("MICROSOFT_APP_PASSWORD")
    assert read().teams is not None


@pytest.mark.parametrize("name", TEAMS)
@pytest.mark.parametrize("value", ["", None])
@pytest.mark.parametrize("beside_slack", [True, False])
def test_without_an_id_or_a_secret_it_does_not_start(
    teams_only: pytest.MonkeyPatch, name: str, value: str | None, beside_slack: bool
) -> None:
    if beside_slack:
        for each in RIGHT.items():
            teams_only.setenv(*each)
    if value is None:
        teams_only.delenv(name)
    else:
        teams_only.setenv(name, value)
    with pytest.raises(Unset, match=f"{name} is missing"):
        read()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("MICROSOFT_APP_ID", "samenspraak", "this is no id"),
        ("MICROSOFT_APP_TENANT_ID", "contoso.com", "this is no id"),
        ("MICROSOFT_APP_TYPE", "Single", "MICROSOFT_APP_TYPE"),
        ("MICROSOFT_KEYS_URL", "http://keys.example/", "use https://"),
    ],
)
def test_what_is_wrong_with_the_registration_is_said(
    teams_only: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    teams_only.setenv(name, value)
    with pytest.raises(Unset, match=says):
        read()


def test_all_that_is_missing_on_both_platforms_is_named_at_once(teams_only: pytest.MonkeyPatch) -> None:
    teams_only.delenv("MICROSOFT_APP_PASSWORD")
    teams_only.setenv("SLACK_BOT_TOKEN", "xoxb-made-up")
    teams_only.setenv("SAMENSPRAAK_PORT", "http")
    with pytest.raises(Unset) as wrong:
        read()
    assert {line.partition(" ")[0].rstrip(":") for line in str(wrong.value).splitlines()} == {
        "MICROSOFT_APP_PASSWORD", "SLACK_SIGNING_SECRET", "SAMENSPRAAK_PORT",
    }  # fmt: skip


def test_who_has_set_nothing_yet_reads_of_both_platforms(environment: pytest.MonkeyPatch) -> None:
    for name in RIGHT:
        environment.delenv(name)
    with pytest.raises(Unset, match=r"(?s)SLACK_BOT_TOKEN.*MICROSOFT_APP_ID.*docs/connect-teams.md"):
        read()
    environment.setenv("SLACK_BOT_TOKEN", "xoxb-made-up")
    with pytest.raises(Unset) as wrong:
        read()
    assert "MICROSOFT" not in str(wrong.value)


def test_who_develops_needs_no_registration(teams_only: pytest.MonkeyPatch) -> None:
    for name in TEAMS:
        teams_only.delenv(name)
    assert read(teams_unchecked=True).teams is None
    with pytest.raises(Unset, match="SLACK_BOT_TOKEN"):
        read()


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("", None),
        ("https://samenspraak.example", "https://samenspraak.example/"),
        ("https://intranet.example/samenspraak/", "https://intranet.example/samenspraak/"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
    ],
)
def test_where_people_outside_reach_it_ends_in_a_slash(
    environment: pytest.MonkeyPatch, value: str, url: str | None
) -> None:
    assert read().public_url is None
    environment.setenv("SAMENSPRAAK_PUBLIC_URL", value)
    assert read().public_url == url
