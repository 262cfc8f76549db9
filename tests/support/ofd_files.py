"""OFD files, written by hand after GB/T 33190: a form, what is printed into it, and the data that the issuer put beside it."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from PIL import Image

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'

FACE: Sequence[tuple[float, float, float, str]] = (
    (70, 10, 6, "电子发票（普通发票）"),
    (150, 12, 3.2, "发票号码：25119900000012345678"),
    (150, 18, 3.2, "开票日期：2025年03月19日"),
    (12, 36, 3.2, "名称：青禾市示例商贸有限公司"),
    (12, 97, 3.2, "价税合计（大写）"),
    (60, 97, 3.2, "壹佰零陆圆整"),
    (150, 97, 3.2, "（小写）"),
    (165, 97, 3.2, "¥106.00"),
)
"""Left and base line in millimetres, size, text."""


def text_object(x: float, y: float, size: float, text: str, *, attributes: str = "", deltas: str | None = None) -> str:
    """One TextObject whose base line begins at x, y; characters follow each other by their usual widths unless `deltas` says otherwise."""
    steps = " ".join(str(size if ord(character) > 255 else size / 2) for character in text[:-1]) if deltas is None else deltas
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y - 10} 150 20" Font="3" Size="{size}" {attributes}>'
        f'<ofd:TextCode X="0" Y="10" DeltaX="{steps}">{escaped}</ofd:TextCode></ofd:TextObject>'
    )


def page_of(objects: str, *, template: str = "", box: str = "0 0 210 140") -> str:
    """A page's Content.xml."""
    return (
        f"<ofd:Page {_NS}><ofd:Area><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:Area>{template}"
        f'<ofd:Content><ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def printed(texts: Sequence[tuple[float, float, float, str]] = FACE) -> str:
    """The objects of a page that prints these."""
    return "".join(text_object(*text) for text in texts)


def an_ofd(
    *pages: str,
    attachments: Mapping[str, bytes] | None = None,
    stated: Mapping[str, str] | None = None,
    parts: Mapping[str, bytes | None] | None = None,
    annotation: str = "",
) -> bytes:
    """An OFD of these pages (that of FACE when none is given).

    `parts` are further files or replace the usual ones; None takes one out that stays listed.
    """
    contents = pages or (page_of(printed()),)
    listed = "".join(f'<ofd:Page ID="{100 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(contents)))
    datas = "".join(f'<ofd:CustomData Name="{name}">{value}</ofd:CustomData>' for name, value in (stated or {}).items())
    files: dict[str, bytes] = {
        "OFD.xml": (
            f'<ofd:OFD {_NS} Version="1.0"><ofd:DocBody><ofd:DocInfo><ofd:CustomDatas>{datas}</ofd:CustomDatas></ofd:DocInfo>'
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
        ).encode(),
        "Doc_0/Document.xml": (
            f"<ofd:Document {_NS}><ofd:CommonData><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
            '<ofd:TemplatePage ID="9" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
            f"<ofd:Pages>{listed}</ofd:Pages>"
            f"{'<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>' if annotation else ''}"
            f"{'<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>' if attachments else ''}</ofd:Document>"
        ).encode(),
        "Doc_0/PublicRes.xml": (
            f'<ofd:Res {_NS} BaseLoc="Res"><ofd:DrawParams><ofd:DrawParam ID="4" LineWidth="0.5"><ofd:StrokeColor Value="128 0 0"/>'
            '</ofd:DrawParam></ofd:DrawParams><ofd:Fonts><ofd:Font ID="3" FontName="宋体"/></ofd:Fonts><ofd:MultiMedias>'
            '<ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>picture.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>'
        ).encode(),
        "Doc_0/Res/picture.png": red_png(),
    }
    for number, content in enumerate(contents):
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = content.encode()
    if annotation:
        files["Doc_0/Annots/Annotations.xml"] = (
            f'<ofd:Annotations {_NS}><ofd:Page PageID="100"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'
        ).encode()
        files["Doc_0/Annots/Page_0/Annotation.xml"] = f"<ofd:PageAnnot {_NS}><ofd:Annot>{annotation}</ofd:Annot></ofd:PageAnnot>".encode()
    if attachments:
        entries = "".join(f'<ofd:Attachment ID="8"><ofd:FileLoc>{name}</ofd:FileLoc></ofd:Attachment>' for name in attachments)
        files["Doc_0/Attachs/Attachments.xml"] = f"<ofd:Attachments {_NS}>{entries}</ofd:Attachments>".encode()
        files |= {f"Doc_0/Attachs/{name}": content for name, content in attachments.items()}
    return zipped({name: content for name, content in (files | dict(parts or {})).items() if content is not None})


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def red_png(side: int = 30) -> bytes:
    """A red square."""
    stream = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(stream, "PNG")
    return stream.getvalue()
