// gzip of large polling answers, for clients that say that they accept it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { Fetch, NodeXHR, Socket } from 'engine.io-client';
import { Fixture, within } from './support/fixture.mjs';

let fixture;
before(async () => (fixture = await Fixture.start('engineio')));
after(() => fixture.stop());

const LARGE = JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ id: i, name: 'Brötchen' })));

/** The head and the raw body of one request. */
function request(path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request(`${fixture.url}${path}`, { method, headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(parts) }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The answer to a poll that brings back what was sent. */
async function poll(message, headers) {
  const path = '/engine.io/?EIO=4&transport=polling';
  const opened = await request(path);
  const { sid } = JSON.parse(String(opened.body).slice(1));
  await request(`${path}&sid=${sid}`, { method: 'POST', body: `4${message}` });
  return request(`${path}&sid=${sid}`, { headers });
}

test('a large answer is gzip if the client accepts it', async () => {
  const answer = await poll(LARGE, { 'accept-encoding': 'deflate, gzip' });
  assert.equal(answer.headers['content-encoding'], 'gzip');
  assert.equal(Number(answer.headers['content-length']), answer.body.length);
  assert.ok(answer.body.length < LARGE.length / 4);
  assert.equal(String(zlib.gunzipSync(answer.body)), `4${LARGE}`);
});

test('one that is small, or for who does not accept it, is as it was', async () => {
  for (const headers of [{}, { 'accept-encoding': 'br' }, { 'accept-encoding': 'gzip;q=0' }]) {
    const answer = await poll(LARGE, headers);
    assert.equal(answer.headers['content-encoding'], undefined);
    assert.equal(String(answer.body), `4${LARGE}`);
  }
  const small = await poll('x'.repeat(900), { 'accept-encoding': 'gzip' });
  assert.equal(small.headers['content-encoding'], undefined);
});

for (const [name, transport] of Object.entries({ Fetch, NodeXHR })) {
  test(`engine.io-client reads them over ${name}`, async () => {
    const socket = new Socket(fixture.url, { transports: [transport] });
    await once(socket, 'open');
    for (const message of ['small', LARGE]) {
      const echo = new Promise((resolve) => socket.once('message', resolve));
      socket.send(message);
      assert.equal(await within(5_000, 'the echo', echo), message);
    }
    socket.close();
  });
}
