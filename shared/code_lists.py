"""The code lists of AK/II with their Indonesian labels (domain.md 6.3, 6.4, 6.6)."""

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
    "physical": "Fisik",
    "intellectual": "Intelektual",
    "mental": "Mental",
    "sight": "Sensorik netra",
    "hearing": "Sensorik rungu",
    "speech": "Sensorik wicara",
    "multiple": "Ganda",
}
# from the lowest to the highest
EDUCATION_FORM_LEVEL = {
    "none": "Tidak/belum tamat SD",
    "sd": "SD/sederajat",
    "smp": "SMP/sederajat",
    "sma": "SMA/MA/sederajat",
    "smk": "SMK/MAK",
    "d1": "D1",
    "d2": "D2",
    "d3": "D3",
    "d4": "D4",
    "s1": "S1",
    "s2": "S2",
    "s3": "S3",
}
# the 13 levels of the labour market reports; Akta 2 and 3 (9 and 10) are no choice of the form
EDUCATION_LEVEL = {
    "none": 1,
    "sd": 2,
    "smp": 3,
    "sma": 4,
    "smk": 4,
    "d1": 5,
    "d2": 6,
    "d3": 7,
    "d4": 8,
    "s1": 11,
    "s2": 12,
    "s3": 13,
}
LANGUAGE = {
    "id": "Indonesia",
    "en": "Inggris",
    "zh": "Mandarin",
    "ja": "Jepang",
    "ar": "Arab",
    "other": "Bahasa lain",
}
LANGUAGE_LEVEL = {"basic": "Dasar", "intermediate": "Menengah", "fluent": "Lancar"}
GUARDIAN_RELATION = {
    "parent": "Orang tua",
    "guardian": "Wali",
    "sibling": "Kakak",
    "other": "Lainnya",
}
EMPLOYMENT_STATUS = {
    "unemployed": "Belum/tidak bekerja",
    "employed": "Bekerja, ingin pindah",
}
WORK_LOCATION = {
    "domestic": "Dalam negeri",
    "abroad": "Luar negeri",
    "anywhere": "Di mana saja",
}
# by the codes of Kepmendagri
PROVINCE = {
    "11": "Aceh",
    "12": "Sumatera Utara",
    "13": "Sumatera Barat",
    "14": "Riau",
    "15": "Jambi",
    "16": "Sumatera Selatan",
    "17": "Bengkulu",
    "18": "Lampung",
    "19": "Kepulauan Bangka Belitung",
    "21": "Kepulauan Riau",
    "31": "DKI Jakarta",
    "32": "Jawa Barat",
    "33": "Jawa Tengah",
    "34": "DI Yogyakarta",
    "35": "Jawa Timur",
    "36": "Banten",
    "51": "Bali",
    "52": "Nusa Tenggara Barat",
    "53": "Nusa Tenggara Timur",
    "61": "Kalimantan Barat",
    "62": "Kalimantan Tengah",
    "63": "Kalimantan Selatan",
    "64": "Kalimantan Timur",
    "65": "Kalimantan Utara",
    "71": "Sulawesi Utara",
    "72": "Sulawesi Tengah",
    "73": "Sulawesi Selatan",
    "74": "Sulawesi Tenggara",
    "75": "Gorontalo",
    "76": "Sulawesi Barat",
    "81": "Maluku",
    "82": "Maluku Utara",
    "91": "Papua",
    "92": "Papua Barat",
    "93": "Papua Selatan",
    "94": "Papua Tengah",
    "95": "Papua Pegunungan",
    "96": "Papua Barat Daya",
}
INDUSTRY_SCHEME = "kbli_2020"
# the sections of KBLI 2020
INDUSTRY = {
    "A": "Pertanian, kehutanan, perikanan",
    "B": "Pertambangan",
    "C": "Industri pengolahan",
    "D": "Listrik dan gas",
    "E": "Air, limbah, daur ulang",
    "F": "Konstruksi",
    "G": "Perdagangan, reparasi",
    "H": "Pengangkutan dan pergudangan",
    "I": "Akomodasi dan makan minum",
    "J": "Informasi dan komunikasi",
    "K": "Keuangan dan asuransi",
    "L": "Real estat",
    "M": "Jasa profesional, ilmiah, teknis",
    "N": "Penyewaan, ketenagakerjaan, agen perjalanan",
    "O": "Administrasi pemerintahan",
    "P": "Pendidikan",
    "Q": "Kesehatan dan sosial",
    "R": "Kesenian, hiburan, rekreasi",
    "S": "Jasa lainnya",
    "T": "Rumah tangga pemberi kerja",
    "U": "Badan internasional",
}
CONTACT_CHANNEL = {"whatsapp": "WhatsApp", "sms": "SMS", "email": "Email"}
BY_CHANNEL = {**CONTACT_CHANNEL, "email": "email"}  # after "lewat", within a sentence
APPLICATION_KIND = {
    "new": "Kartu baru",
    "renewal": "Perpanjangan",
    "correction": "Perbaikan data",
    "replacement": "Penggantian kartu",
}
REPLACEMENT_REASON = {"lost": "Hilang", "damaged": "Rusak"}
CHANNEL = {
    "online": "Online",
    "counter": "Loket",
    "subdistrict_desk": "Kantor kecamatan/desa",
    "whatsapp": "WhatsApp",
}
DOCUMENT_KIND = {
    "identity_card": "KTP",
    "diploma": "Ijazah terakhir",
    "graduation_letter": "Surat keterangan lulus (SKL)",
    "photo": "Pas foto 3x4",
    "family_card": "Kartu Keluarga",
    "skill_certificate": "Sertifikat keterampilan",
    "employment_letter": "Surat pengalaman kerja",
    "domicile_letter": "Surat keterangan domisili",
    "police_loss_letter": "Surat keterangan kehilangan dari Kepolisian",
    "previous_card": "Kartu AK-1 lama",
    "curriculum_vitae": "Daftar riwayat hidup",
    "birth_certificate": "Akta kelahiran",
    "village_letter": "Surat pengantar desa/kelurahan",
}
DOCUMENT_MARK = {
    "small": "Gambar kecil",
    "not_3x4": "Tidak berbanding 3 x 4",
    "blurred": "Gambar kurang tajam",
    "dark": "Gambar gelap",
    "bright": "Gambar terlalu terang",
}
FORM_PAGE = {
    "identity": "Data diri",
    "contact": "Alamat dan kontak",
    "education": "Pendidikan formal",
    "skills": "Keterampilan dan bahasa",
    "experience": "Pengalaman kerja",
    "preferences": "Pekerjaan yang diinginkan",
}
# what an applicant can be sent back to: pages of the form, then documents
ITEM = FORM_PAGE | {f"documents.{kind}": label for kind, label in DOCUMENT_KIND.items()}
