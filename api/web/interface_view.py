"""What the pages about the interface show, made of the OpenAPI document that the application itself gives."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from api.web.interface_words import OPERATIONS, TAGS
from api.web.language import Language

Schema = Mapping[str, Any]

_METHODS = ("get", "head", "post", "put", "patch", "delete")
_DEEPEST = 4
"""How far what lies within what is sent is shown; the document has the rest."""
_MOST_ROWS = 150
_RIGHT = re.compile(r"\n\nNeeds the right to (?P<rights>.*)\.$")


class Row(NamedTuple):
    """A parameter or a property: its name with those that it lies in, its type, and what is said of it."""

    name: str
    type: str
    is_required: bool
    meaning: str


class Answer(NamedTuple):
    """What is answered with a status."""

    status: str
    meaning: str


class Operation(NamedTuple):
    """An operation as its page shows it."""

    id: str
    tag: str
    method: str
    path: str
    title: str
    paragraphs: Sequence[str]
    rights: str
    is_open: bool
    parameters: Sequence[Row]
    sent_as: str
    body: Sequence[Row]
    answered_as: str
    answer: Sequence[Row]
    answers: Sequence[Answer]
    errors: Sequence[Answer]
    curl: str


def first_commands(url: str) -> Mapping[str, str]:
    """What somebody types who begins: hand in and wait, then find."""
    asking = 'curl -sS -H "Authorization: Bearer $KEY"'
    return {
        "upload": f"export KEY=piaogen_…\n{asking} -F files=@scan.jpg '{url}/v1/uploads?wait=30'",
        "find": f"{asking} '{url}/v1/invoices?number=12345678'",
    }


def groups(document: Schema, language: Language) -> list[tuple[str, list[Operation]]]:
    """Every operation in short, by tag."""
    found: dict[str, list[Operation]] = {tag: [] for tag in TAGS}
    for path, method, spoken in _operations(document):
        found.setdefault(_tag(spoken), []).append(_short(path, method, spoken, language))
    return [(tag, operations) for tag, operations in found.items() if operations]


def operation(document: Schema, name: str, language: Language, url: str) -> Operation | None:
    """One operation in full; None where there is none of this name."""
    for path, method, spoken in _operations(document):
        if spoken["operationId"] == name:
            return _full(document, path, method, spoken, language, url)
    return None


def _operations(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield path, method, methods[method]


def _tag(spoken: Schema) -> str:
    return str((spoken.get("tags") or ["operations"])[0])


def _short(path: str, method: str, spoken: Schema, language: Language) -> Operation:
    name, text = str(spoken["operationId"]), str(spoken.get("description", ""))
    rights = _RIGHT.search(text)
    text = _RIGHT.sub("", text)
    first = re.split(r"(?<=[.])\s|\n\n", text, maxsplit=1)[0]
    title = OPERATIONS.get(name, first) if language is Language.CHINESE else first
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    spoken_rights = "" if rights is None else rights["rights"].replace("`", "")
    is_open = not spoken.get("security")
    return Operation(name, _tag(spoken), method.upper(), path, title, paragraphs, spoken_rights, is_open, (), "", (), "", (), (), (), "")


def _full(document: Schema, path: str, method: str, spoken: Schema, language: Language, url: str) -> Operation:
    short = _short(path, method, spoken, language)
    sent_as, sent = _content(spoken.get("requestBody", {}))
    answers = [Answer(status, str(said.get("description", ""))) for status, said in spoken.get("responses", {}).items()]
    good: Schema = next((said for status, said in spoken.get("responses", {}).items() if status.startswith("2")), {})
    answered_as, answered = _content(good)
    return short._replace(
        parameters=[_parameter(document, one) for one in spoken.get("parameters", ())],
        sent_as=sent_as,
        body=_rows(document, sent),
        answered_as=answered_as,
        answer=_rows(document, answered),
        answers=[one for one in answers if one.status.startswith("2")],
        errors=[one for one in answers if not one.status.startswith("2")],
        curl=_curl(document, path, method, spoken, url),
    )


def _content(part: Schema) -> tuple[str, Schema]:
    for media_type, content in part.get("content", {}).items():
        return media_type, content.get("schema", {})
    return "", {}


def _parameter(document: Schema, said: Schema) -> Row:
    name = said["name"] if said["in"] == "query" else f"{said['name']} ({said['in']})"
    return Row(name, _type(document, said["schema"]), bool(said.get("required")), str(said.get("description", "")))


def _rows(document: Schema, schema: Schema) -> list[Row]:
    return list(_flat(document, schema, "", 0))[:_MOST_ROWS]


def _flat(document: Schema, schema: Schema, prefix: str, depth: int) -> Iterator[Row]:
    """Properties with those that lie in them, each named by its way."""
    found, suffix = _inside(document, schema)
    if depth > _DEEPEST:
        return
    required = set(found.get("required", ()))
    for name, one in found.get("properties", {}).items():
        way = f"{prefix}{suffix}.{name}" if prefix else name
        yield Row(way, _type(document, one), name in required, str(one.get("description") or ""))
        yield from _flat(document, one, way, depth + 1)


def _inside(document: Schema, schema: Schema) -> tuple[Schema, str]:
    """The object that a schema comes to, and what stands for being one of several of it."""
    schema = _resolved(document, schema)
    if schema.get("type") == "array":
        inner, suffix = _inside(document, schema.get("items", {}))
        return inner, "[]" + suffix
    extra = schema.get("additionalProperties")
    if isinstance(extra, Mapping) and "properties" not in schema:
        inner, suffix = _inside(document, extra)
        return inner, "{}" + suffix
    return schema, ""


def _resolved(document: Schema, schema: Schema) -> Schema:
    """A schema without references, and without being null as well."""
    for _ in range(_DEEPEST):
        if "$ref" in schema:
            schema = document["components"]["schemas"].get(schema["$ref"].rpartition("/")[2], {})
            continue
        choices = [one for one in schema.get("anyOf", schema.get("allOf", ())) if one.get("type") != "null"]
        if len(choices) != 1:
            break
        schema = choices[0]
    return schema


def _type(document: Schema, schema: Schema) -> str:
    found = _resolved(document, schema)
    if "enum" in found:
        return " · ".join(map(str, found["enum"]))
    if found.get("type") == "array":
        return f"{_type(document, found.get('items', {}))} []"
    if "format" in found:
        return f"{found.get('type', '')} ({found['format']})"
    return str(found.get("type", ""))


def _curl(document: Schema, path: str, method: str, spoken: Schema, url: str) -> str:
    """A command that asks for it, with `$KEY` for the key and names in braces for what belongs there."""
    parts = ["curl -sS" + {"get": "", "head": " -I"}.get(method, f" -X {method.upper()}")]
    if spoken.get("security"):
        parts.append('-H "Authorization: Bearer $KEY"')
    if any(one["name"].lower() == "if-match" for one in spoken.get("parameters", ())):
        parts.append("-H 'If-Match: \"v1\"'")
    media_type, schema = _content(spoken.get("requestBody", {}))
    if media_type.startswith("multipart/"):
        parts.append("-F files=@scan.jpg")
    elif media_type:
        example = json.dumps(_example(document, schema, 0), ensure_ascii=False).replace("'", "'\\''")
        parts += [f"-H 'Content-Type: {media_type}'", f"-d '{example}'"]
    asked = [one["name"] for one in spoken.get("parameters", ()) if one["in"] == "query" and one.get("required")]
    query = "?" + "&".join(f"{name}=…" for name in asked) if asked else ""
    return " \\\n  ".join([*parts, f"'{url}{path}{query}'"])


def _example(document: Schema, schema: Schema, depth: int) -> Any:  # noqa: ANN401  # any JSON
    """Something of this form: what must be said, with the examples that the document has."""
    if schema.get("examples"):
        return schema["examples"][0]
    found = _resolved(document, schema)
    if found.get("examples"):
        return found["examples"][0]
    if "enum" in found:
        return found["enum"][0]
    if found.get("type") == "array":
        return [_example(document, found.get("items", {}), depth + 1)]
    if found.get("type") == "object" or "properties" in found:
        wanted = found.get("required") or list(found.get("properties", {}))[:1]
        if depth > _DEEPEST:
            return {}
        return {name: _example(document, found["properties"][name], depth + 1) for name in wanted if name in found.get("properties", {})}
    return {"string": "…", "integer": 1, "number": 1.5, "boolean": True}.get(str(found.get("type")), "…")
