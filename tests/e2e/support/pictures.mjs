// Pictures made by hand: PNGs of any size, a JPEG with what a camera writes into one, and what stands in a WebP.
import zlib from 'node:zlib';

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; ++bit) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

export function pngChunk(type, data) {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length);
  chunk.write(type, 4, 'latin1');
  Buffer.from(data).copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

const PNG_START = Buffer.from('89504e470d0a1a0a', 'hex');

function pngHeader(width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // 8 bits of red, green and blue
  return pngChunk('IHDR', header);
}

/** A PNG; `colour(x, y)` gives [red, green, blue], `chunks` stand in front of the pixels. */
export function png(width, height, { colour = (x, y) => [x & 255, y & 255, (x * y) & 255], chunks = [] } = {}) {
  const line = width * 3 + 1;
  const pixels = Buffer.alloc(line * height);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) pixels.set(colour(x, y), y * line + 1 + x * 3);
  }
  return Buffer.concat([
    PNG_START, pngHeader(width, height), ...chunks, pngChunk('IDAT', zlib.deflateSync(pixels)), pngChunk('IEND', []),
  ]);
}

/** A PNG of so many black pixels in few bytes. */
export function pngBomb(width, height) {
  const zeros = Buffer.alloc(1 << 20);
  const bytes = (width * 3 + 1) * height;
  // The deflate streams of the pieces follow each other; all end on a byte.
  const piece = zlib.deflateRawSync(zeros, { level: 9, finishFlush: zlib.constants.Z_SYNC_FLUSH });
  const count = Math.floor(bytes / zeros.length);
  const last = zlib.deflateRawSync(zeros.subarray(0, bytes % zeros.length), { level: 9 });
  const data = Buffer.concat([Buffer.from([0x78, 0xda]), ...Array(count).fill(piece), last, Buffer.alloc(4)]);
  return Buffer.concat([PNG_START, pngHeader(width, height), pngChunk('IDAT', data), pngChunk('IEND', [])]);
}

/** 48 by 24 pixels, the left half red and the right half blue. */
export const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5a' +
  'YVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAAR' +
  'CAAYADADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAAUG/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABYBAQEBAAAAAAAAAAAAAAAA' +
  'AAYHBf/EABkRAQADAQEAAAAAAAAAAAAAAAAGQ4LBwv/aAAwDAQACEQMRAD8Az4DGUkQl1CMYndn0KSarXAAxFV0BHVVEIDGJ3Z9Ckmq1wAMR' +
  'V//Z', 'base64');

/** The JPEG as a camera writes it: how it was held (1 to 8, EXIF's Orientation), where, and by whom. */
export function jpegOfCamera(orientation, owner) {
  const entry = (tag, type, count, value) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16BE(tag);
    bytes.writeUInt16BE(type, 2);
    bytes.writeUInt32BE(count, 4);
    Buffer.from(value).copy(bytes, 8);
    return bytes;
  };
  const long = (value) => [0, 0, value >> 8, value & 255];
  const text = Buffer.from(`${owner}\0`, 'latin1');
  const gps = 8 + 2 + 3 * 12 + 4;
  const latitude = gps + 2 + 2 * 12 + 4;
  const artist = latitude + 24;
  const tiff = Buffer.concat([
    Buffer.from('MM\0\x2a\0\0\0\x08', 'latin1'),
    Buffer.from([0, 3]), entry(0x0112, 3, 1, [0, orientation, 0, 0]), entry(0x013b, 2, text.length, long(artist)),
    entry(0x8825, 4, 1, long(gps)), Buffer.alloc(4),
    Buffer.from([0, 2]), entry(1, 2, 2, [78, 0, 0, 0]), entry(2, 5, 3, long(latitude)), Buffer.alloc(4),
    Buffer.from('000000340000000100000020000000010000000000000001', 'hex'),
    text,
  ]);
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]);
  return Buffer.concat([JPEG.subarray(0, 2), head, exif, JPEG.subarray(2)]);
}

/** What a WebP says of itself: its size in pixels and its chunks. */
export function webp(bytes) {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP') throw new Error('no WebP');
  if (bytes.readUInt32LE(4) + 8 !== bytes.length) throw new Error('something stands behind the WebP');
  const chunks = [];
  const found = {};
  for (let at = 12; at < bytes.length; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const data = bytes.subarray(at + 8, at + 8 + size);
    chunks.push(type);
    if (type === 'VP8 ') Object.assign(found, { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff });
    at += 8 + size + (size & 1);
  }
  return { ...found, chunks };
}

/** A body of multipart/form-data with these parts, and its Content-Type. */
export function form(parts, boundary = 'form-boundary-1') {
  const pieces = parts.flatMap(({ name, filename, type, content }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === undefined ? '' : `; filename="${filename}"`,
    type === undefined ? '' : `\r\nContent-Type: ${type}`, '\r\n\r\n', content, '\r\n',
  ]);
  return {
    raw: Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece))),
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
  };
}
