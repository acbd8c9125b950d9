// The AK-1 card with pdfmake: same values, photo, fonts, two pages, tables, boxes and QR.
// node card.js cards.json WARM card.pdf: prints processor time per card after WARM cards.
const fs = require('fs');
const pdfmake = require('pdfmake');

const input = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const warm = Number(process.argv[3]);
const MM = 72 / 25.4;
const mm = (value) => value * MM;
pdfmake.setFonts({ Plex: { normal: input.regular, bold: input.bold } });
pdfmake.setUrlAccessPolicy?.(() => false); // nothing to fetch

const at = (left, top, content) => ({ absolutePosition: { x: mm(left), y: mm(top) }, ...content });
const text = (left, top, value, style = {}) => at(left, top, { text: value, ...style });
const head = (value) => ({ text: value, bold: true, fillColor: '#e5e7eb' });

function table(left, top, widths, heads, rows, height) {
  return at(left, top, {
    table: {
      widths: widths.map((width) => mm(width)),
      heights: mm(height),
      body: [heads.map(head), ...rows],
    },
    layout: { hLineWidth: () => 0.4, vLineWidth: () => 0.4, paddingTop: () => 0, paddingBottom: () => 0 },
  });
}

function padded(rows, columns, count) {
  const empty = () => Array.from({ length: columns }, () => ' ');
  return [...rows, ...Array.from({ length: Math.max(0, count - rows.length) }, empty)];
}

function digits(left, top, number) {
  return at(left, top, {
    table: { widths: Array(16).fill(mm(3.4)), body: [[...number].map((digit) => ({ text: digit, alignment: 'center' }))] },
    layout: { hLineWidth: () => 0.4, vLineWidth: () => 0.4, paddingLeft: () => 0, paddingRight: () => 0 },
  });
}

const rule = (left, top, width, size) =>
  at(left, top, { canvas: [{ type: 'line', x1: 0, y1: 0, x2: mm(width), y2: 0, lineWidth: size }] });

function outside(card) {
  const rows = [
    ['Nama lengkap', card.full_name.toUpperCase()],
    ['Tempat/tanggal lahir', `${card.birth_place}, ${card.birth_date}`],
    ['Jenis kelamin', card.sex],
    ['Status', card.marital_status],
    ['Agama', card.religion],
    ['Alamat', card.address],
    ['Nomor HP', card.phone],
    ['Berlaku sampai', card.valid_until],
  ];
  return [
    text(7, 7, 'PENDIDIKAN FORMAL', { bold: true }),
    table(7, 10.9, [34, 76, 17], ['Tingkat', 'Jurusan', 'Tahun lulus'],
      padded(card.education.map((row) => [row.level, row.major || ' ', row.year]), 3, 5), 4.2),
    text(7, 38.2, 'KETERAMPILAN / PENGALAMAN KERJA', { bold: true }),
    table(7, 42.1, [108, 20], ['Keterampilan, atau jabatan dan instansi', 'Tahun'],
      padded(card.experience.map((row) => [row.text, row.years || ' ']), 2, 5), 5),
    at(7, 79, { qr: card.qr.join('#'), fit: mm(26), eccLevel: 'M' }),
    text(37, 85.6, `Kode cek ${card.check_code}`),
    text(37, 96.6, 'Pindai kode QR untuk memeriksa apakah kartu ini asli dan masih berlaku.', { fontSize: 6 }),
    text(175, 8, card.office.government.toUpperCase(), { bold: true, fontSize: 10 }),
    text(175, 13, card.office.name.toUpperCase(), { bold: true, fontSize: 10 }),
    text(175, 18, card.office.address),
    rule(155.5, 23.4, 134, 1.6),
    rule(155.5, 24.4, 134, 0.5),
    text(270, 8, 'Kartu AK/I', { bold: true }),
    text(170, 26, 'KARTU TANDA BUKTI PENDAFTARAN PENCARI KERJA', { bold: true, fontSize: 11 }),
    text(155.5, 33, 'No. Pendaftaran Pencari Kerja'),
    digits(205, 33, card.registration_number),
    text(155.5, 40, 'No. Induk Kependudukan'),
    digits(205, 40, card.nik),
    at(155.5, 49, { image: 'photo', width: mm(30), height: mm(40) }),
    text(155.5, 100.2, 'Tanda tangan pencari kerja', { fontSize: 6 }),
    ...rows.flatMap(([label, value], index) => [
      text(191, 49 + index * 4.5, label),
      text(217, 49 + index * 4.5, `: ${value}`),
    ]),
    text(240, 86, `${card.office.place}, ${card.issued_on}`),
    text(240, 90, card.signatory.role),
    text(240, 98, card.signatory.name, { bold: true }),
    text(240, 102, `NIP ${card.signatory.nip}`),
  ];
}

function inside(card) {
  const rows = card.reports.map((report, index) => [
    ['Kesatu', 'Kedua', 'Ketiga'][index], `paling lambat ${report.due}`, ' ',
  ]);
  return [
    text(7, 7, 'LAPORAN', { bold: true, pageBreak: 'before' }),
    table(7, 11, [26, 35, 64], ['Laporan', 'Tanggal-Bulan-Tahun',
      'Tanda tangan Pengantar Kerja atau Petugas Pendaftar (cantumkan nama dan NIP)'], rows, 16),
    text(7, 75, 'PENEMPATAN', { bold: true }),
    text(7, 83, 'Diterima di / Diterima Penempatan :'),
    rule(60.5, 87, 81, 0.4),
    text(7, 95, 'Terhitung / Tanggal Penempatan :'),
    rule(60.5, 99, 81, 0.4),
    text(155.5, 9, 'KETENTUAN', { bold: true }),
    at(155.5, 15, { table: { widths: [mm(130)], body: [[{ ol: card.terms }]] }, layout: 'noBorders' }),
    text(155.5, 100, `Dasar: ${card.legal_basis}`),
  ];
}

function definition(card) {
  return {
    pageSize: { width: mm(297), height: mm(110) },
    pageMargins: [0, 0, 0, 0],
    info: { title: `Kartu AK/I ${card.registration_number}` },
    images: { photo: input.photo },
    defaultStyle: { font: 'Plex', fontSize: 8 },
    content: [...outside(card), ...inside(card)],
  };
}

async function main() {
  let begun = process.cpuUsage();
  let last;
  for (const [index, card] of input.cards.entries()) {
    if (index === warm) begun = process.cpuUsage();
    last = await pdfmake.createPdf(definition(card)).getBuffer();
  }
  const used = process.cpuUsage(begun);
  fs.writeFileSync(process.argv[4], last);
  const count = input.cards.length - warm;
  console.log(JSON.stringify({ milliseconds: (used.user + used.system) / 1000 / count, count }));
}

main();
