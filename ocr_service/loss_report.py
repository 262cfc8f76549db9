"""Cases of lost invoices as programs and terminals are told of them."""

from datetime import date
from typing import Any

from models.loss_json import encode_case
from models.loss_rules import Ground, LossRules, StepKind
from ocr_service.losses import OverdueStep, StandingCase


def encode_standing(standing: StandingCase, rules: LossRules, today: date) -> dict[str, Any]:
    """A case with what counts for it: its rule, and every step with its term, its ground and where it stands."""
    case = standing.case
    rule = case.rule(rules)
    overdue = case.overdue(rules, today)
    wire = encode_case(case)
    said = {step["kind"]: step for step in wire.pop("steps")}
    wire["steps"] = [_step(kind, standing, rules, said.get(kind.value), is_overdue=kind in overdue) for kind in rule.steps]
    wire["due"] = _text(case.next_due(rules))
    return {
        "id": case.id,
        "version": standing.version,
        "changed_at": standing.at.isoformat(),
        "changed_by": standing.by,
        "department": case.department,
        "state": "open" if case.is_open else "closed",
        "overdue": [kind.value for kind in overdue],
        "rule": {
            "replacement": rule.replacement,
            "replacement_english": rule.english,
            "serves": [use.value for use in rule.serves],
            **_ground(rule.ground),
            "dated": rules.dated.isoformat(),
        },
        **wire,
    }


def encode_overdue(step: OverdueStep) -> dict[str, Any]:
    """A reminder, which is an event for whoever is told by the program."""
    due = step.due.isoformat()
    return {"event": "loss.step_overdue", "case": step.case, "step": step.step.value, "due": due, "department": step.department}


def describe_standing(standing: StandingCase, rules: LossRules, today: date) -> str:
    """A case as one reads it on a terminal."""
    case = standing.case
    rule = case.rule(rules)
    lines = [
        describe_line(standing, rules, today),
        f"  替代件 replacement: {rule.replacement}  {rule.english}",
        f"  依据 ground: {rule.ground.told}",
    ]
    if case.link is not None:
        lines.append(f"  档案 archived: {case.link.invoice} ({case.link.state.value})")
    for kind in rule.steps:
        told, step, due = rules.steps[kind], case.steps.get(kind), rules.steps[kind].due(case.discovered_on)
        term = "" if due is None else f"  至 due {due}"
        done = "" if step is None else f"  {step.on} {step.person} {step.note}"
        late = "  逾期 overdue" if kind in case.overdue(rules, today) else ""
        lines.append(f"  {case.state_of(kind).value:7}{kind.value:24}{told.title}{term}{late}{done}".rstrip())
    return "\n".join(lines)


def describe_line(standing: StandingCase, rules: LossRules, today: date) -> str:
    """A case as a list shows it."""
    case = standing.case
    known = case.invoice
    state = "办理中 open" if case.closing is None else f"{case.closing.outcome.chinese} {case.closing.outcome.value}"
    late = "  逾期 overdue" if case.overdue(rules, today) else ""
    what = "  ".join(filter(None, (known.number, known.seller_name, "" if known.total is None else str(known.total))))
    return f"{case.id}  {state}{late}  {case.lost.chinese}  {what}  {case.lost_by}  {case.discovered_on}"


def _step(kind: StepKind, standing: StandingCase, rules: LossRules, said: dict[str, Any] | None, *, is_overdue: bool) -> dict[str, Any]:
    case, told = standing.case, rules.steps[kind]
    return {
        "kind": kind.value,
        "title": told.title,
        "title_english": told.english,
        "required": kind in case.rule(rules).required,
        "state": case.state_of(kind).value,
        "due": _text(told.due(case.discovered_on)),
        "due_mark": None if told.due_mark is None else told.due_mark.value,
        "overdue": is_overdue,
        **_ground(told.ground),
        "said": None if said is None else {name: value for name, value in said.items() if name not in ("kind", "state")},
    }


def _ground(ground: Ground) -> dict[str, Any]:
    return {"source": ground.source, "mark": ground.mark.value, "note": ground.note}


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
