// Writes src/auth/jws_vectors.h: signed tokens with one thing wrong each, in the manner of the Wycheproof project, and
// the right ones beside them. Keys and signatures are Node's (OpenSSL's); what no library would sign is put together by
// hand. Run it again only to add a vector, as all keys are new then:  node tools/jws_vectors.mjs
import { constants, createHash, createHmac, createPrivateKey, generateKeyPairSync, privateEncrypt, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';

const b64 = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');
const PAYLOAD = { iss: 'https://issuer.example', sub: 'u1' };
const vectors = [];

/** A vector of a token made by `signer(signed bytes)`, whatever its header says. */
function add(set, alg, valid, comment, { header = {}, payload = PAYLOAD, signer, token }) {
  const signed = `${b64({ alg, ...header })}.${b64(payload)}`;
  vectors.push({ set, alg, valid, comment, token: token ? token(signed) : `${signed}.${b64(signer(Buffer.from(signed)))}` });
}

const bytesOf = (number, length) => Buffer.from(number.toString(16).padStart(2 * length, '0'), 'hex');
const numberOf = (bytes) => BigInt(`0x${bytes.toString('hex')}`);

// ES256 ----------------------------------------------------------------------------------------
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const raw = (data) => sign('sha256', data, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
const part = (signature) => [numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32))];
const es = (valid, comment, signer, more = {}) => add('ES256', 'ES256', valid, comment, { signer, ...more });
es(true, 'a right signature', raw);
es(true, 'the other signature of the same (n - s)', (data) => {
  const [r, s] = part(raw(data));
  return Buffer.concat([bytesOf(r, 32), bytesOf(n - s, 32)]);
});
es(false, 'DER in place of r and s', (data) => sign('sha256', data, ec.privateKey));
for (const [comment, make] of Object.entries({
  'r and s of 0': () => [0n, 0n],
  'r of 0': (r, s) => [0n, s],
  's of 0': (r) => [r, 0n],
  'r and s of 1': () => [1n, 1n],
  'r of n': (r, s) => [n, s],
  's of n': (r) => [r, n],
  'r and s of n': () => [n, n],
  'r of n - 1': (r, s) => [n - 1n, s],
  's of n + 1': (r) => [r, n + 1n],
  'r of the largest number': (r, s) => [2n ** 256n - 1n, s],
  'r and s swapped': (r, s) => [s, r],
  'r negated': (r, s) => [n - r, s],
  's one more': (r, s) => [r, (s + 1n) % n],
})) {
  es(false, comment, (data) => {
    const [r, s] = make(...part(raw(data)));
    return Buffer.concat([bytesOf(r, 32), bytesOf(s, 32)]);
  });
}
es(false, 'r and s with a zero before each', (data) => {
  const [r, s] = part(raw(data));
  return Buffer.concat([bytesOf(r, 33), bytesOf(s, 33)]);
});
es(false, 'a zero behind', (data) => Buffer.concat([raw(data), Buffer.alloc(1)]));
es(false, 'the last byte cut off', (data) => raw(data).subarray(0, 63));
es(false, 'r alone', (data) => raw(data).subarray(0, 32));
es(false, 'nothing', () => Buffer.alloc(0));
es(false, 'of the hash by SHA-1', (data) => sign('sha1', data, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }));
es(false, 'of the hash by SHA-512', (data) => sign('sha512', data, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }));
es(false, 'of another text', () => raw(Buffer.from('something else')));
es(false, 'of the payload alone', () => raw(Buffer.from(b64(PAYLOAD))));
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
es(false, 'by a key of another curve', (data) => sign('sha384', data, { key: p384.privateKey, dsaEncoding: 'ieee-p1363' }));

// RS256 and PS256 ------------------------------------------------------------------------------
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rs = (valid, comment, signer, more = {}) => add('RS256', 'RS256', valid, comment, { signer, ...more });
const pkcs1 = (data, hash = 'sha256') => sign(hash, data, rsa.privateKey);
/** Encrypts the bytes as they are, as a signer with an own idea of padding would. */
const block = (bytes) => privateEncrypt({ key: rsa.privateKey, padding: constants.RSA_NO_PADDING }, bytes);
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
const hash = (data) => createHash('sha256').update(data).digest();
const padded = (info, tail = Buffer.alloc(0), type = 1, fill = 0xff) =>
  Buffer.concat([Buffer.from([0, type]), Buffer.alloc(256 - 3 - info.length - tail.length, fill), Buffer.from([0]), info, tail]);
rs(true, 'a right signature', pkcs1);
rs(true, 'a right signature, put together by hand', (data) => block(padded(Buffer.concat([DIGEST_INFO, hash(data)]))));
rs(false, 'of the hash by SHA-1', (data) => pkcs1(data, 'sha1'));
rs(false, 'of the hash by SHA-512', (data) => pkcs1(data, 'sha512'));
rs(false, 'a hash without its name', (data) => block(padded(hash(data))));
rs(false, 'the name of SHA-512 before a hash by SHA-256', (data) =>
  block(padded(Buffer.concat([Buffer.from('3051300d060960864801650304020305000420', 'hex'), hash(data)]))));
rs(false, 'bytes behind the hash', (data) => block(padded(Buffer.concat([DIGEST_INFO, hash(data)]), Buffer.alloc(20, 0x41))));
rs(false, 'hardly any padding, and bytes behind the hash', (data) => {
  const start = Buffer.concat([Buffer.from([0, 1, ...Buffer.alloc(8, 0xff), 0]), DIGEST_INFO, hash(data)]);
  return block(Buffer.concat([start, Buffer.alloc(256 - start.length)]));
});
rs(false, 'padding of type 2', (data) => block(padded(Buffer.concat([DIGEST_INFO, hash(data)]), Buffer.alloc(0), 2)));
rs(false, 'padding of type 0', (data) => block(padded(Buffer.concat([DIGEST_INFO, hash(data)]), Buffer.alloc(0), 0, 0)));
rs(false, 'padding of other bytes', (data) => block(padded(Buffer.concat([DIGEST_INFO, hash(data)]), Buffer.alloc(0), 1, 0xfe)));
rs(false, 'a parameter that is left out', (data) =>
  block(padded(Buffer.concat([Buffer.from('302f300b0609608648016503040201' + '0420', 'hex'), hash(data)]))));
rs(false, 'a length in BER', (data) =>
  block(padded(Buffer.concat([Buffer.from('308131300d060960864801650304020105000420', 'hex'), hash(data)]))));
rs(false, 'the PSS of PS256', (data) => sign('sha256', data, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }));
rs(false, 'a zero before', (data) => Buffer.concat([Buffer.alloc(1), pkcs1(data)]));
rs(false, 'a zero behind', (data) => Buffer.concat([pkcs1(data), Buffer.alloc(1)]));
rs(false, 'the last byte cut off', (data) => pkcs1(data).subarray(0, 255));
rs(false, 'nothing', () => Buffer.alloc(0));
rs(false, '0', () => Buffer.alloc(256));
rs(false, '1', () => Buffer.concat([Buffer.alloc(255), Buffer.from([1])]));
rs(false, 'the modulus itself', () => Buffer.from(rsa.publicKey.export({ format: 'jwk' }).n, 'base64url'));
rs(false, 'of another text', () => pkcs1(Buffer.from('something else')));
rs(false, 'by another key', (data) => sign('sha256', data, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey));

const ps = (valid, comment, signer, more = {}) => add('PS256', 'PS256', valid, comment, { signer, ...more });
const pss = (data, saltLength = 32, name = 'sha256') =>
  sign(name, data, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
ps(true, 'a right signature', (data) => pss(data));
ps(false, 'without salt', (data) => pss(data, 0));
ps(false, 'a salt of 20 bytes', (data) => pss(data, 20));
ps(false, 'the longest salt', (data) => pss(data, 222));
ps(false, 'of the hash by SHA-1', (data) => pss(data, 20, 'sha1'));
ps(false, 'of the hash by SHA-512', (data) => pss(data, 64, 'sha512'));
ps(false, 'the PKCS #1 of RS256', (data) => pkcs1(data));
ps(false, 'a bit changed', (data) => {
  const signature = pss(data);
  signature[100] ^= 1;
  return signature;
});
ps(false, 'the last byte cut off', (data) => pss(data).subarray(0, 255));

// EdDSA ----------------------------------------------------------------------------------------
const ed = generateKeyPairSync('ed25519');
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const eddsa = (valid, comment, signer, more = {}) => add('EdDSA', 'EdDSA', valid, comment, { signer, ...more });
const edSign = (data) => sign(null, data, ed.privateKey);
const little = (bytes) => numberOf(Buffer.from(bytes).reverse());
eddsa(true, 'a right signature', edSign);
for (const [comment, change] of Object.entries({ 'S + L': (s) => s + L, 'S of 0': () => 0n, 'S of L': () => L, 'S of the largest number': () => 2n ** 256n - 1n })) {
  eddsa(false, comment, (data) => {
    const signature = edSign(data);
    return Buffer.concat([signature.subarray(0, 32), bytesOf(change(little(signature.subarray(32))), 32).reverse()]);
  });
}
eddsa(false, 'R of 0', (data) => Buffer.concat([Buffer.alloc(32), edSign(data).subarray(32)]));
eddsa(false, 'R of 1, and S of 0', () => Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]));
eddsa(false, 'R that is no point', (data) => Buffer.concat([Buffer.alloc(32, 0xff), edSign(data).subarray(32)]));
eddsa(false, 'the halves swapped', (data) => Buffer.concat([edSign(data).subarray(32), edSign(data).subarray(0, 32)]));
eddsa(false, 'a zero behind', (data) => Buffer.concat([edSign(data), Buffer.alloc(1)]));
eddsa(false, 'the last byte cut off', (data) => edSign(data).subarray(0, 63));
eddsa(false, 'nothing', () => Buffer.alloc(0));
eddsa(false, 'of the hash in place of the text', (data) => edSign(createHash('sha512').update(data).digest()));
eddsa(false, 'of another text', () => edSign(Buffer.from('something else')));

// HS256 ----------------------------------------------------------------------------------------
const secret = Buffer.from('a secret that both of them know, 32+');
const hs = (valid, comment, signer, more = {}) => add('HS256', 'HS256', valid, comment, { signer, ...more });
const mac = (data, key = secret, name = 'sha256') => createHmac(name, key).update(data).digest();
hs(true, 'a right code', (data) => mac(data));
hs(false, 'by the secret in base64url', (data) => mac(data, secret.toString('base64url')));
hs(false, 'by no secret', (data) => mac(data, ''));
hs(false, 'cut to 16 bytes', (data) => mac(data).subarray(0, 16));
hs(false, 'one byte', (data) => mac(data).subarray(0, 1));
hs(false, 'nothing', () => Buffer.alloc(0));
hs(false, 'by SHA-512', (data) => mac(data, secret, 'sha512'));
hs(false, 'by SHA-512, cut to 32 bytes', (data) => mac(data, secret, 'sha512').subarray(0, 32));
hs(false, 'a zero behind', (data) => Buffer.concat([mac(data), Buffer.alloc(1)]));
hs(false, 'the first bit changed', (data) => {
  const code = mac(data);
  code[0] ^= 0x80;
  return code;
});

// The form, signed rightly where that is possible -----------------------------------------------
const rightly = (comment, header, valid = false) => es(valid, comment, raw, { header });
rightly('a key name that is the key’s', { kid: 'ec' }, true);
rightly('a key name of another key', { kid: 'rsa' });
rightly('a key name that there is not', { kid: 'nobody' });
rightly('a key name that is no text', { kid: 7 });
rightly('a type of JWT', { typ: 'JWT' }, true);
rightly('a key address (jku)', { jku: 'https://evil.example/keys' });
rightly('a certificate address (x5u)', { x5u: 'https://evil.example/cert' });
rightly('a key of its own (jwk)', { jwk: ec.publicKey.export({ format: 'jwk' }) });
rightly('certificates of its own (x5c)', { x5c: ['MIIB'] });
rightly('a critical header that nobody knows', { crit: ['exp'], exp: 1 });
rightly('no critical headers, in a list', { crit: [] });
rightly('a payload that is not encoded (b64)', { b64: false, crit: ['b64'] });
rightly('a payload that is compressed (zip)', { zip: 'DEF' });
const form = (comment, token) => es(false, comment, undefined, { token });
const good = (signed) => `${signed}.${b64(raw(Buffer.from(signed)))}`;
form('padding behind the signature', (signed) => `${good(signed)}==`);
form('a space behind the signature', (signed) => `${good(signed)} `);
form('a line end in the signature', (signed) => good(signed).replace(/(.{8})$/, '\n$1'));
form('a fourth part', (signed) => `${good(signed)}.e30`);
form('no third part', (signed) => signed);
form('a part that is left out', (signed) => good(signed).replace(/\..*\./, '..'));
form('the plain alphabet of base64', (signed) => {
  for (;;) {
    const token = good(signed);
    if (/[-_][^.]*$/.test(token)) return token.replace(/[^.]*$/, (text) => text.replaceAll('-', '+').replaceAll('_', '/'));
  }
});
form('bits in the last character that mean nothing', (signed) => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const token = good(signed);
  return token.slice(0, -1) + letters[letters.indexOf(token.at(-1)) ^ 1];
});
const withHeader = (text) => () => good(`${b64(text)}.${b64(PAYLOAD)}`);
form('a header that is a list', withHeader('["ES256"]'));
form('a header that is no JSON', withHeader('alg=ES256'));
form('a header without an algorithm', withHeader('{}'));
form('an algorithm that is no text', withHeader('{"alg":["ES256"]}'));
form('an algorithm in other letters', withHeader('{"alg":"es256"}'));
form('an algorithm with a space', withHeader('{"alg":"ES256 "}'));
form('an algorithm that is none', withHeader('{"alg":"none"}'));
form('no algorithm, and no signature', () => `${b64('{"alg":"none"}')}.${b64(PAYLOAD)}.`);
form('an algorithm twice, the last is none', withHeader('{"alg":"ES256","alg":"none"}'));
// The last one counts (RFC 7515 section 4), here and above.
es(true, 'an algorithm twice, the first is none', undefined, { token: withHeader('{"alg":"none","alg":"ES256"}') });
form('a code by the public key', () => {
  const signed = `${b64({ alg: 'HS256' })}.${b64(PAYLOAD)}`;
  return `${signed}.${b64(mac(signed, ec.publicKey.export({ format: 'pem', type: 'spki' })))}`;
});

createPrivateKey(ec.privateKey.export({ format: 'pem', type: 'pkcs8' }));
const keys = { keys: [
  { kid: 'ec', ...ec.publicKey.export({ format: 'jwk' }) },
  { kid: 'rsa', ...rsa.publicKey.export({ format: 'jwk' }) },
  { kid: 'ed', ...ed.publicKey.export({ format: 'jwk' }) },
] };
const text = (value) => `R"(${value})"`;
const rows = vectors.map(({ alg, valid, comment, token }) =>
  `    {JwsAlgorithm::k${{ ES256: 'Es256', RS256: 'Rs256', PS256: 'Ps256', EdDSA: 'EdDsa', HS256: 'Hs256' }[alg]}, ${valid}, ${text(comment)},\n     ${text(token)}},`);
writeFileSync(new URL('../src/auth/jws_vectors.h', import.meta.url), `// Made by tools/jws_vectors.mjs: tokens with one thing wrong each, and the right ones beside them.
#pragma once

#include "auth/jwk.h"

namespace tillcast::auth::testing {

struct JwsVector {
  /// What the issuer is configured for.
  JwsAlgorithm algorithm;
  bool valid;
  const char* comment;
  const char* token;
};

// clang-format off
inline constexpr const char* kVectorKeys = ${text(JSON.stringify(keys))};
inline constexpr const char* kVectorSecret = ${text(secret)};
inline constexpr JwsVector kJwsVectors[] = {
${rows.join('\n')}
};
// clang-format on

}  // namespace tillcast::auth::testing
`);
console.log(`${vectors.length} vectors, ${vectors.filter(({ valid }) => valid).length} of them valid`);
