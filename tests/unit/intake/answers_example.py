"""A made-up applicant: the values of every page, valid on EXAMPLE_DAY."""

from __future__ import annotations

from datetime import date
from typing import Any

EXAMPLE_DAY = date(2026, 11, 24)

PAGES: dict[str, dict[str, Any]] = {
    "identity": {
        "nik": "1404056708010002",
        "full_name": "Contoh Siti Mu'minah",
        "birth_place": "Tembilahan",
        "birth_date": "2001-08-27",
        "sex": "P",
        "religion": "islam",
        "marital_status": "single",
        "disability_status": "none",
        "disability_kinds": [],
    },
    "contact": {
        "ktp_street": "Jl. Contoh No. 12",
        "ktp_rt": "003",
        "ktp_rw": "001",
        "ktp_in_regency": True,
        "ktp_village_code": "14.04.05.1004",
        "ktp_regency_name": None,
        "ktp_subdistrict_name": None,
        "ktp_village_name": None,
        "ktp_postal_code": "29261",
        "domicile_same_as_ktp": True,
        "mobile": "+6281200000001",
        "mobile_has_whatsapp": True,
        "email": "siti@contoh.example",
        "preferred_channel": "email",
    },
    "education": {
        "education": [
            {
                "form_level": "smk",
                "completed": True,
                "institution": "SMK Contoh 1 Tembilahan",
                "major": "Akuntansi",
                "year_out": 2019,
            },
            {
                "form_level": "smp",
                "completed": True,
                "institution": "SMP Contoh 2",
                "major": None,
                "year_out": 2016,
            },
        ]
    },
    "skills": {
        "languages": ["id", "other"],
        "language_other_name": "Banjar",
        "skills": [{"name": "Komputer", "year": 2020}],
    },
    "experience": {
        "employment_status": "unemployed",
        "experience": [
            {
                "position": "Kasir",
                "employer_name": "Toko Contoh & Anak",
                "year_in": 2020,
                "still_working": False,
                "year_out": 2022,
            }
        ],
    },
    "preferences": {
        "occupation_1": "Staf administrasi",
        "occupation_2": "Kasir",
        "occupation_3": None,
        "location_scope": "domestic",
        "location_place": "Tembilahan",
    },
}
