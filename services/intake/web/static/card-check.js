// Reads and verifies the signed code of a card (AK1-QR version 1) and the signed lists of card states.
// Pure: what it is given in, a verdict out; neither page nor network.
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const HEAD = [0x84, 0x4d, 0xa2, 0x01, 0x26, 0x04, 0x48]; // array of 4; protected header {ES256, kid of 8 bytes}
const CARD = -70001;
const LONGEST = 640; // characters: a token has 311 at most; what is far longer is no code at all
const CLOCKS_DIFFER = 3600; // seconds
export const BLOCK = 100000; // cards in one status list
const LIST_BYTES = BLOCK / 4;
const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const encoded = (text) => new TextEncoder().encode(text);

// `{ state, card }`: signed, expired, early, forged, unknown-key, unreadable. `now` in seconds.
export async function checkCard(text, keys, now) {
  let token;
  try { token = readToken(text); } catch { return { state: 'unreadable' }; }
  const key = keys.find((each) => each.kid === token.kid);
  if (!key) return { state: 'unknown-key' };
  if (!(await isSigned(key, token.signature, token.signed))) return { state: 'forged' };
  let card;
  try { card = readClaims(token.payload); } catch { return { state: 'unreadable' }; }
  if (card.issued > now + CLOCKS_DIFFER) return { state: 'early' };
  if (card.issuer !== key.iss || !couldSign(key, card.issued, now)) return { state: 'forged' };
  return { state: now > card.expires ? 'expired' : 'signed', card };
}

// The list whose own address is `uri`, as `{ at, isFresh, stateOf(index) }`; null when it is not to be trusted.
export async function readStatusList(jwt, keys, uri, now) {
  try {
    const [head, body, signature, more] = jwt.trim().split('.');
    const { alg, typ, kid } = readJson(head);
    const key = keys.find((each) => each.kid === kid);
    if (more !== undefined || alg !== 'ES256' || typ !== 'statuslist+jwt' || !key) return null;
    if (!(await isSigned(key, base64url(signature), encoded(`${head}.${body}`)))) return null;
    const { sub, iat, exp, ttl, status_list: list } = readJson(body);
    if (sub !== uri || ![iat, exp, ttl].every(Number.isSafeInteger) || ttl <= 0 || list.bits !== 2) return null;
    if (iat > now + CLOCKS_DIFFER || !(now < exp) || !couldSign(key, iat, now)) return null;
    const states = await inflated(base64url(list.lst));
    if (states.length !== LIST_BYTES) return null;
    return {
      at: iat,
      isFresh: now <= iat + ttl,
      stateOf: (index) => (states[index >> 2] >> ((index & 3) * 2)) & 3,
    };
  } catch {
    return null;
  }
}

function readToken(text) {
  if (text.length > LONGEST) throw new Error('length');
  const bytes = base32(text.toUpperCase());
  const size = bytes[17];
  const has = (at, wanted) => wanted.every((byte, i) => bytes[at + i] === byte);
  if (!has(0, HEAD) || !has(15, [0xa0, 0x58]) || !has(18 + size, [0x58, 0x40]) || bytes.length !== size + 84) {
    throw new Error('token');
  }
  const header = bytes.slice(2, 15), payload = bytes.slice(18, 18 + size);
  return {
    kid: [...bytes.slice(7, 15)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    payload,
    signature: bytes.slice(20 + size),
    signed: new Uint8Array([0x84, 0x6a, ...encoded('Signature1'), 0x4d, ...header, 0x40, 0x58, size, ...payload]),
  };
}

function readClaims(payload) {
  const claims = cbor(payload), card = claims.get(CARD);
  const texts = [claims.get(1), card.get(1), card.get(2), card.get(4)];
  const numbers = [claims.get(4), claims.get(6), card.get(3), card.get(5), card.get(6)];
  if (card.get(0) !== 1 || !numbers.every(Number.isSafeInteger) || !texts.every((each) => typeof each === 'string')) {
    throw new Error('claims');
  }
  return {
    issuer: claims.get(1),
    expires: claims.get(4),
    issued: claims.get(6),
    number: card.get(1),
    name: card.get(2),
    born: (card.get(3) - 25567) * 86400, // seconds since 1970, from days since 1900
    nik: card.get(4),
    education: card.get(5),
    index: card.get(6),
  };
}

function couldSign(key, at, now) {
  const isRevoked = key.revoked_at != null && at >= key.revoked_at;
  return at >= key.nbf && at < (key.exp_sign ?? Infinity) && now < (key.exp_verify ?? Infinity) && !isRevoked;
}

async function isSigned({ kty, crv, x, y }, signature, signed) {
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, ES256, false, ['verify']);
  return crypto.subtle.verify(ES256, key, signature, signed);
}

function base32(text) {
  const out = [];
  let bits = 0, rest = 0;
  for (const sign of text) {
    const value = ALPHABET.indexOf(sign);
    if (value < 0) throw new Error('base32');
    rest = (rest << 5) | value;
    bits += 5;
    if (bits >= 8) out.push((rest >> (bits -= 8)) & 255);
    rest &= (1 << bits) - 1;
  }
  if (rest || bits > 4) throw new Error('base32');
  return new Uint8Array(out);
}

// Only what a payload uses: integers, bytes, texts and maps of definite length.
function cbor(bytes) {
  let at = 0;
  const number = (size) => { let n = 0; while (size--) n = n * 256 + bytes[at++]; return n; };
  const part = (size) => {
    if (at + size > bytes.length) throw new Error('cbor');
    return bytes.slice(at, at += size);
  };
  const item = (depth) => {
    const head = bytes[at++], kind = head >> 5, short = head & 31;
    if (head === undefined || short > 26 || depth > 2) throw new Error('cbor');
    const n = short < 24 ? short : number(1 << (short - 24));
    if (kind === 0) return n;
    if (kind === 1) return -1 - n;
    if (kind === 2) return part(n);
    if (kind === 3) return new TextDecoder('utf-8', { fatal: true }).decode(part(n));
    if (kind !== 5) throw new Error('cbor');
    const map = new Map();
    for (let i = 0; i < n; i++) map.set(item(depth + 1), item(depth + 1));
    if (map.size !== n) throw new Error('cbor');
    return map;
  };
  const value = item(0);
  if (at !== bytes.length) throw new Error('cbor');
  return value;
}

function base64url(text) {
  if (typeof text !== 'string' || !/^[\w-]+$/.test(text)) throw new Error('base64url');
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0));
}

function readJson(part) {
  return JSON.parse(new TextDecoder().decode(base64url(part)));
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
