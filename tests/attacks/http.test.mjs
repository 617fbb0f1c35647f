// HTTP that two programs could read in two ways, that is too much, or that never ends.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Client, Target, assertProblem, assertRefused } from './support.mjs';

describe('a request', () => {
  let target;
  let slow;
  before(async () => {
    target = await Target.start();
    // The slow ones are sent first, because they are given 30 seconds.
    slow = {
      head: trickle('GET /healthz HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n'),
      body: trickle('POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n', '{'),
      chunks: trickle('POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\n \r\n'),
      nothing: trickle('', ''),
    };
  });
  after(() => target.stop());

  /** Sends a piece every half a second; gives what was answered and after how many milliseconds it ended. */
  function trickle(start, piece) {
    return new Promise((resolve) => {
      const began = Date.now();
      let answer = '';
      const socket = net.connect(target.port, '127.0.0.1', () => start && socket.write(start));
      const timer = setInterval(() => piece && socket.write(piece), 500);
      socket.on('data', (data) => (answer += data));
      socket.on('error', () => {});
      socket.on('close', () => {
        clearInterval(timer);
        resolve({ answer, ms: Date.now() - began });
      });
    });
  }

  const post = (headers, body = '') => `POST /api/v1/auth/refresh HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`;
  const smuggled = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
  const refusals = {
    // Two lengths.
    'of two different lengths': [post('Content-Length: 2\r\nContent-Length: 50\r\n', `{}${smuggled}`), 400],
    'of the same length twice': [post('Content-Length: 2\r\nContent-Length: 2\r\n', `{}${smuggled}`), 400],
    'of a list of lengths': [post('Content-Length: 2, 2\r\n', `{}${smuggled}`), 400],
    'of a length and chunks (CL.TE)': [post('Content-Length: 50\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`), 400],
    'of chunks and a length (TE.CL)': [post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', `0\r\n\r\n${smuggled}`), 400],
    'of a negative length': [post('Content-Length: -1\r\n', smuggled), 400],
    'of a length with a sign': [post('Content-Length: +2\r\n', `{}${smuggled}`), 400],
    'of a length in hexadecimal': [post('Content-Length: 0x2\r\n', `{}${smuggled}`), 400],
    'of a length beyond 64 bits': [post('Content-Length: 18446744073709551618\r\n', `{}${smuggled}`), 413],
    'of a coding that is spelled otherwise': [post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${smuggled}`), 501],
    'of chunks twice': [post('Transfer-Encoding: chunked, chunked\r\n', `0\r\n\r\n${smuggled}`), 501],
    'of a coding behind a tab': [post('Transfer-Encoding:\tchunked\r\nTransfer-Encoding: identity\r\n', `0\r\n\r\n${smuggled}`), 400],
    'of chunks in HTTP/1.0': [post('Transfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`).replace('1.1', '1.0'), 400],
    'of a chunk size that is negative': [post('Transfer-Encoding: chunked\r\n', `-1\r\n${smuggled}`), 400],
    'of a chunk size beyond 64 bits': [post('Transfer-Encoding: chunked\r\n', `10000000000000002\r\n{}\r\n0\r\n\r\n${smuggled}`), 400],
    'of a chunk that is longer than it says': [post('Transfer-Encoding: chunked\r\n', `1\r\n{}\r\n0\r\n\r\n${smuggled}`), 400],
    // Lines and fields.
    'with a folded header': [post('X-A: b\r\n Content-Length: 2\r\n', '{}'), 400],
    'with a space before the colon': [post('Content-Length : 2\r\n', '{}'), 400],
    'with bare line feeds': ['GET /metrics HTTP/1.1\nHost: x\n\n', 400],
    'with a bare carriage return': [post('X-A: b\rContent-Length: 2\r\n', '{}'), 400],
    'with a NUL in a header': [post('X-A: b\0c\r\n'), 400],
    'with an empty header name': [post(': b\r\n'), 400],
    'without a Host': ['GET / HTTP/1.1\r\n\r\n', 400],
    'with two Hosts': ['GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    'with a Host that is no host': ['GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n', 400],
    'of another major version': ['GET / HTTP/2.0\r\nHost: x\r\n\r\n', 505],
    'that is the preface of HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
    'to be a proxy (CONNECT)': ['CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n', 501],
    'with two targets': ['GET / /metrics HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    'that is TLS on a plain port': ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    // Targets.
    'for a path above the root': ['GET /../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    'for a path above the root, escaped': ['GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    'for a path with an escaped slash': ['GET /assets/..%2f..%2fetc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    'for a path with a backslash': ['GET /assets/..%5c..%5cetc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    'for a path with an escaped NUL': ['GET /index.html%00.png HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    'for a path that is overlong UTF-8': ['GET /%c0%ae%c0%ae/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    'for a path with a broken escape': ['GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    // Too much.
    'with a target of 9 KiB': [`GET /${'a'.repeat(9 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414, 'target_too_long'],
    'with 17 KiB of headers': [`GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(17 * 1024)}\r\n\r\n`, 431],
    'with 101 headers': [`GET / HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(101)}\r\n`, 431],
    'with a body of 99 MB, by its length': [post('Content-Type: application/json\r\nContent-Length: 99000000\r\n', '{'), 413, 'body_too_large'],
    'with a body of 2 MB, in chunks': [
      post('Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n', `200000\r\n${' '.repeat(0x200000)}\r\n0\r\n\r\n`), 413, 'body_too_large'],
    'with endless chunk extensions': [
      post('Transfer-Encoding: chunked\r\n', `1;${'a=b;'.repeat(5_000)}\r\n \r\n0\r\n\r\n`), 400],
    'with endless trailers': [
      post('Transfer-Encoding: chunked\r\n', `0\r\n${'X: y\r\n'.repeat(5_000)}\r\n`), 431],
  };
  for (const [what, [bytes, status, code]] of Object.entries(refusals)) {
    it(`${what} is refused and the connection ends`, async () => {
      assertRefused(await target.raw(Buffer.from(bytes, 'latin1')), status, code);
    });
  }

  it('cannot put a header into the answer', async () => {
    for (const path of ['/api/v1/products?q=%0d%0aSet-Cookie:%20a=b', '/x%0d%0aSet-Cookie:%20a=b', '/api/v1/products/%0d%0aX-A:%20b']) {
      const response = await fetch(target.url + path);
      assert.equal(response.headers.get('set-cookie'), null, path);
      assert.equal(response.headers.get('x-a'), null, path);
    }
    const hostile = await target.raw(
      'OPTIONS /api/v1/me HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.test\r\nConnection: close\r\n' +
        'Access-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: a, b\r\n\r\n');
    assert.doesNotMatch(hostile, /Access-Control-Allow/i, 'a preflight of a stranger is given nothing');
  });

  it('cannot change its method by a header', async () => {
    const answer = await target.seller.call('GET', `products/${target.bread.id}`, { headers: { 'X-HTTP-Method-Override': 'DELETE' } });
    assert.equal(answer.status, 200);
    assert.equal((await target.anybody.call('GET', `products/${target.bread.id}`)).status, 200);
  });

  it('is not echoed by TRACE', async () => {
    const answer = await target.raw('TRACE / HTTP/1.1\r\nHost: x\r\nCookie: a=secret\r\nConnection: close\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 405 /);
    assert.doesNotMatch(answer, /secret/);
  });

  it('of a stranger gets no files, and no page in place of an answer', async () => {
    for (const path of ['/etc/passwd', '/tillcast.db', '/.git/config', '/data/tillcast.db', '/assets/', '/api', '/api/v1', '/api/v2/me']) {
      const response = await fetch(target.url + path);
      assert.equal(response.status, 404, path);
    }
  });

  it('with JSON that is deep, huge in numbers or doubled is refused', async () => {
    const raw = (text) => target.buyer.call('PUT', 'cart', { raw: text });
    assertProblem(await raw('['.repeat(100_000)), 400, 'bad_json');
    assertProblem(await raw(`{"items":${'['.repeat(40)}${']'.repeat(40)}}`), 400, 'bad_json');
    assertProblem(await raw('{"items":[]}{"items":[]}'), 400, 'bad_json');
    assertProblem(await raw('\ufeff{"items":[]}'), 400, 'bad_json');
    const big = await raw(`{"items":[],"x":1e${'9'.repeat(400)}}`);
    assert.ok(big.status === 400 || big.status === 422, big.text);
  });

  it('that trickles in has 30 seconds and no more', { timeout: 60_000 }, async () => {
    for (const [what, ended] of Object.entries(slow)) {
      const { answer, ms } = await ended;
      assert.ok(ms < 45_000, `${what} was ended after ${ms} ms`);
      if (what === 'nothing') assert.equal(answer, '');
      else assertRefused(answer, 408, 'request_timeout');
    }
  });

  it('of others is answered while all this goes on', async () => {
    const began = Date.now();
    assert.equal((await new Client(target.url).call('GET', 'products')).status, 200);
    assert.ok(Date.now() - began < 2_000);
  });
});
