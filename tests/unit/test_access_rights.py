"""Roles, scopes and the rights that they give."""

import pytest

from models.access import CHANGING, EVERY_RIGHT, LOCAL, RIGHTS_OF_ROLE, RIGHTS_OF_SCOPE, Principal, Right, Role, Scope, rights_of


def test_an_auditor_reads_everything_and_changes_nothing() -> None:
    rights = RIGHTS_OF_ROLE[Role.AUDITOR]

    assert rights & CHANGING == set()
    assert rights | CHANGING == EVERY_RIGHT


def test_an_uploader_only_hands_in() -> None:
    assert RIGHTS_OF_ROLE[Role.UPLOADER] == {Right.UPLOAD}


def test_a_clerk_administers_nobody() -> None:
    assert Right.ADMINISTER not in RIGHTS_OF_ROLE[Role.CLERK]
    assert {Right.UPLOAD, Right.READ, Right.CORRECT} < RIGHTS_OF_ROLE[Role.CLERK]


def test_every_role_and_every_scope_has_rights_and_every_right_an_owner() -> None:
    assert set(RIGHTS_OF_ROLE) == set(Role)
    assert set(RIGHTS_OF_SCOPE) == set(Scope)
    assert rights_of(Scope) == EVERY_RIGHT
    assert rights_of([]) == frozenset()


@pytest.mark.parametrize(("departments", "department", "sees"), [(None, "财务部", True), (None, None, True), ({"财务部"}, "财务部", True)])
def test_what_belongs_to_a_department_is_seen_by_its_own(departments: set[str] | None, department: str | None, sees: bool) -> None:
    assert _principal(departments).sees(department) is sees


@pytest.mark.parametrize("department", ["采购部", None])
def test_who_is_of_a_department_sees_nothing_else(department: str | None) -> None:
    assert not _principal({"财务部"}).sees(department)


def test_one_of_the_rights_is_enough_and_none_asked_for_is_everybody() -> None:
    phone = Principal("key:phone", "phone", rights_of([Scope.UPLOADS_WRITE]))

    assert phone.may(Right.UPLOAD, Right.READ)
    assert phone.may()
    assert not phone.may(Right.READ)
    assert LOCAL.is_local
    assert not phone.is_local


def _principal(departments: set[str] | None) -> Principal:
    return Principal("user:wang", "王样", EVERY_RIGHT, None if departments is None else frozenset(departments))
