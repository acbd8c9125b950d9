"""Builds every kind of file, good and hostile, that an applicant or an attacker may send."""

import io
import random
import struct
import zlib

import pikepdf
import pillow_heif
from PIL import ExifTags, Image


def picture(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Noise in the given size, so that no file is below the smallest size; top left is red."""
    noise = Image.effect_noise((width, height), 60)
    image = Image.merge("RGB", (noise, noise.transpose(Image.Transpose.ROTATE_180), noise))
    image.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def jpeg(width: int = 800, height: int = 600, mode: str = "RGB", **options: object) -> bytes:
    return encoded(picture(width, height, mode), "JPEG", **options)


def png(width: int = 800, height: int = 600, mode: str = "RGB") -> bytes:
    return encoded(picture(width, height, mode), "PNG")


def jpeg_with_place(orientation: int = 1, width: int = 800, height: int = 600) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "KAMERA-RAHASIA"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "S"
    gps[ExifTags.GPS.GPSLatitude] = (0.0, 19.0, 30.0)
    return jpeg(width, height, exif=exif, comment=b"CATATAN-RAHASIA")


def heic(width: int = 800, height: int = 600, **options: object) -> bytes:
    """As phones take it; the encoder comes with the extra `heic`."""
    heif = pillow_heif.from_pillow(picture(width, height))
    target = io.BytesIO()
    heif.save(target, quality=60, enc_params={"preset": "ultrafast"}, **options)
    return target.getvalue()


def heic_with_place(orientation: int) -> bytes:
    """Turned by its EXIF, as a photo that another app has saved."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "KAMERA-RAHASIA"
    return heic(exif=exif.tobytes())


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_bomb(side: int = 50_000) -> bytes:
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(20_000_000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body)


def pdf(pages: int = 1, size: tuple[float, float] = (595, 842), **options: object) -> bytes:
    """Pages that carry a photo each, as a scanner makes them."""
    document = pikepdf.new()
    for _ in range(pages):
        page = document.add_blank_page(page_size=size)
        photo = document.make_stream(jpeg(400, 500))
        photo.Type, photo.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        photo.Width, photo.Height, photo.BitsPerComponent = 400, 500, 8
        photo.ColorSpace, photo.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=photo))
        page.Contents = document.make_stream(b"q %f 0 0 %f 0 0 cm /Photo Do Q" % size)
    return saved(document, **options)


def saved(document: pikepdf.Pdf, **options: object) -> bytes:
    target = io.BytesIO()
    document.save(target, **options)  # type: ignore[arg-type]
    return target.getvalue()


def locked_pdf(user: str, owner: str) -> bytes:
    return pdf(encryption=pikepdf.Encryption(user=user, owner=owner))


def pdf_with_script(packed: bool) -> bytes:
    document = pikepdf.open(io.BytesIO(pdf()))
    document.Root.OpenAction = document.make_indirect(
        pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    )
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    return saved(document, object_stream_mode=mode)


def pdf_with_named_script() -> bytes:
    document = pikepdf.open(io.BytesIO(pdf()))
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    names = pikepdf.Array([pikepdf.String("a"), document.make_indirect(script)])
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))
    return saved(document)


def pdf_with_open_action() -> bytes:
    document = pikepdf.open(io.BytesIO(pdf()))
    document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])
    return saved(document)


def padded(start: bytes) -> bytes:
    return start + random.Random(7).randbytes(20_000)


def mutated(data: bytes, seed: int) -> bytes:
    """A few bytes changed, a piece cut out or replaced. Check sums are mended, so that what lies
    behind them is reached too.
    """
    dice = random.Random(seed)
    body = bytearray(data)
    for _ in range(dice.randint(1, 20)):
        body[dice.randrange(8, len(body)) if dice.random() < 0.5 else dice.randrange(8, 600)] = (
            dice.randrange(256)
        )
    if dice.random() < 0.3:
        start = dice.randrange(8, len(body))
        body[start : start + dice.randint(1, 2000)] = dice.randbytes(dice.choice((0, 5, 3000)))
    return _with_mended_sums(bytes(body)) if data.startswith(b"\x89PNG") else bytes(body)


def _with_mended_sums(data: bytes) -> bytes:
    place, mended = 8, data[:8]
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        body = data[place + 8 : place + 8 + length]
        mended += _chunk(data[place + 4 : place + 8], body)
        place += 12 + len(body)
    return mended


def with_blank_page(data: bytes) -> bytes:
    """As a certificate that was scanned from both sides."""
    document = pikepdf.open(io.BytesIO(data))
    document.add_blank_page(page_size=(595, 842))
    return saved(document)
