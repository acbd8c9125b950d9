"""The codes of the form in Indonesian (domain.md 6)."""

from __future__ import annotations

SEX = {"L": "Laki-laki", "P": "Perempuan"}
RELIGION = {
    "islam": "Islam",
    "catholic": "Katolik",
    "protestant": "Kristen Protestan",
    "hindu": "Hindu",
    "buddhist": "Buddha",
    "confucian": "Konghucu",
    "belief_other": "Kepercayaan terhadap Tuhan YME/lainnya",
}
MARITAL_STATUS = {
    "single": "Belum Kawin",
    "married": "Kawin",
    "divorced": "Cerai Hidup",
    "widowed": "Cerai Mati",
}
DISABILITY_STATUS = {"none": "Non Disabilitas", "disabled": "Disabilitas"}
DISABILITY_KIND = {
    "physical": "fisik",
    "intellectual": "intelektual",
    "mental": "mental",
    "sight": "sensorik netra",
    "hearing": "sensorik rungu",
    "speech": "sensorik wicara",
    "multiple": "ganda",
}
LANGUAGE = {
    "id": "Indonesia",
    "en": "Inggris",
    "zh": "Mandarin",
    "ja": "Jepang",
    "ar": "Arab",
    "other": "lainnya",
}
EMPLOYMENT_STATUS = {
    "unemployed": "Belum/tidak bekerja",
    "employed": "Bekerja, ingin pindah",
}
WORK_LOCATION = {
    "domestic": "Dalam Negeri",
    "abroad": "Luar Negeri",
    "anywhere": "Di mana saja",
}
EDUCATION_LEVEL = {
    "none": "Tidak/belum tamat SD",
    "sd": "SD",
    "smp": "SMP",
    "sma": "SMA",
    "smk": "SMK",
    "d1": "D1",
    "d2": "D2",
    "d3": "D3",
    "d4": "D4",
    "s1": "S1",
    "s2": "S2",
    "s3": "S3",
}
KIND = {
    "new": "Kartu baru",
    "renewal": "Perpanjangan",
    "correction": "Perbaikan data",
    "replacement": "Penggantian kartu",
}
CHANNEL = {
    "online": "Online",
    "counter": "Loket",
    "subdistrict_desk": "Kantor kecamatan/desa",
    "whatsapp": "WhatsApp",
}
CONTACT_CHANNEL = {"whatsapp": "WhatsApp", "sms": "SMS", "email": "Email"}
DOCUMENT = {
    "identity_card": "KTP",
    "diploma": "Ijazah",
    "graduation_letter": "Surat keterangan lulus (SKL)",
    "photo": "Pas foto",
    "domicile_letter": "Surat keterangan domisili",
}
STATE = {
    "submitted": "Diajukan",
    "under_review": "Sedang diperiksa",
    "approval": "Menunggu persetujuan",
    "returned": "Perlu diperbaiki pemohon",
    "rejected": "Ditolak",
    "approved": "Disetujui",
    "issued": "Diterbitkan",
}
CHECK = {
    "matches": "Sesuai",
    "does_not_match": "Tidak sesuai",
    "unreadable": "Tak terbaca",
}
NOTICE = {
    "submitted": "tanda terima pendaftaran",
    "returned": "permintaan perbaikan",
    "rejected": "penolakan",
    "issued": "kartu terbit",
}
