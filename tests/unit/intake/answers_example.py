"""A made-up applicant: the values of every page, valid on EXAMPLE_DAY."""

from __future__ import annotations

from datetime import date
from typing import Any

EXAMPLE_DAY = date(2026, 11, 24)

PAGES: dict[str, dict[str, Any]] = {
    "identity": {
        "nik": "1404056708010002",
        "family_card_number": "1404051203150001",
        "full_name": "Contoh Siti Mu'minah",
        "birth_place": "Tembilahan",
        "birth_date": "2001-08-27",
        "sex": "P",
        "religion": "islam",
        "marital_status": "single",
        "height_cm": 158,
        "weight_kg": 52,
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
                "year_in": 2016,
                "year_out": 2019,
                "grade_score": 78.4,
                "diploma_number": "M-SMK/K13-3/0000001",
            },
            {
                "form_level": "smp",
                "completed": True,
                "institution": "SMP Contoh 2",
                "major": None,
                "year_in": None,
                "year_out": 2016,
                "grade_score": None,
                "diploma_number": None,
            },
        ]
    },
    "skills": {
        "languages": ["id", "other"],
        "language_level_id": "fluent",
        "language_other_name": "Banjar",
        "language_level_other": None,
        "skills": [
            {
                "name": "Komputer",
                "provider": "LKP Contoh",
                "year": 2020,
                "certificate_number": "12/LKP/2020",
            }
        ],
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
                "duration_months": 26,
                "duties": "Melayani pembeli dan menghitung uang.",
            }
        ],
    },
    "preferences": {
        "occupation_1": "Staf administrasi",
        "occupation_2": "Kasir",
        "occupation_3": None,
        "occupation_code_1": "4110",
        "industry_1": "O",
        "occupation_code_2": None,
        "industry_2": None,
        "location_scope": "domestic",
        "location_place": "Tembilahan",
        "wage": "3000000",
        "employer_name": "PT Contoh Kelapa",
        "employer_address": "Jl. Pabrik Contoh",
        "employer_phone": "0768 00001",
        "consent_matching": True,
    },
}
AGREED = {"declaration": True, "consent_reminders_whatsapp": True, "consent_publication": False}
