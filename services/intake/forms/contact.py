"""Page `contact`: address on the KTP, address of residence, ways to reach the person."""

from __future__ import annotations

from dataclasses import replace

from services.intake.forms import choices, rules
from services.intake.forms.areas import VILLAGE_OPTIONS
from services.intake.forms.fields import Errors, Field, FormPage, Reading, Screen, Values

_RT = rules.digits("RT ditulis dengan angka, paling banyak 3 angka.", 1, 3, padded=True)
_RW = rules.digits("RW ditulis dengan angka, paling banyak 3 angka.", 1, 3, padded=True)
_HAS_PHONE = ("has_mobile", (True, None))
_POSTAL_CODE = rules.digits("Kode pos harus 5 angka.", 5, 5)


def _address(prefix: str, street: str, where: str) -> tuple[Field, ...]:
    """The parts of an address; outside the regency all but the province is free text."""
    inside, outside = (f"{prefix}_in_regency", (True,)), (f"{prefix}_in_regency", (False,))
    return (
        Field(
            f"{prefix}_street",
            street,
            f"Isi {street[0].lower()}{street[1:]}.",
            rule=rules.text(street, 5, 150),
            hint="Jalan, nomor rumah, dusun atau parit.",
        ),
        Field(
            f"{prefix}_rt",
            f"RT{where}",
            rule=_RT,
            hint="Contoh: 003. Boleh dikosongkan.",
            required=False,
            inputmode="numeric",
            max_length=3,
        ),
        Field(
            f"{prefix}_rw",
            f"RW{where}",
            rule=_RW,
            hint="Contoh: 001. Boleh dikosongkan.",
            required=False,
            inputmode="numeric",
            max_length=3,
        ),
        Field(
            f"{prefix}_in_regency",
            "Apakah alamat ini di Kabupaten Indragiri Hilir?",
            f"Pilih apakah alamat{where or ' ini'} di Kabupaten Indragiri Hilir.",
            kind="radios",
            rule=rules.yes_no,
            options=choices.YES_NO,
        ),
        Field(
            f"{prefix}_village_code",
            f"Desa/kelurahan{where}",
            f"Pilih desa atau kelurahan{where}.",
            kind="select",
            options=VILLAGE_OPTIONS,
            hint="Cari di bawah nama kecamatan.",
            shown_if=inside,
        ),
        Field(
            f"{prefix}_province_code",
            f"Provinsi{where}",
            f"Pilih provinsi{where}.",
            kind="select",
            options=choices.PROVINCE,
            shown_if=outside,
        ),
        Field(
            f"{prefix}_regency_name",
            f"Kabupaten/kota{where}",
            f"Isi kabupaten atau kota{where}.",
            rule=rules.text("Kabupaten/kota", 2, 60),
            shown_if=outside,
        ),
        Field(
            f"{prefix}_subdistrict_name",
            f"Kecamatan{where}",
            f"Isi kecamatan{where}.",
            rule=rules.text("Kecamatan", 2, 60),
            shown_if=outside,
        ),
        Field(
            f"{prefix}_village_name",
            f"Desa/kelurahan{where}",
            f"Isi desa atau kelurahan{where}.",
            rule=rules.text("Desa/kelurahan", 2, 60),
            shown_if=outside,
        ),
        Field(
            f"{prefix}_postal_code",
            f"Kode pos{where}",
            rule=_POSTAL_CODE,
            hint="Boleh dikosongkan.",
            required=False,
            inputmode="numeric",
            max_length=5,
        ),
    )


def _only_elsewhere(field: Field) -> Field:
    """Asked only of people who do not live at the address on the KTP."""
    return field if field.shown_if else replace(field, shown_if=("domicile_same_as_ktp", (False,)))


def _may_lack_mobile(_: Values, reading: Reading) -> bool:
    return reading.known.may_lack_mobile


def _says_no(entry: str, _: Reading) -> bool | None:
    """Only that there is none is kept: with a number the answers are as everybody's."""
    return False if entry == "no" else None


def _check(values: Values, errors: Errors, reading: Reading) -> None:
    office = reading.office
    values["may_lack_mobile"] = values.get("has_mobile") is False
    if values.get("ktp_in_regency") is False and not office.applicant.outside_domicile:
        errors["ktp_in_regency"] = (
            f"Kantor ini hanya melayani KTP Kabupaten {office.identity.regency_name}. "
            "Daftar di kantor tenaga kerja sesuai alamat KTP Anda."
        )
    channel = values.get("preferred_channel")
    if channel == "email" and not values.get("email") and "email" not in errors:
        errors["preferred_channel"] = (
            "Pilih cara kami menghubungi Anda. Email hanya bisa dipilih bila alamat email diisi."
        )
    if channel == "whatsapp" and values.get("mobile_has_whatsapp") is False:
        errors["preferred_channel"] = (
            "Pilih cara kami menghubungi Anda. "
            "WhatsApp hanya bisa dipilih bila nomor HP memakai WhatsApp."
        )


_KTP = _address("ktp", "Alamat sesuai KTP", "")
_DOMICILE = tuple(
    map(_only_elsewhere, _address("domicile", "Alamat tempat tinggal sekarang", " tempat tinggal"))
)
PAGE = FormPage(
    "contact",
    "Alamat dan kontak",
    (
        *_KTP,
        Field(
            "domicile_same_as_ktp",
            "Apakah Anda tinggal di alamat KTP?",
            "Pilih apakah Anda tinggal di alamat KTP.",
            kind="radios",
            rule=rules.yes_no,
            options=choices.YES_NO,
        ),
        *_DOMICILE,
        Field("may_lack_mobile", "", kind="computed", compute=_may_lack_mobile),
        Field(
            "has_mobile",
            "Apakah Anda punya nomor HP?",
            kind="radios",
            rule=_says_no,
            options=choices.HAS_MOBILE,
            hint="Tanpa nomor HP dan email, Anda menanyakan hasilnya di kantor.",
            required=False,
            shown_if=("may_lack_mobile", (True,)),
        ),
        Field(
            "mobile",
            "Nomor HP",
            "Isi nomor HP.",
            rule=rules.mobile,
            hint="Diawali 08 atau +62.",
            autocomplete="tel",
            inputmode="tel",
            max_length=24,
            shown_if=_HAS_PHONE,
        ),
        Field(
            "mobile_has_whatsapp",
            "Apakah nomor ini memakai WhatsApp?",
            "Pilih apakah nomor ini memakai WhatsApp.",
            kind="radios",
            rule=rules.yes_no,
            options=choices.YES_NO,
            shown_if=_HAS_PHONE,
        ),
        Field(
            "email",
            "Email",
            kind="email",
            rule=rules.email,
            hint="Boleh dikosongkan.",
            required=False,
            autocomplete="email",
            inputmode="email",
            shown_if=("has_mobile", (True, None, False)),  # stays between its neighbours
        ),
        Field(
            "preferred_channel",
            "Cara kami menghubungi Anda",
            "Pilih cara kami menghubungi Anda.",
            kind="radios",
            options=choices.CONTACT_CHANNEL,
            shown_if=_HAS_PHONE,
        ),
    ),
    check=_check,
    screens=(
        Screen("ktp_address", "Alamat sesuai KTP", tuple(each.name for each in _KTP)),
        Screen(
            "domicile",
            "Tempat tinggal sekarang",
            ("domicile_same_as_ktp", *(each.name for each in _DOMICILE)),
        ),
        Screen(
            "reach",
            "Nomor HP dan email",
            ("has_mobile", "mobile", "mobile_has_whatsapp", "email", "preferred_channel"),
        ),
    ),
)
