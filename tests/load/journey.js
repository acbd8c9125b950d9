// The whole journey of an applicant over the HTML pages, as a browser without JavaScript walks it:
// start page, notice, every screen of the form, three documents, check, send, confirmation, status.
// Started by journey.py; arrivals do not wait for answers (constant-arrival-rate).
import http from 'k6/http';
import exec from 'k6/execution';
import { Counter, Trend } from 'k6/metrics';

const BASE = __ENV.BASE;
const RATE = Number(__ENV.RATE);
const SECONDS = Number(__ENV.SECONDS);
const FIRST = Number(__ENV.FIRST); // number of the first person, so that no two runs share one
const FILES = {
  identity_card: http.file(open(__ENV.IDENTITY_CARD, 'b'), 'ktp.jpg', 'image/jpeg'),
  diploma: http.file(open(__ENV.DIPLOMA, 'b'), 'ijazah.pdf', 'application/pdf'),
  photo: http.file(open(__ENV.PHOTO, 'b'), 'foto.jpg', 'image/jpeg'),
};
const SCREENS = JSON.parse(__ENV.SCREENS); // [page, screen, names of what it asks]
const GIVEN = ['Andika', 'Ayu', 'Bayu', 'Citra', 'Dedi', 'Dewi', 'Fajar', 'Fitri'];
const FAMILY = ['Contohwan', 'Hidayat', 'Nasution', 'Pratama', 'Siregar', 'Wijaya', 'Yusuf'];

const started = new Counter('journeys_started');
const done = new Counter('journeys_done');
const inTime = new Counter('journeys_done_in_time'); // before the last arrival
const failed = new Counter('journeys_failed');
const seconds = new Trend('journey_seconds');

export const options = {
  scenarios: {
    journeys: {
      executor: 'constant-arrival-rate',
      rate: Math.round(RATE * 10),
      timeUnit: '10s',
      duration: `${SECONDS}s`,
      preAllocatedVUs: Math.ceil(RATE * 6) + 4,
      maxVUs: Math.ceil(RATE * 20) + 8,
      gracefulStop: '20s',
    },
  },
  noVUConnectionReuse: true, // every person comes with a connection of their own
  summaryTrendStats: ['count', 'avg', 'med', 'p(95)', 'p(99)', 'max'],
  // Not judged here: a threshold is how k6 reports a figure per kind of request.
  thresholds: Object.fromEntries(
    ['page', 'submit', 'upload', 'save', 'image', 'asset'].map((kind) => [
      `http_req_duration{kind:${kind}}`,
      ['max>=0'],
    ]),
  ),
};

class Broken extends Error {}

function options_(kind, name) {
  return {
    redirects: 0,
    tags: { kind, name },
    headers: { 'Accept-Encoding': 'gzip, deflate, br', Origin: BASE },
    responseType: kind === 'image' || kind === 'asset' ? 'none' : 'text', // pages alone are read
  };
}

function expect(answer, status, step) {
  if (answer.status !== status) {
    const said = String(answer.body || answer.error).replace(/\s+/g, ' ').slice(-400);
    throw new Broken(`${step}: ${answer.status} instead of ${status}: ${said}`);
  }
  return answer;
}

function get(path, kind = 'page') {
  const name = path.replace(/AK1-\w+|[0-9a-f]{16,}/g, '-');
  return expect(http.get(BASE + path, options_(kind, name)), 200, `GET ${name}`).body;
}

// Post, then ask for the page that the answer names, as a browser does.
function post(path, form, kind = 'save') {
  const answer = expect(http.post(BASE + path, form, options_(kind, `POST ${path}`)), 303, path);
  return answer.headers.Location.replace(/#.*/, '');
}

function arriveAt(path, expected) {
  if (path !== expected) throw new Broken(`sent to ${path} instead of ${expected}`);
  return get(path);
}

function token(page) {
  const found = /name="csrf_token" value="([^"]+)"/.exec(page);
  if (!found) throw new Broken('the page has no form token');
  return found[1];
}

function images(page) {
  const paths = [...page.matchAll(/src="(\/daftar\/dokumen\/[^"]+\.jpg)"/g)].map((hit) => hit[1]);
  const asked = paths.map((path) => ['GET', BASE + path, null, options_('image', 'image')]);
  http.batch(asked).forEach((answer) => expect(answer, 200, 'image'));
}

function person(number) {
  const two = (value) => String(value).padStart(2, '0');
  const woman = number % 2 === 1;
  const day = (number % 28) + 1;
  const month = (Math.floor(number / 28) % 12) + 1;
  const year = 1985 + (Math.floor(number / 336) % 20);
  const district = (Math.floor(number / 6720) % 20) + 1;
  const serial = String((Math.floor(number / 134400) % 9999) + 1).padStart(4, '0');
  const born = `${two(woman ? day + 40 : day)}${two(month)}${two(year % 100)}`;
  return {
    number,
    day,
    month,
    year,
    sex: woman ? 'P' : 'L',
    nik: `1404${two(district)}${born}${serial}`,
    name: `${GIVEN[number % 8]} ${FAMILY[number % 7]} ${FAMILY[Math.floor(number / 7) % 7]}`,
  };
}

// What the form pages post, empty fields too.
function answers(who) {
  const left = String(who.year + 18);
  return {
    identity: {
      nik: who.nik,
      family_card_number: '',
      full_name: who.name,
      birth_place: 'Tembilahan',
      'birth_date-day': String(who.day),
      'birth_date-month': String(who.month),
      'birth_date-year': String(who.year),
      sex: who.sex,
      religion: 'islam',
      marital_status: 'single',
      height_cm: '165',
      weight_kg: '',
      disability_status: 'none',
    },
    contact: {
      ktp_street: `Jl. Contoh No. ${who.number % 99}`,
      ktp_rt: '003',
      ktp_rw: '001',
      ktp_in_regency: 'yes',
      ktp_village_code: '14.04.04.1001',
      ktp_postal_code: '',
      domicile_same_as_ktp: 'yes',
      mobile: `0812${String(10000000 + (who.number % 89999999))}`,
      mobile_has_whatsapp: 'yes',
      email: `pelamar${who.number}@contoh.example`,
      preferred_channel: 'email',
    },
    education: {
      'education-0-form_level': 'smk',
      'education-0-completed': 'yes',
      'education-0-institution': 'SMK Contoh Tembilahan',
      'education-0-major': 'Akuntansi',
      'education-0-year_in': '',
      'education-0-year_out': left,
      'education-0-grade_score': '78,4',
      'education-0-diploma_number': '',
    },
    skills: {
      languages: 'id',
      language_level_id: 'fluent',
      language_other_name: '',
      'skills-0-name': 'Komputer perkantoran',
      'skills-0-provider': '',
      'skills-0-year': '',
      'skills-0-certificate_number': '',
    },
    experience: {
      employment_status: 'unemployed',
      'experience-0-position': 'Kasir',
      'experience-0-employer_name': 'Toko Contoh Jaya',
      'experience-0-year_in': left,
      'experience-0-year_out': String(who.year + 19),
      'experience-0-duration_months': '12',
      'experience-0-duties': 'Melayani pembeli',
    },
    preferences: {
      occupation_1: 'Staf administrasi',
      occupation_2: '',
      occupation_3: '',
      location_scope: 'domestic',
      location_place: '',
      occupation_code_1: '4110',
      industry_1: 'G',
      wage: '3.000.000',
      employer_name: '',
      employer_address: '',
      employer_phone: '',
      consent_matching: 'yes',
    },
  };
}

function open_() {
  const page = get('/');
  const assets = [...page.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((hit) => hit[1]);
  const asked = [...new Set(assets)].map((path) => [
    'GET', BASE + path, null, options_('asset', 'asset'),
  ]);
  http.batch(asked).forEach((answer) => expect(answer, 200, 'asset'));
  get('/daftar');
  arriveAt(post('/daftar', { kind: 'new', purpose: '', notice_acknowledged: 'yes' }), '/daftar/daftar-tugas');
}

function fill(who) {
  const filled = answers(who);
  const addresses = SCREENS.map(([id, screen]) => `/daftar/${id}/${screen}`);
  let page = get(addresses[0]);
  SCREENS.forEach(([id, , names], index) => {
    const form = { csrf_token: token(page) };
    Object.keys(filled[id])
      .filter((name) => names.includes(name.split('-')[0]))
      .forEach((name) => { form[name] = filled[id][name]; });
    page = arriveAt(post(addresses[index], form), addresses[index + 1] || '/daftar/dokumen');
  });
  return page;
}

function upload(documents) {
  let page = documents;
  Object.keys(FILES).forEach((kind) => {
    const form = { csrf_token: token(page), file: FILES[kind] };
    page = arriveAt(post(`/daftar/dokumen/${kind}`, form, 'upload'), '/daftar/dokumen');
    images(page);
  });
  const review = post('/daftar/dokumen', { csrf_token: token(page) });
  return arriveAt(review, '/daftar/periksa');
}

function send(review) {
  images(review);
  const form = { csrf_token: token(review), declaration: 'yes', consent_reminders_whatsapp: 'yes' };
  const sent = get(post('/daftar/periksa', form, 'submit'));
  const found = /class="spk-reference">([^<]+)</.exec(sent);
  if (!found) throw new Broken('the confirmation shows no reference');
  return found[1].trim();
}

function look(who, reference) {
  get('/status');
  const form = {
    reference,
    'birth_date-day': String(who.day),
    'birth_date-month': String(who.month),
    'birth_date-year': String(who.year),
  };
  const page = arriveAt(post('/status', form), '/status/ringkasan');
  if (!page.includes(reference)) throw new Broken('the status shows another reference');
}

export default function journey() {
  const who = person(FIRST + exec.scenario.iterationInTest);
  const begun = Date.now();
  started.add(1);
  try {
    open_();
    const reference = send(upload(fill(who)));
    look(who, reference);
  } catch (error) {
    failed.add(1);
    console.error(error instanceof Broken ? error.message : String(error.stack || error));
    return;
  }
  done.add(1);
  seconds.add((Date.now() - begun) / 1000);
  if (Date.now() < exec.scenario.startTime + SECONDS * 1000) inTime.add(1);
}

export function handleSummary(data) {
  const values = Object.entries(data.metrics).map(([name, metric]) => [name, metric.values]);
  return { [__ENV.OUT]: JSON.stringify(Object.fromEntries(values)) };
}
