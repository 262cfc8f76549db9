"""The commands about who may come in: `piaogen user …`, `piaogen key …`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from models.errors import InvalidAccess
from ocr_service.terminal import Archive, AsJson, notes, open_service, say, settings_at

if TYPE_CHECKING:
    from models.people import User
    from ocr_service.access import Access
    from storage.catalogue.access import KeyInUse

user_commands = typer.Typer(help="People with a login. Once there is one, everybody logs in.", no_args_is_help=True)
key_commands = typer.Typer(help="Keys for programs, scanners and phones.", no_args_is_help=True)

_PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input, not from the terminal")]
_DAY_END = "T23:59:59.999999+08:00"
"""A key that expires on a day is good until that day is over in China."""


@user_commands.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="Login: small letters, digits and ._-")],
    *,
    role: Annotated[str, typer.Option(help="uploader, clerk, auditor or admin")],
    display_name: Annotated[str | None, typer.Option(help="As colleagues know them; without it, the login")] = None,
    department: Annotated[list[str] | None, typer.Option(help="Sees only this one's invoices; repeat for more")] = None,
    password_stdin: _PasswordStdin = False,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Give somebody a login; the password is asked for twice."""
    from models.people import User, role_named

    user = User(name, display_name or name, role_named(role), frozenset(department) if department else None)
    with _access(archive, create=True) as access:
        added = access.add_user(user, _password(from_input=password_stdin))
        say(_encode_user(added) if as_json else _describe_user(added))


@user_commands.command("list")
def list_users(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Name everybody with a login."""
    with _access(archive) as access:
        users = access.users()
        for user in users:
            say(_encode_user(user) if as_json else _describe_user(user))
        if not users:
            notes.print("还没有人有登录名  nobody has a login: `piaogen user add`", markup=False)


@user_commands.command("disable")
def disable_user(name: str, *, as_json: AsJson = False, archive: Archive = None) -> None:
    """Let somebody in no more; what they said stays theirs."""
    with _access(archive) as access:
        user = access.change_user(name, disabled=True)
        say(_encode_user(user) if as_json else _describe_user(user))


@user_commands.command("enable")
def enable_user(name: str, *, as_json: AsJson = False, archive: Archive = None) -> None:
    """Let somebody in again."""
    with _access(archive) as access:
        user = access.change_user(name, disabled=False)
        say(_encode_user(user) if as_json else _describe_user(user))


@user_commands.command("password")
def change_password(name: str, *, password_stdin: _PasswordStdin = False, as_json: AsJson = False, archive: Archive = None) -> None:
    """Give somebody another password, which ends their sessions."""
    with _access(archive) as access:
        access.user(name)
        access.set_password(name, _password(from_input=password_stdin))
        say(_encode_user(access.user(name)) if as_json else f"密码已更换  {name} has another password")


@user_commands.command("oidc")
def link_user(
    name: str,
    subject: Annotated[str, typer.Argument(help="Their subject there, or an address that the provider has verified")],
    *,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Say whom the provider of logins means by a subject or an address."""
    issuer = settings_at(archive).oidc_issuer
    if not issuer:
        raise InvalidAccess("PIAOGEN_OIDC_ISSUER names no provider of logins")
    with _access(archive) as access:
        user = access.change_user(name, oidc_subject=f"{issuer} {subject}")
        say(_encode_user(user) if as_json else f"已关联  {name} is {subject} at {issuer}")


@user_commands.command("totp-reset")
def reset_totp(name: str, *, as_json: AsJson = False, archive: Archive = None) -> None:
    """Take a lost second factor away; an administrator sets up another at the next login."""
    with _access(archive) as access:
        user = access.reset_second_factor(name)
        say(_encode_user(user) if as_json else f"两步验证已重置  {name} has no second factor")


@key_commands.command("add")
def add_key(
    label: Annotated[str, typer.Argument(help="What it is for")],
    *,
    scope: Annotated[list[str], typer.Option(help="uploads:write, invoices:read, …; repeat for more")],
    department: Annotated[str | None, typer.Option(help="Sees only this one's invoices")] = None,
    expires: Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD", metavar="DAY")] = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Make a key and show it, this once."""
    from models.people import scopes_named

    with _access(archive, create=True) as access:
        key, secret = access.add_key(label, scopes_named(scope), department=department, expires_at=_end_of(expires))
        if as_json:
            say({"id": key.id, "label": key.label, "scopes": sorted(key.scopes), "key": secret})
            return
        say(secret)
        notes.print(f"密钥 {key.id} 只显示这一次，请妥善保存  this key is shown once", markup=False, soft_wrap=True)


@key_commands.command("list")
def list_keys(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Name every key, and when it was last used."""
    with _access(archive) as access:
        keys = access.keys()
        for found in keys:
            say(_encode_key(found) if as_json else _describe_key(found))
        if not keys:
            notes.print("还没有密钥  there is no key: `piaogen key add`", markup=False)


@key_commands.command("revoke")
def revoke_key(key_id: str, *, as_json: AsJson = False, archive: Archive = None) -> None:
    """Withdraw a key for ever."""
    with _access(archive) as access:
        key = access.revoke_key(key_id)
        say({"id": key.id, "revoked": key.revoked} if as_json else f"密钥已作废  {key.id} opens nothing any more")


@contextmanager
def _access(archive: str | None, *, create: bool = False) -> "Iterator[Access]":
    """People and keys as long as a command runs; what it changes is the user's of this machine."""
    from ocr_service.access import Access

    with open_service(settings_at(archive), create=create) as service:
        yield Access.over(service.archive.store, service.catalogue, service.activity)


def _password(*, from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("密码 password", hide_input=True, confirmation_prompt="再输一次 again", err=True))


def _end_of(day: str | None) -> datetime | None:
    if day is None:
        return None
    try:
        end = datetime.fromisoformat(day + _DAY_END).astimezone(UTC)
    except ValueError:
        raise InvalidAccess(f"a key expires on a day such as 2027-01-31, not on {day!r}") from None
    if end <= datetime.now(UTC):
        raise InvalidAccess(f"{day} is over: the key would open nothing")
    return end


def _encode_user(user: "User") -> dict[str, object]:
    return {
        "name": user.name,
        "display_name": user.display_name,
        "role": user.role.value,
        "departments": None if user.departments is None else sorted(user.departments),
        "disabled": user.disabled,
        "second_factor": user.totp_secret is not None,
    }


def _describe_user(user: "User") -> str:
    departments = "所有部门 all departments" if user.departments is None else "、".join(sorted(user.departments))
    state = "  已停用 disabled" if user.disabled else ""
    return f"{user.name}  {user.display_name}  {user.role.value}  {departments}{state}"


def _encode_key(found: "KeyInUse") -> dict[str, object]:
    key = found.key
    return {
        "id": key.id,
        "label": key.label,
        "scopes": sorted(key.scopes),
        "department": key.department,
        "expires_at": None if key.expires_at is None else key.expires_at.isoformat(),
        "revoked": key.revoked,
        "made_by": key.made_by,
        "last_used_at": None if found.last_used_at is None else found.last_used_at.isoformat(),
    }


def _describe_key(found: "KeyInUse") -> str:
    key = found.key
    used = "从未使用 never used" if found.last_used_at is None else f"{found.last_used_at:%Y-%m-%d %H:%M}Z"
    state = "  已作废 revoked" if key.revoked else ""
    return f"{key.id}  {key.label}  {','.join(sorted(key.scopes))}  {used}{state}"
