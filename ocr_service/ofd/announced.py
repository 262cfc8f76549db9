"""What an OFD lists and does not hold."""

import posixpath
from collections.abc import Iterator, Mapping
from itertools import chain

from ocr_service.ofd.package import OfdDocument, OfdPackage, text_of

_LISTS: Mapping[str, str] = {
    "PublicRes": "资源 resources",
    "DocumentRes": "资源 resources",
    "Annotations": "注释 annotations",
    "Attachments": "附件 attachment",
}
"""Elements of a document that name a file (GB/T 33190-2016, 7.5), in a clerk's words."""
_LISTS_OF_FILES = ("Annotations", "Attachments")


def missing_in_ofd(package: OfdPackage) -> tuple[str, ...]:
    """Every page, template, attachment, picture, annotation, resource and signature that the file names and has not, Chinese first.

    Templates count where a page that is there uses them: what is printed on them is missing from it.
    """
    pages = (f"第 {number} 页 page {number}" for number, page in enumerate(package.listed, start=1) if page is None)
    parts = chain.from_iterable(_missing_in(document) for document in package.documents)
    return tuple(dict.fromkeys((*_missing_bodies(package), *pages, *parts)))


def _missing_bodies(package: OfdPackage) -> Iterator[str]:
    for body in package.roots:
        for tag, what in (("DocRoot", "文档 document"), ("Signatures", "签章 signatures")):
            place = text_of(body.find(tag))
            if place and place not in package.parts:
                yield f"{what} {place}"


def _missing_in(document: OfdDocument) -> Iterator[str]:
    yield from _missing_templates(document)
    for tag, what in _LISTS.items():
        for reference in document.tree.iter(tag):
            place = document.resolve(text_of(reference))
            if text_of(reference) and place not in document.package.parts:
                yield f"{what} {place}"
    for tag in _LISTS_OF_FILES:
        for name, content in document.files(tag):
            if content is None:
                yield f"{_LISTS[tag]} {posixpath.basename(name)}"
    yield from _missing_pictures(document)


def _missing_templates(document: OfdDocument) -> Iterator[str]:
    for page in document.listed:
        for use in () if page is None else page.tree.findall("Template"):
            name = use.get("TemplateID", "")
            if name not in document.templates:
                yield f"模板 template {name}"


def _missing_pictures(document: OfdDocument) -> Iterator[str]:
    """By their last names alone: issuers differ in what folder they take them to be in."""
    held = {posixpath.basename(name) for name in document.package.parts.names}
    for resource in document.resources.values():
        for media in resource.findall("MediaFile"):
            name = posixpath.basename(text_of(media))
            if name and name.lower() not in held:
                yield f"图片 picture {name}"
