"""The code lists of AK/II with their Indonesian labels (domain.md 6.3, 6.4, 6.6)."""

from __future__ import annotations

from services.intake.forms.fields import Option


def _options(**labels: str) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in labels.items())


YES_NO = _options(yes="Ya", no="Tidak")
SEX = _options(L="Laki-laki", P="Perempuan")
RELIGION = _options(
    islam="Islam",
    catholic="Katolik",
    protestant="Kristen Protestan",
    hindu="Hindu",
    buddhist="Buddha",
    confucian="Konghucu",
    belief_other="Kepercayaan terhadap Tuhan YME/lainnya",
)
MARITAL_STATUS = _options(
    single="Belum Kawin", married="Kawin", divorced="Cerai Hidup", widowed="Cerai Mati"
)
DISABILITY_STATUS = _options(none="Non Disabilitas", disabled="Disabilitas")
DISABILITY_KIND = _options(
    physical="Fisik",
    intellectual="Intelektual",
    mental="Mental",
    sight="Sensorik netra",
    hearing="Sensorik rungu",
    speech="Sensorik wicara",
    multiple="Ganda",
)
CONTACT_CHANNEL = _options(whatsapp="WhatsApp", sms="SMS", email="Email")
FORM_LEVEL = _options(
    none="Tidak/belum tamat SD",
    sd="SD/sederajat",
    smp="SMP/sederajat",
    sma="SMA/MA/sederajat",
    smk="SMK/MAK",
    d1="D1",
    d2="D2",
    d3="D3",
    d4="D4",
    s1="S1",
    s2="S2",
    s3="S3",
)
LEVEL_RANK = {option.value: rank for rank, option in enumerate(FORM_LEVEL)} | {"smk": 3}
LEVELS_WITH_MAJOR = frozenset(LEVEL_RANK) - {"none", "sd", "smp"}
COMPLETED = _options(yes="Tamat", no="Tidak tamat")
LANGUAGE = _options(
    id="Indonesia", en="Inggris", zh="Mandarin", ja="Jepang", ar="Arab", other="Bahasa lain"
)
EMPLOYMENT_STATUS = _options(unemployed="Belum/tidak bekerja", employed="Bekerja, ingin pindah")
WORK_LOCATION = _options(domestic="Dalam negeri", abroad="Luar negeri", anywhere="Di mana saja")
