"""People, keys and sessions on the wire; no password and no hash ever leaves."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from models.access import Principal, Role, Scope
from models.people import ApiKey, User
from storage.catalogue.access import KeyInUse


class LoginBody(BaseModel):
    """Who logs in."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=100, examples=["wang"])
    password: str = Field(max_length=1000)
    code: str | None = Field(default=None, max_length=100, description="Of the second factor, where there is one")


class OwnPasswordBody(BaseModel):
    """Another password for whoever is logged in."""

    model_config = ConfigDict(extra="forbid")

    old_password: str = Field(max_length=1000)
    new_password: str = Field(max_length=1000)


class PrincipalBody(BaseModel):
    """Who asks."""

    name: str = Field(examples=["user:wang"])
    display_name: str = Field(examples=["王样"])
    rights: list[str] = Field(examples=[["read", "upload"]])
    departments: list[str] | None = Field(description="Whose invoices they see; null for those of all")

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """The wire form of a principal."""
        departments = None if principal.departments is None else sorted(principal.departments)
        return cls(
            name=principal.name,
            display_name=principal.display_name,
            rights=sorted(right.value for right in principal.rights),
            departments=departments,
        )


class NewUserBody(BaseModel):
    """Somebody who is given a login."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(examples=["wang"], description="1 to 32 small letters, digits, dots, dashes or underscores; for ever")
    display_name: str | None = Field(default=None, examples=["王样"])
    role: Role
    departments: list[str] | None = Field(default=None, description="Whose invoices they see; null for those of all")
    password: str = Field(max_length=1000)

    def user(self) -> User:
        """The person; raise InvalidAccess for a name that cannot be."""
        departments = None if self.departments is None else frozenset(self.departments)
        return User(self.name, self.display_name or self.name, self.role, departments)


class UserChangeBody(BaseModel):
    """What becomes different of a person; what is left out stays. Their sessions end."""

    model_config = ConfigDict(extra="forbid")

    display_name: str | None = None
    role: Role | None = None
    departments: list[str] | None = Field(default=None, description="null for those of all")
    disabled: bool | None = None
    password: str | None = Field(default=None, max_length=1000)

    def changes(self) -> dict[str, object]:
        """Fields of a person by name, without the password."""
        given = self.model_dump(include=self.model_fields_set - {"password"})
        if given.get("departments") is not None:
            given["departments"] = frozenset(given["departments"])
        return {name: value for name, value in given.items() if value is not None or name == "departments"}


class UserBody(BaseModel):
    """Somebody with a login."""

    name: str
    display_name: str
    role: Role
    departments: list[str] | None
    disabled: bool
    second_factor: bool

    @classmethod
    def of(cls, user: User) -> Self:
        """The wire form of a person."""
        departments = None if user.departments is None else sorted(user.departments)
        return cls(
            name=user.name,
            display_name=user.display_name,
            role=user.role,
            departments=departments,
            disabled=user.disabled,
            second_factor=user.totp_secret is not None,
        )


class UsersBody(BaseModel):
    """Everybody with a login."""

    users: list[UserBody]


class NewKeyBody(BaseModel):
    """A key that is to be made."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(examples=["前台扫描仪"])
    scopes: list[Scope] = Field(min_length=1)
    department: str | None = None
    expires_at: datetime | None = Field(default=None, description="With its zone")


class KeyBody(BaseModel):
    """A key, without what opens anything."""

    id: str = Field(examples=["scanner-1-4f1c0b"])
    label: str
    scopes: list[Scope]
    department: str | None
    expires_at: datetime | None
    revoked: bool
    made_by: str
    last_used_at: datetime | None = Field(default=None, description="To the minute; null where no use is known")

    @classmethod
    def of(cls, key: ApiKey, last_used_at: datetime | None = None) -> Self:
        """The wire form of a key."""
        return cls(
            id=key.id,
            label=key.label,
            scopes=sorted(key.scopes),
            department=key.department,
            expires_at=key.expires_at,
            revoked=key.revoked,
            made_by=key.made_by,
            last_used_at=last_used_at,
        )


class MadeKeyBody(KeyBody):
    """A key that was just made, with its secret, this once."""

    key: str = Field(examples=["piaogen_…"])


class KeysBody(BaseModel):
    """Every key."""

    keys: list[KeyBody]

    @classmethod
    def of(cls, keys: tuple[KeyInUse, ...]) -> Self:
        """The wire form of all."""
        return cls(keys=[KeyBody.of(found.key, found.last_used_at) for found in keys])
