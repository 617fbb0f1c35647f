// RFC 9112 in raw bytes against the echo server: what keeps a connection and what ends it, bodies in
// every framing, and the refusal of whatever a proxy could read in another way.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Fixture, rawExchange, within } from './support/fixture.mjs';

let fixture;
before(async () => (fixture = await Fixture.start('http-echo')));
after(() => fixture.stop());

const request = (method, headers = '', body = '', target = '/') =>
  `${method} ${target} HTTP/1.1\r\nHost: till\r\n${headers}\r\n${body}`;
const LAST = request('GET', 'Connection: close\r\n');

/** The responses in the bytes, each as { status, headers, body }. `head` are the indices of HEAD. */
function responses(bytes, head = []) {
  const all = [];
  let rest = bytes;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    assert.notEqual(end, -1, `no whole head: ${JSON.stringify(rest)}`);
    const [line, ...fields] = rest.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 1).trim(),
      ]),
    );
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)[1]);
    const length = head.includes(all.length) || status === 100 ? 0 : Number(headers['content-length']);
    all.push({ status, headers, body: rest.slice(end + 4, end + 4 + length) });
    rest = rest.slice(end + 4 + length);
  }
  return all;
}

const exchange = async (bytes, head) => responses(await rawExchange(fixture.port, bytes), head);
const bodies = async (bytes) => (await exchange(bytes)).map(({ body }) => body);

/** Sends the pieces one after the other, each once the bytes before it were answered so far. */
async function talk(...pieces) {
  const socket = net.connect(fixture.port, '127.0.0.1');
  let seen = '';
  let wake = () => {};
  socket.on('data', (data) => {
    seen += data;
    wake();
  });
  const ended = new Promise((resolve) => socket.once('close', resolve));
  for (const [bytes, expected] of pieces) {
    socket.write(bytes);
    while (expected && !seen.includes(expected)) {
      await within(5_000, expected, new Promise((resolve) => (wake = resolve)));
    }
  }
  await within(5_000, 'the end', ended);
  return seen;
}

describe('a connection', () => {
  test('is kept by HTTP/1.1 and ended by its close', async () => {
    const all = await exchange(request('POST', 'Content-Length: 3\r\n', 'one') + LAST);
    assert.deepEqual(all.map(({ status }) => status), [200, 200]);
    assert.notEqual(all[0].headers.connection, 'close');
    assert.equal(all[1].headers.connection, 'close');
  });
  test('is ended by HTTP/1.0 unless it is asked to be kept', async () => {
    const old = (headers) => `GET / HTTP/1.0\r\nHost: till\r\n${headers}\r\n`;
    assert.equal((await exchange(old('') + LAST)).length, 1);
    const kept = await exchange(old('Connection: keep-alive\r\n') + LAST);
    assert.equal(kept.length, 2);
    assert.match(kept[0].headers.connection, /keep-alive/i);
  });
  test('answers requests that come in one piece in their order', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `request ${i}`);
    const pipeline = names.map((name) => request('PUT', `Content-Length: ${name.length}\r\n`, name));
    assert.deepEqual(await bodies(pipeline.join('') + LAST), [...names, 'OK']);
  });
  test('answers the same when every byte comes by itself', async () => {
    const bytes = request('POST', 'Transfer-Encoding: chunked\r\n', '3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n') + LAST;
    const socket = net.connect({ port: fixture.port, host: '127.0.0.1', noDelay: true });
    let answer = '';
    socket.on('data', (data) => (answer += data));
    for (const byte of bytes) {
      socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => socket.once('close', resolve));
    assert.deepEqual(responses(answer).map(({ body }) => body), ['abc', 'OK']);
  });
  test('lets one empty line pass before a request', async () => {
    assert.deepEqual(await bodies(`\r\n${LAST}`), ['OK']);
    assert.equal((await exchange(`\r\n\r\n${LAST}`))[0].status, 400);
  });
});

describe('a body', () => {
  const chunked = 'Transfer-Encoding: chunked\r\n';
  test('in chunks is put together, without extensions and trailers', async () => {
    for (const [body, whole] of [
      ['0\r\n\r\n', ''],
      ['5\r\nhello\r\n0\r\n\r\n', 'hello'],
      ['5;name=value;other="x"\r\nhello\r\n00006\r\n world\r\n0;last\r\nX-Sum: 1\r\n\r\n', 'hello world'],
      ['A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n', '01234567890123456789'],
    ]) {
      assert.deepEqual(await bodies(request('POST', chunked, body) + LAST), [whole, 'OK']);
    }
  });
  test('is waited for by who is told to continue', async () => {
    for (const [framing, body] of [
      ['Content-Length: 5\r\n', 'hello'],
      [chunked, '5\r\nhello\r\n0\r\n\r\n'],
    ]) {
      const seen = await talk(
        [request('POST', `${framing}Expect: 100-continue\r\n`), 'HTTP/1.1 100 Continue\r\n\r\n'],
        [body + LAST],
      );
      const all = responses(seen);
      assert.deepEqual(all.map(({ status, body: got }) => [status, got]), [
        [100, ''],
        [200, 'hello'],
        [200, 'OK'],
      ]);
    }
  });
  test('that would be too large is refused before it is sent', async () => {
    const head = request('POST', 'Content-Length: 1048577\r\nExpect: 100-continue\r\n');
    const [refusal] = await exchange(head);
    assert.equal(refusal.status, 413);
    assert.equal(refusal.headers.connection, 'close');
    assert.equal((await exchange(request('POST', chunked, '100001\r\n')))[0].status, 413);
    assert.equal((await exchange(request('POST', 'Content-Length: 99999999999999999999\r\n')))[0].status, 413);
  });
  test('of an answer to HEAD is left out, its length is not', async () => {
    const all = await exchange(request('HEAD') + LAST, [0]);
    assert.deepEqual(all.map(({ headers, body }) => [headers['content-length'], body]), [
      ['2', ''],
      ['2', 'OK'],
    ]);
  });
  test('of a refusal is there, also after a HEAD', async () => {
    const all = await exchange(`${request('HEAD')}nonsense\r\n\r\n`, [0]);
    assert.equal(all[1].status, 400);
    assert.equal(all[1].body.length, Number(all[1].headers['content-length']));
    assert.ok(all[1].body.length > 0);
  });
});

describe('refused with 400, and the connection ends', () => {
  const chunked = 'Transfer-Encoding: chunked\r\n';
  const cases = {
    'two lengths': request('POST', 'Content-Length: 3\r\nContent-Length: 4\r\n', 'abcd'),
    'the same length twice': request('POST', 'Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'),
    'a list of lengths': request('POST', 'Content-Length: 3, 3\r\n', 'abc'),
    'a signed length': request('POST', 'Content-Length: +3\r\n', 'abc'),
    'a negative length': request('POST', 'Content-Length: -3\r\n'),
    'a hexadecimal length': request('POST', 'Content-Length: 0x3\r\n', 'abc'),
    'an empty length': request('POST', 'Content-Length: \r\n'),
    'a length and chunks': request('POST', `Content-Length: 3\r\n${chunked}`, '0\r\n\r\n'),
    'chunks and a length': request('POST', `${chunked}Content-Length: 3\r\n`, '0\r\n\r\n'),
    'a length before chunks of another name': request('POST', 'Content-Length: 3\r\nTransfer-Encoding: xchunked\r\n', 'abc'),
    'a transfer coding behind a control character': request('POST', 'Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'),
    'a header whose name ends with a NUL': request('POST', 'Content-Length\0: 3\r\n', 'abc'),
    'lengths in two notations': request('POST', 'Content-Length: 3\r\nContent-Length: 03\r\n', 'abc'),
    'two transfer codings': request('POST', chunked + chunked, '0\r\n\r\n'),
    'chunks in HTTP/1.0': `POST / HTTP/1.0\r\nHost: till\r\n${chunked}\r\n0\r\n\r\n`,
    'a chunk size with 0x': request('POST', chunked, '0x1\r\na\r\n0\r\n\r\n'),
    'a signed chunk size': request('POST', chunked, '+1\r\na\r\n0\r\n\r\n'),
    'a negative chunk size': request('POST', chunked, '-1\r\na\r\n0\r\n\r\n'),
    'an empty chunk size': request('POST', chunked, '\r\na\r\n0\r\n\r\n'),
    'a blank after a chunk size': request('POST', chunked, '1 \r\na\r\n0\r\n\r\n'),
    'an underscore in a chunk size': request('POST', chunked, '1_0\r\na\r\n0\r\n\r\n'),
    'a chunk size above 64 bits': request('POST', chunked, '10000000000000001\r\na\r\n0\r\n\r\n'),
    'a chunk that is longer than it says': request('POST', chunked, '1\r\nab\r\n0\r\n\r\n'),
    'a chunk that ends with LF alone': request('POST', chunked, '1\r\na\n0\r\n\r\n'),
    'a chunk size that ends with LF alone': request('POST', chunked, '1\na\r\n0\r\n\r\n'),
    'endless chunk extensions': request('POST', chunked, `1;${'x'.repeat(20_000)}\r\na\r\n0\r\n\r\n`),
    'a length among the trailers': request('POST', chunked, '0\r\nContent-Length: 5\r\n\r\n'),
    'a host among the trailers': request('POST', chunked, '0\r\nHost: other\r\n\r\n'),
    'a folded header': request('GET', 'X-A: 1\r\n folded\r\n'),
    'a header folded by a tab': request('GET', 'X-A: 1\r\n\tfolded\r\n'),
    'a blank before the colon': request('GET', 'X-A : 1\r\n'),
    'a blank before the first header': 'GET / HTTP/1.1\r\n Host: till\r\n\r\n',
    'a header without a colon': request('GET', 'nonsense\r\n'),
    'a header without a name': request('GET', ': 1\r\n'),
    'a header that ends with LF alone': request('GET', 'X-A: 1\nX-B: 2\r\n'),
    'a request line that ends with LF alone': 'GET / HTTP/1.1\nHost: till\r\n\r\n',
    'a head that ends with LF alone': 'GET / HTTP/1.1\r\nHost: till\r\n\n',
    'a bare CR in a header': request('GET', 'X-A: 1\rX-B: 2\r\n'),
    'a NUL in a header': request('GET', 'X-A: 1\0\r\n'),
    'a control character in a name': request('GET', 'X\x01A: 1\r\n'),
    'no host': 'GET / HTTP/1.1\r\n\r\n',
    'two hosts': request('GET', 'Host: other\r\n'),
    'a host with a path': 'GET / HTTP/1.1\r\nHost: till/x\r\n\r\n',
    'a host with a user': 'GET / HTTP/1.1\r\nHost: a@b\r\n\r\n',
    'two blanks in the request line': 'GET  / HTTP/1.1\r\nHost: till\r\n\r\n',
    'no version': 'GET /\r\nHost: till\r\n\r\n',
    'a lower-case version': 'GET / http/1.1\r\nHost: till\r\n\r\n',
    'a method that is no token': 'G@T / HTTP/1.1\r\nHost: till\r\n\r\n',
    'a target with a control character': 'GET /\x7f HTTP/1.1\r\nHost: till\r\n\r\n',
    'a target without a slash': 'GET x HTTP/1.1\r\nHost: till\r\n\r\n',
    'a line end in an escape of the path': 'GET /%00 HTTP/1.1\r\nHost: till\r\n\r\n',
    'a way out of the root': 'GET /../etc/passwd HTTP/1.1\r\nHost: till\r\n\r\n',
    'the same as an escape': 'GET /%2e%2e/etc HTTP/1.1\r\nHost: till\r\n\r\n',
  };
  for (const [name, bytes] of Object.entries(cases)) {
    test(name, async () => {
      // What follows must not be taken for a request.
      const all = await exchange(bytes + LAST);
      assert.equal(all.length, 1);
      assert.equal(all[0].status, 400);
      assert.equal(all[0].headers.connection, 'close');
      assert.match(all[0].headers['content-type'], /problem\+json/);
      assert.equal(JSON.parse(all[0].body).status, 400);
    });
  }
});

describe('refused with the status that says why', () => {
  for (const [name, status, bytes] of [
    ['a target above 8 KiB', 414, request('GET', '', '', `/${'x'.repeat(8 * 1024)}`)],
    ['headers above 16 KiB', 431, request('GET', `X-A: ${'x'.repeat(16 * 1024)}\r\n`)],
    ['more than 100 headers', 431, request('GET', 'X: 1\r\n'.repeat(100))],
    ['many small headers above 16 KiB', 431, request('GET', `X: ${'x'.repeat(300)}\r\n`.repeat(60))],
    ['an unknown transfer coding', 501, request('POST', 'Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
    ['no transfer coding by name', 501, request('POST', 'Transfer-Encoding: identity\r\n', 'abc')],
    ['chunks that are not the last coding', 501, request('POST', 'Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n')],
    ['an empty transfer coding', 501, request('POST', 'Transfer-Encoding:\r\n', 'abc')],
    ['an unknown expectation', 417, request('POST', 'Expect: a miracle\r\nContent-Length: 1\r\n', 'x')],
    ['another version', 505, 'GET / HTTP/2.0\r\nHost: till\r\n\r\n'],
    ['a tunnel', 501, 'CONNECT till:443 HTTP/1.1\r\nHost: till\r\n\r\n'],
  ]) {
    test(name, async () => {
      const all = await exchange(bytes + LAST);
      assert.deepEqual(all.map((answer) => answer.status), [status]);
      assert.equal(all[0].headers.connection, 'close');
    });
  }
  test('and 100 headers of less than 16 KiB are taken', async () => {
    assert.deepEqual(await bodies(request('GET', 'X: 1\r\n'.repeat(98)) + LAST), ['OK', 'OK']);
  });
});
