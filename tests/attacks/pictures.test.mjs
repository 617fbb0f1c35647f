// What strangers send as a picture, and who sends it where: each is refused with its code, and the data do not move.
import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import { after, before, describe, it } from 'node:test';
import { JPEG, form, jpegOfCamera, png, pngBomb, pngChunk, webp } from '../e2e/support/pictures.mjs';
import { Client, Target, assertProblem, assertRefused } from './support.mjs';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';

describe('a picture that is none', () => {
  let target;
  let head;
  before(async () => {
    target = await Target.start();
    head = await target.position();
  });
  after(async () => {
    const now = await target.position();
    await target.stop();
    assert.equal(now, head, 'something that was refused has changed the data');
  });

  const put = (raw, headers = { 'Content-Type': 'image/png' }, who = target.seller) =>
    who.call('PUT', `products/${target.bread.id}/image`, { raw, headers });
  const refused = (what, bytes, status, code, headers) =>
    it(`is refused: ${what}`, async () => {
      const raw = typeof bytes === 'function' ? bytes() : bytes;
      assertProblem(await put(raw, headers), status, code);
    });

  // What browsers could run, under whatever name.
  refused('an SVG', SVG, 415, 'unsupported_picture');
  refused('an SVG that says it is one', SVG, 415, 'unsupported_picture', { 'Content-Type': 'image/svg+xml' });
  refused('a page', '<!DOCTYPE html><script>alert(1)</script>', 415, 'unsupported_picture');
  refused('a GIF that is a script as well', 'GIF89a/*\0\0*/=alert(1)//', 415, 'unsupported_picture', { 'Content-Type': 'image/gif' });
  refused('a TIFF', 'II*\0\x08\0\0\0', 415, 'unsupported_picture');
  refused('a PDF', '%PDF-1.7', 415, 'unsupported_picture');
  refused('a picture behind a page', () => Buffer.concat([Buffer.from('<script>'), png(4, 4)]), 415, 'unsupported_picture');
  refused('nothing', '', 422, 'no_picture');
  refused('JSON', '{"image_url":"/x"}', 415, 'unsupported_media_type', { 'Content-Type': 'application/json' });
  refused('a page that says it is one', '<p>', 415, 'unsupported_media_type', { 'Content-Type': 'text/html' });

  // What a decoder chokes on.
  refused('900 million pixels in a megabyte', () => pngBomb(30_000, 30_000), 413, 'too_many_pixels');
  refused('a line of 60 000 pixels', () => pngBomb(60_000, 1), 413, 'too_many_pixels');
  refused('a PNG whose header says less than its pixels are told to hold', () => {
    const bomb = pngBomb(7000, 7000);
    bomb.writeUInt32BE(2 ** 31 - 1, 16);
    return bomb;
  }, 422, 'bad_picture');
  refused('a PNG that ends too soon', () => png(600, 600).subarray(0, 20_000), 422, 'bad_picture');
  refused('a JPEG that ends too soon', JPEG.subarray(0, 280), 422, 'bad_picture');
  refused('a WebP that ends too soon', Buffer.from('RIFF\x20\0\0\0WEBPVP8 \x14\0\0\0', 'latin1'), 422, 'bad_picture');
  refused('the first bytes of a PNG', Buffer.from('89504e470d0a1a0a', 'hex'), 422, 'bad_picture');
  refused('a PNG without pixels', () => {
    const bytes = png(4, 4);
    return Buffer.concat([bytes.subarray(0, 33), pngChunk('IEND', [])]);
  }, 422, 'bad_picture');
  refused('a PNG of noise for pixels', () => {
    const bytes = png(64, 64);
    bytes.fill(0x5a, 60, 200);
    return bytes;
  }, 422, 'bad_picture');
  refused('a text in a PNG that unpacks to a gigabyte', () => {
    const text = zlib.deflateSync(Buffer.alloc(1 << 26), { level: 9 });
    const chunk = pngChunk('zTXt', Buffer.concat([Buffer.from('a\0\0', 'latin1'), text]));
    const bytes = png(600, 600, { chunks: Array(16).fill(chunk) });
    return bytes.subarray(0, bytes.length - 400);
  }, 422, 'bad_picture');

  // Too much, and forms that are none.
  refused('8 MB and one byte', () => Buffer.concat([png(4, 4), Buffer.alloc(8 * 1024 * 1024)]), 413, 'picture_too_large');
  const file = (filename, content = SVG) => form([{ name: 'image', filename, content }]);
  refused('a form whose file is an SVG named as a PNG', () => file('a.png').raw, 415, 'unsupported_picture', file('a.png').headers);
  refused('a form with a path for a name and a page for a file', () => file('../../../etc/cron.d/x', '<p>').raw, 415,
    'unsupported_picture', file('x').headers);
  refused('a form without a file', () => form([{ name: 'image', content: png(4, 4) }]).raw, 422, 'no_picture', file('x').headers);
  refused('a form with two files', () => form([1, 2].map((i) => ({ name: `i${i}`, filename: 'a', content: JPEG }))).raw, 422,
    'no_picture', file('x').headers);
  refused('a form of a thousand parts', () => form(Array(1000).fill({ name: 'a', content: 'b' })).raw, 400, 'bad_form', file('x').headers);
  refused('a form that is cut off', () => file('a.png', JPEG).raw.subarray(0, 200), 400, 'bad_form', file('x').headers);
  refused('a form with another boundary', () => file('a.png', JPEG).raw, 400, 'bad_form',
    { 'Content-Type': 'multipart/form-data; boundary=other' });
  refused('a form without a boundary', () => file('a.png', JPEG).raw, 400, 'bad_form', { 'Content-Type': 'multipart/form-data' });

  it('is refused by its length before it is sent', async () => {
    const lines = [`PUT /api/v1/products/${target.bread.id}/image HTTP/1.1`, 'Host: x', 'Content-Type: image/png',
      'Content-Length: 99000000', '', 'x'];
    assertRefused(await target.raw(lines.join('\r\n')), 413, 'body_too_large');
  });

  it('is refused on routes that take no picture', async () => {
    assertProblem(await target.seller.call('PATCH', `products/${target.bread.id}`,
      { raw: JPEG, headers: { 'Content-Type': 'image/jpeg' } }), 415, 'unsupported_media_type');
    const lines = ['POST /api/v1/orders HTTP/1.1', 'Host: x', 'Content-Length: 2000000', '', ''];
    assertRefused(await target.raw(lines.join('\r\n')), 413, 'body_too_large');
  });

  it('is refused from those who are not of the shop, and to other shops', async () => {
    for (const [who, status, code] of [
      [target.seller2, 403, 'forbidden'], [target.buyer, 403, 'forbidden'], [new Client(target.url), 401, 'unauthenticated'],
    ]) {
      assertProblem(await put(JPEG, { 'Content-Type': 'image/jpeg' }, who), status, code);
    }
  });

  it('is refused from a page of another site, in a form as well', async () => {
    const { raw, headers } = form([{ name: 'image', filename: 'a.jpg', content: JPEG }]);
    const { access_token: _, ...rest } = await new Client(target.url).logIn('seller@demo.shop');
    assert.ok(rest.user);
    const login = await fetch(`${target.url}/api/v1/auth/login`, { method: 'POST',
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: 'seller@demo.shop', password: 'demo-pass-1' }) });
    const cookie = login.headers.getSetCookie().map((value) => value.split(';')[0]).join('; ');
    const answer = await new Client(target.url).call('PUT', `products/${target.bread.id}/image`,
      { raw, headers: { ...headers, Cookie: cookie, Origin: 'https://evil.example' } });
    assertProblem(answer, 403, 'cross_origin');
  });

  it('is refused when one address sends many large ones at once', async () => {
    const lines = [`PUT /api/v1/products/${target.bread.id}/image HTTP/1.1`, 'Host: x', 'Content-Type: image/png',
      'Content-Length: 8000000', '', 'x'].join('\r\n');
    const open = Array.from({ length: 8 }, () => target.raw(lines, { wait_ms: 3_000 }).catch(() => 'open'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assertRefused(await target.raw(lines), 429, 'too_many_uploads');
    assert.deepEqual(await Promise.all(open), Array(8).fill('open'));
  });
});

describe('a picture that is something else as well', () => {
  let target;
  before(async () => {
    target = await Target.start();
  });
  after(() => target.stop());

  const stored = async (bytes) => {
    const product = await target.seller.expect(200, 'PUT', `products/${target.bread.id}/image`,
      { raw: bytes, headers: { 'Content-Type': 'image/png' } });
    const response = await fetch(target.url + product.image_url);
    assert.equal(response.headers.get('content-type'), 'image/webp');
    return Buffer.from(await response.arrayBuffer());
  };

  const SCRIPT = '<script>alert(document.cookie)</script>';
  const text = () => pngChunk('tEXt', Buffer.from(`Comment\0${SCRIPT}`, 'latin1'));
  for (const [what, make] of [
    ['a page in a comment', () => png(60, 60, { chunks: [text()] })],
    ['an archive behind it', () => Buffer.concat([png(60, 60), Buffer.from(`PK\x03\x04${SCRIPT}`, 'latin1')])],
    ['a page in what the camera wrote', () => jpegOfCamera(1, SCRIPT)],
  ]) {
    it(`keeps nothing but what it shows: ${what}`, async () => {
      const bytes = make();
      assert.ok(bytes.includes(SCRIPT));
      const served = await stored(bytes);
      assert.ok(!served.includes('script'));
      assert.deepEqual(webp(served).chunks, ['VP8 ']);
    });
  }
});
