"""What happens to a clean drawing on its way to a reader: scanners, phone cameras and sheets of several documents.

Everything is decided by a seed, so a picture can be made again pixel for pixel.
"""

import io
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

_Floats = NDArray[np.float64]
_A4 = (210.0, 297.0)
_MM_PER_INCH = 25.4


def photograph(
    image: Image.Image,
    *,
    seed: int,
    turn_degrees: float = 0.0,
    perspective: float = 0.0,
    background: str = "desk",
    blur: float = 0.0,
    noise: float = 0.0,
    light: float = 1.0,
    jpeg_quality: int | None = None,
) -> Image.Image:
    """Photograph a document lying on a desk.

    `turn_degrees` turns it counter-clockwise; `perspective` is by how much of its own size the far edge shrinks (0 to about 0.3);
    `background` is desk, cloth or white; `blur` a Gaussian radius and `noise` a standard deviation, in pixels and grey levels; `light`
    scales brightness in the darkest corner (1.0 is even light); `jpeg_quality` adds the traces of compression.
    """
    rng = np.random.default_rng([seed, 1])
    corners, size = _corners(image, rng, turn_degrees, perspective)
    frame = Image.fromarray(_background(rng, background, size))
    coefficients = _perspective(corners, _edges(image))
    # one clear pixel all round lets the interpolation soften the paper's edge
    paper = ImageOps.expand(Image.new("L", (image.width - 2, image.height - 2), 255), 1)
    mask = paper.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    shadow = mask.filter(ImageFilter.GaussianBlur(max(size) / 120)).point(lambda level: level * 0.45)
    offset = max(2, max(size) // 200)
    frame.paste(Image.new("RGB", size, (18, 16, 14)), (offset, offset), shadow)
    frame.paste(image.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC), (0, 0), mask)
    return _exposed(frame, rng, blur=blur, noise=noise, light=light, jpeg_quality=jpeg_quality)


def scan(
    image: Image.Image,
    *,
    seed: int,
    skew_degrees: float = 0.0,
    grey: bool = False,
    blur: float = 0.0,
    noise: float = 2.0,
    jpeg_quality: int | None = None,
) -> Image.Image:
    """Scan a document on a flat bed: turned counter-clockwise by a skew in degrees, white around it, a little grain."""
    rng = np.random.default_rng([seed, 2])
    turned = image.rotate(skew_degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(249, 249, 248))
    if grey:
        turned = turned.convert("L").convert("RGB")
    return _exposed(turned, rng, blur=blur, noise=noise, light=1.0, jpeg_quality=jpeg_quality)


def sheet_of(images: Sequence[Image.Image], *, dpi: int = 150) -> Image.Image:
    """Paste documents one under another on a white upright A4 page at a resolution in dots per inch."""
    page = Image.new("RGB", (round(_A4[0] * dpi / _MM_PER_INCH), round(_A4[1] * dpi / _MM_PER_INCH)), (255, 255, 255))
    band = page.height // len(images)
    margin = dpi // 25
    for place, image in enumerate(images):
        scale = min((page.width - 2 * margin) / image.width, (band - 2 * margin) / image.height, 1.0)
        shrunk = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
        page.paste(shrunk, ((page.width - shrunk.width) // 2, place * band + (band - shrunk.height) // 2))
    return page


def encoded(image: Image.Image, form: str = "JPEG", *, quality: int = 85) -> bytes:
    """Return the bytes of a JPEG (at a quality of 1 to 95) or PNG file."""
    stream = io.BytesIO()
    if form == "JPEG":
        image.save(stream, "JPEG", quality=quality)
    else:
        image.save(stream, form, optimize=True)
    return stream.getvalue()


def _edges(image: Image.Image) -> _Floats:
    return np.array([(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)], dtype=np.float64)


def _corners(image: Image.Image, rng: np.random.Generator, turn: float, perspective: float) -> tuple[_Floats, tuple[int, int]]:
    """Where the document's corners fall in the photo (clockwise from its own top-left), and how large the photo is."""
    points = _edges(image) - np.array([image.width / 2, image.height / 2])
    if perspective:
        # the camera stands at the lower edge: what is far away shrinks, a little more on one side
        far = 1 - perspective * rng.uniform(0.85, 1.15, 2)
        points[0] *= (far[0], 1 - perspective / 2)
        points[1] *= (far[1], 1 - perspective / 2)
    angle = math.radians(-turn)
    spin = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    points = points @ spin
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.06 * max(image.size)
    size = np.ceil(high - low + 2 * margin).astype(int)
    return points - low + margin, (int(size[0]), int(size[1]))


def _perspective(seen: _Floats, flat: _Floats) -> tuple[float, ...]:
    """Return the eight numbers that lead from a point of the photo back to a point of the flat document."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    return tuple(float(number) for number in np.linalg.solve(np.array(rows), np.array(values)))


def _background(rng: np.random.Generator, name: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Invent a table top: wood grain runs along x, cloth is even grain, white is a wall of paper."""
    width, height = size
    base = {"desk": (150, 112, 78), "cloth": (74, 84, 98), "white": (222, 222, 220)}[name]
    if name == "desk":
        waves = np.cumsum(rng.normal(0, 1.0, height))
        waves = 9 * np.sin(waves / 3) + rng.normal(0, 3, height)
        grain = waves[:, None] + 4 * np.sin(np.linspace(0, 9, width))[None, :]
    else:
        coarse = rng.normal(0, 7 if name == "cloth" else 1, (height // 3 + 1, width // 3 + 1))
        grain = np.kron(coarse, np.ones((3, 3)))[:height, :width]
    return np.asarray(np.clip(np.array(base)[None, None, :] + grain[:, :, None], 0, 255), dtype=np.uint8)


def _exposed(
    image: Image.Image, rng: np.random.Generator, *, blur: float, noise: float, light: float, jpeg_quality: int | None
) -> Image.Image:
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    if noise or light != 1.0:
        pixels = np.asarray(image, dtype=np.float64)
        if light != 1.0:
            # the lamp stands over one corner, the opposite one is darkest
            height, width = pixels.shape[:2]
            across, down = np.linspace(0, 1, width)[None, :], np.linspace(0, 1, height)[:, None]
            across, down = (across if rng.random() < 0.5 else 1 - across), (down if rng.random() < 0.5 else 1 - down)
            pixels = pixels * (1 + (light - 1) * (across + down) / 2)[:, :, None]
        if noise:
            pixels = pixels + rng.normal(0, noise, (*pixels.shape[:2], 1)) + rng.normal(0, noise / 2, pixels.shape)
        image = Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
    if jpeg_quality is not None:
        image = Image.open(io.BytesIO(encoded(image, "JPEG", quality=jpeg_quality))).convert("RGB")
    return image
