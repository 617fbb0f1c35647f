import { expect, test } from 'vitest';
import { mergePatch } from './merge_patch.ts';

// The examples of RFC 7396, appendix A: original, patch, result.
const examples: [unknown, unknown, unknown][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test.each(examples)('RFC 7396: %j with %j is %j', (original, patch, result) => {
  expect(mergePatch(original, patch)).toEqual(result);
});

test('the original stays as it was', () => {
  const original = Object.freeze({ a: Object.freeze({ b: 1 }) });
  expect(mergePatch(original, { a: { b: 2 } })).toEqual({ a: { b: 2 } });
  expect(original).toEqual({ a: { b: 1 } });
});

test('a patch cannot change a prototype', () => {
  const result = mergePatch({}, JSON.parse('{"__proto__": {"admin": true}}')) as { admin?: true };
  expect(result.admin).toBeUndefined();
});
