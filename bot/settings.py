"""From the environment. What is missing or contradictory is named all at once, with what to do about it."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.slack.command import fitting


class Unset(Exception):
    """The environment is not right; the message says what to do, one line each."""


@dataclass(frozen=True)
class Model:
    """A language model to ask for a second opinion, at most so often a day."""

    url: str
    name: str
    key: str | None = field(repr=False)
    a_day: int


AppType = Literal["SingleTenant", "MultiTenant", "UserAssignedMSI"]


@dataclass(frozen=True)
class TeamsSettings:
    """The bot's registration with Microsoft. `tenant` is the only one that may use it, where there is only one."""

    app_id: str
    password: str = field(repr=False)
    kind: AppType
    tenant: str | None
    keys_url: str
    """Where Microsoft says which keys it signs with."""


class Settings(BaseSettings):
    """What `samenspraak serve` runs with."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", alias="SAMENSPRAAK_HOST")
    port: int = Field(8080, alias="SAMENSPRAAK_PORT", ge=1, le=65535)
    public_url: str | None = Field(None, alias="SAMENSPRAAK_PUBLIC_URL")
    """Where people outside reach our pages; without it nothing can be filed through a link."""
    database_url: str = Field("sqlite:///samenspraak.db", alias="DATABASE_URL")
    command: str | None = Field(None, alias="SAMENSPRAAK_COMMAND")
    """The slash command in Slack, where it is not one of the usual two."""
    slack_bot_token: SecretStr | None = Field(None, alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, alias="SLACK_APP_TOKEN")
    """For Socket Mode; without it Slack has to reach us over HTTP, and signs what it brings."""
    slack_signing_secret: SecretStr | None = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", alias="SLACK_API_URL")
    microsoft_app_id: str | None = Field(None, alias="MICROSOFT_APP_ID")
    microsoft_app_password: SecretStr | None = Field(None, alias="MICROSOFT_APP_PASSWORD")
    microsoft_app_type: AppType = Field("MultiTenant", alias="MICROSOFT_APP_TYPE")
    microsoft_app_tenant_id: str | None = Field(None, alias="MICROSOFT_APP_TENANT_ID")
    microsoft_keys_url: str = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration", alias="MICROSOFT_KEYS_URL"
    )
    llm_url: str | None = Field(None, alias="SAMENSPRAAK_LLM_URL")
    llm_model: str | None = Field(None, alias="SAMENSPRAAK_LLM_MODEL")
    llm_key: SecretStr | None = Field(None, alias="SAMENSPRAAK_LLM_KEY")
    llm_a_day: int = Field(200, alias="SAMENSPRAAK_LLM_A_DAY", ge=0)

    @property
    def model(self) -> Model | None:
        """The language model that may be asked; None when none is set, which is how it comes."""
        if not self.llm_url or not self.llm_model:
            return None
        key = self.llm_key.get_secret_value() if self.llm_key is not None else None
        return Model(self.llm_url, self.llm_model, key, self.llm_a_day)

    @property
    def teams(self) -> TeamsSettings | None:
        """The registration with Microsoft; None where Teams is not used."""
        if not self.microsoft_app_id:
            return None
        password = self.microsoft_app_password.get_secret_value() if self.microsoft_app_password is not None else ""
        only = self.microsoft_app_tenant_id or None
        return TeamsSettings(self.microsoft_app_id, password, self.microsoft_app_type, only, self.microsoft_keys_url)

    @field_validator("database_url")
    @classmethod
    def _supported(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
        if url in ("sqlite:///", "sqlite:///:memory:"):
            raise ValueError("name a file, such as sqlite:///samenspraak.db; in memory all is lost at a restart")
        return url.replace("postgres://", "postgresql://", 1)

    @field_validator("command")
    @classmethod
    def _command(cls, name: str | None) -> str | None:
        return fitting(name) if name else None

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not token.get_secret_value().startswith("xox"):
            raise ValueError("this is not a bot token; it starts with xoxb- and stands under OAuth & Permissions")
        return token

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value():
            return None
        if not token.get_secret_value().startswith("xapp-"):
            raise ValueError("this is no app-level token; it starts with xapp- and stands under Basic Information")
        return token

    @field_validator("slack_signing_secret")
    @classmethod
    def _secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is None or not secret.get_secret_value():
            return None
        if len(secret.get_secret_value()) < 16:
            raise ValueError("this is too short; it stands under Basic Information, App Credentials")
        return secret

    @field_validator("microsoft_app_id", "microsoft_app_tenant_id")
    @classmethod
    def _guid(cls, given: str | None) -> str | None:
        try:
            return str(UUID(given)) if given else given
        except ValueError as problem:
            raise ValueError("this is no id; one looks like 11111111-2222-3333-4444-555555555555") from problem

    @field_validator("llm_url", "public_url", mode="before")
    @classmethod
    def _none_set(cls, url: str | None) -> str | None:
        return url or None

    @field_validator("slack_api_url", "llm_url", "microsoft_keys_url", "public_url")
    @classmethod
    def _address(cls, url: str | None, field: ValidationInfo) -> str | None:
        if url is None:
            return None
        address = urlsplit(url)
        local = address.scheme == "http" and address.hostname in ("127.0.0.1", "localhost", "::1")
        if address.scheme != "https" and not local:
            raise ValueError("use https://; plain http:// is only for a test server on this machine")
        return url if url.endswith("/") or field.field_name == "microsoft_keys_url" else url + "/"

    @field_validator("public_url")
    @classmethod
    def _reached(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "https://nowhere/")
        if not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("name only where it is reached, such as https://samenspraak.example")
        return url

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if bool(self.llm_url) != bool(self.llm_model):
            raise ValueError("SAMENSPRAAK_LLM_URL and SAMENSPRAAK_LLM_MODEL go together; set both or neither")
        return self


MISSING = {
    "SLACK_BOT_TOKEN": "set it to the Bot User OAuth Token (xoxb-…) of your Slack app",
    "SLACK_SIGNING_SECRET": "set it to the Signing Secret of your Slack app, or set SLACK_APP_TOKEN for Socket Mode",
    "MICROSOFT_APP_ID": "set it to the Microsoft App ID of your Azure Bot",
    "MICROSOFT_APP_PASSWORD": "set it to a client secret of that app",
    "MICROSOFT_APP_TENANT_ID": "set it to the App Tenant ID of your Azure Bot",
}

NEITHER = (
    "Or, for Microsoft Teams: set MICROSOFT_APP_ID and what goes with it. docs/connect-slack.md and "
    "docs/connect-teams.md say where all of this is found."
)


def read(*, teams_unchecked: bool = False) -> Settings:
    """The settings in the environment; raises Unset, which names everything that is wrong.

    Where Teams' tokens are not checked (`teams_unchecked`), no registration with Microsoft is needed.
    """
    lines = [f"{name} is missing: {MISSING[name]}." for name in _missing(os.environ, teams_unchecked)]
    if not teams_unchecked and not any(name in os.environ for name in MISSING):
        lines.append(NEITHER)
    try:
        settings = Settings()  # type: ignore[call-arg]
    except ValidationError as problems:
        raise Unset("\n".join([*lines, *(_line(problem) for problem in problems.errors())])) from problems
    if lines:
        raise Unset("\n".join(lines))
    return settings


def _missing(environ: Mapping[str, str], teams_unchecked: bool) -> Iterator[str]:
    """What has to be set besides, for the platforms that are begun with; Slack's where none is."""
    slack = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN")
    teams = tuple(name for name in environ if name.startswith("MICROSOFT_APP_"))
    if any(name in environ for name in slack) or not (teams or teams_unchecked):
        if "SLACK_BOT_TOKEN" not in environ:
            yield "SLACK_BOT_TOKEN"
        if not any(environ.get(name) for name in slack[1:]):
            yield "SLACK_SIGNING_SECRET"
    if teams and not teams_unchecked:
        kind = environ.get("MICROSOFT_APP_TYPE", "MultiTenant")
        needed = ["MICROSOFT_APP_ID"]
        needed += ["MICROSOFT_APP_PASSWORD"] if kind != "UserAssignedMSI" else []
        needed += ["MICROSOFT_APP_TENANT_ID"] if kind != "MultiTenant" else []
        yield from (name for name in needed if not environ.get(name))


def _line(problem: ErrorDetails) -> str:
    # Of a value that nobody gave, pydantic tells its own name for it.
    name = ".".join(str(part) for part in problem["loc"]).upper()
    if not name:
        return problem["msg"].removeprefix("Value error, ") + "."
    if problem["type"] == "missing":
        return f"{name} is missing: {MISSING.get(name, 'set it')}."
    if problem["type"].startswith("int"):
        example = "port; give a number such as 8080" if name == "SAMENSPRAAK_PORT" else "number; give one such as 200"
        return f"{name}: {problem['input']!r} is no {example}."
    return f"{name}: {problem['msg'].removeprefix('Value error, ')}."
