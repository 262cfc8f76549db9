"""An OFD file's parts: which document, which pages, what belongs to them."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from xml.etree.ElementTree import Element

from models.errors import FileTooLarge, FileWithoutPages, LockedFile, UnreadableFile
from ocr_service.files.limits import MAX_PAGES, check_page_count
from ocr_service.files.xml_tree import parse_xml
from ocr_service.files.zip_members import ZipParts

MAX_PARSED_BYTES = 32_000_000
"""Most bytes of XML that one file has parsed; an OFD of fifty pages has about three million. A tree takes ten times as much memory."""
_MOST_TEMPLATES = 20
"""Of one page; forms have one."""
_ENCRYPTED = "The OFD is encrypted, not damaged. Ask the issuer for a copy without encryption, or for the PDF or XML of the invoice."


@dataclass(frozen=True)
class OfdPackage:
    """One OFD file, its parts unfolded as they are asked for."""

    parts: ZipParts
    _trees: dict[str, Element] = field(default_factory=dict)
    _left: list[int] = field(default_factory=lambda: [MAX_PARSED_BYTES])

    @classmethod
    def taken(cls, content: bytes) -> "OfdPackage":
        """Open a file that passed intake, or whose pages do not matter: nothing is unfolded or counted before it is asked for.

        Raises:
            UnreadableFile, LockedFile, FileTooLarge: as ZipParts says.
        """
        return cls(ZipParts.of(content))

    @classmethod
    def of(cls, content: bytes) -> "OfdPackage":
        """Open a file.

        Raises:
            LockedFile: encrypted.
            FileWithoutPages: no document of it lists a page.
            UnreadableFile: no zip, damaged, or none of its pages is there.
            FileTooLarge: more than MAX_PAGES pages, or it unfolds to more than a document may.
        """
        package = cls.taken(content)
        try:
            listed, held = len(package.listed), len(package.pages)
        except UnreadableFile as error:
            if not package.is_encrypted:
                raise
            raise LockedFile(_ENCRYPTED) from error
        if not held and package.is_encrypted:
            raise LockedFile(_ENCRYPTED)
        if not listed:
            raise FileWithoutPages("The OFD has no pages. Ask the issuer for the file again.")
        if not held:
            raise UnreadableFile(f"The OFD lists {listed} pages and holds none of them. Ask the issuer for the file again.")
        check_page_count(listed)
        return package

    @property
    def is_encrypted(self) -> bool:
        """Whether the file lists parts that are encrypted; its own words on how are in Encryptions.xml (GM/T 0099)."""
        return "Encryptions.xml" in self.parts

    @cached_property
    def roots(self) -> tuple[Element, ...]:
        """The entry file's bodies, one for each document in the file."""
        entry = self.xml("OFD.xml")
        if entry is None:
            raise UnreadableFile("The file is a zip archive without OFD.xml.")
        return tuple(entry.iter("DocBody"))

    @cached_property
    def documents(self) -> tuple["OfdDocument", ...]:
        """The documents of the file; invoices have one."""
        places = [text for body in self.roots if (text := text_of(body.find("DocRoot")))]
        return tuple(OfdDocument(self, place, tree) for place in dict.fromkeys(places) if (tree := self.xml(place)) is not None)

    @cached_property
    def listed(self) -> tuple["OfdPage | None", ...]:
        """Every page that a document lists, in order, None for one that the file does not hold; at most one more than is allowed."""
        pages = (page for document in self.documents for page in document.listed)
        return tuple(islice(pages, MAX_PAGES + 1))

    @cached_property
    def pages(self) -> Mapping[int, "OfdPage"]:
        """The pages that the file holds, by their place in the list, from 1."""
        return {number: page for number, page in enumerate(self.listed, start=1) if page is not None}

    @cached_property
    def stated(self) -> Mapping[str, str]:
        """What the entry file says of the document in CustomDatas, by its Chinese name."""
        datas = (data for body in self.roots for data in body.iter("CustomData"))
        return {"".join(data.get("Name", "").split()): text_of(data) for data in datas if text_of(data)}

    def xml(self, name: str) -> Element | None:
        """A part as a tree, None when there is no such part; the same tree however often the file refers to it.

        Raises:
            UnreadableFile: the part is no XML.
            FileTooLarge: its XML is more than MAX_PARSED_BYTES with what was parsed before.
        """
        if name in self._trees:
            return self._trees[name]
        content = self.parts.read(name)
        if content is None:
            return None
        self._left[0] -= len(content)
        if self._left[0] < 0:
            raise FileTooLarge(f"The OFD has more than {MAX_PARSED_BYTES:,} bytes of XML.", limit=MAX_PARSED_BYTES)
        return self._trees.setdefault(name, parse_xml(content))


@dataclass(frozen=True)
class OfdDocument:
    """One document: `place` is its file's name inside the package, to which names in it are relative."""

    package: OfdPackage
    place: str
    tree: Element

    @cached_property
    def listed(self) -> tuple["OfdPage | None", ...]:
        """Its pages, in order; None for one whose file is missing."""
        found = self.tree.find("Pages")
        entries = [] if found is None else list(found.iter("Page"))[: MAX_PAGES + 1]
        pages = []
        for entry in entries:
            place = self.resolve(entry.get("BaseLoc", ""))
            tree = self.package.xml(place)
            pages.append(None if tree is None else OfdPage(self, entry.get("ID", ""), place, tree))
        return tuple(pages)

    @cached_property
    def templates(self) -> Mapping[str, Element]:
        """Pages that lie under others, by their id."""
        found = {}
        for entry in self.tree.iter("TemplatePage"):
            if (tree := self.package.xml(self.resolve(entry.get("BaseLoc", "")))) is not None:
                found[entry.get("ID", "")] = tree
        return found

    @cached_property
    def resources(self) -> Mapping[str, Element]:
        """Fonts, drawing parameters and pictures by their id; a picture's file is named from the package's root."""
        found: dict[str, Element] = {}
        references = [*self.tree.iter("PublicRes"), *self.tree.iter("DocumentRes")]
        for place in dict.fromkeys(self.resolve(text_of(reference)) for reference in references):
            tree = self.package.xml(place)
            if tree is None:
                continue
            folder = posixpath.join(posixpath.dirname(place), tree.get("BaseLoc", ""))
            for element in tree.iter():
                for media in element.findall("MediaFile"):
                    # From the root, so that it stays the same when another document names this list as well.
                    media.text = "/" + posixpath.normpath(posixpath.join(folder, text_of(media))).lstrip("/")
                if identity := element.get("ID"):
                    found.setdefault(identity, element)
        return found

    @cached_property
    def annotations(self) -> Mapping[str, tuple[Element, ...]]:
        """The appearances laid over each page, by the page's id: seals and watermarks of 数电票."""
        found: dict[str, tuple[Element, ...]] = {}
        for reference in self.tree.iter("Annotations"):
            place = self.resolve(text_of(reference))
            listed = self.package.xml(place)
            for entry in () if listed is None else listed.iter("Page"):
                name = text_of(entry.find("FileLoc"))
                tree = self.package.xml(self.resolve(name, place))
                tree = self.package.xml(self.resolve(name)) if tree is None else tree
                if tree is not None:
                    found[entry.get("PageID", "")] = tuple(tree.iter("Appearance"))
        return found

    def files(self, list_name: str) -> Iterator[tuple[str, bytes | None]]:
        """Name and bytes of the files that a list of the document names (`Attachments`, `Annotations`), None for one that is missing.

        One that is named again and again is one file.
        """
        told: set[str] = set()
        for reference in self.tree.iter(list_name):
            place = self.resolve(text_of(reference))
            listed = self.package.xml(place)
            for entry in () if listed is None else listed.iter("FileLoc"):
                names = (self.resolve(text_of(entry), place), self.resolve(text_of(entry)))
                name = next((name for name in names if name in self.package.parts), names[0])
                if name not in told:
                    told.add(name)
                    yield name, self.package.parts.read(name)

    def resolve(self, name: str, beside: str | None = None) -> str:
        """A name as the package has it: from its root when it begins with `/`, else beside the file that names it."""
        folder = posixpath.dirname(self.place if beside is None else beside)
        return posixpath.normpath(name if name.startswith("/") else posixpath.join(folder, name)).lstrip("/")


@dataclass(frozen=True)
class OfdPage:
    """One page: its id and its tree."""

    document: OfdDocument
    identity: str
    place: str
    tree: Element

    @cached_property
    def size_mm(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the page in millimetres: its own area, else the document's, else A4."""
        common = self.document.tree.find("CommonData/PageArea")
        for area in (self.tree.find("Area"), common):
            box = None if area is None else area.find("PhysicalBox")
            numbers = numbers_in(text_of(box))
            if len(numbers) == 4 and 1 <= numbers[2] <= 10_000 and 1 <= numbers[3] <= 10_000:
                return numbers[0], numbers[1], numbers[2], numbers[3]
        return 0.0, 0.0, 210.0, 297.0

    @property
    def layers(self) -> tuple[Element, ...]:
        """What is drawn, from the bottom: templates of the background, the page's own layers, templates of the foreground."""
        under: list[Element] = []
        over: list[Element] = []
        for use in self.tree.findall("Template")[:_MOST_TEMPLATES]:
            template = self.document.templates.get(use.get("TemplateID", ""))
            if template is not None:
                (over if use.get("ZOrder") == "Foreground" else under).extend(template.iter("Layer"))
        return (*under, *self.tree.iter("Layer"), *over)

    @property
    def appearances(self) -> tuple[Element, ...]:
        """What annotations lay over the page."""
        return self.document.annotations.get(self.identity, ())


def numbers_in(text: str) -> tuple[float, ...]:
    """Numbers parted by blanks; nothing when one of them is none."""
    try:
        numbers = tuple(float(word) for word in text.split())
    except ValueError:
        return ()
    return numbers if all(abs(number) < 1e7 for number in numbers) else ()


def text_of(element: Element | None) -> str:
    """An element's text without the blanks around it; empty without one."""
    return "" if element is None or element.text is None else element.text.strip()
