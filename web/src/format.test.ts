import { expect, test } from 'vitest';
import { ago, amountText, isOpen, money, nextStatus, parseAmount } from './format.ts';

test('money is shown in the digits of its currency', () => {
  expect(money(1_299, 'EUR')).toContain('12.99');
  expect(money(1_299, 'JPY')).toContain('1,299');
  expect(amountText(1_200, 'EUR')).toBe('12.00');
  expect(amountText(1_200, 'JPY')).toBe('1200');
});

test.each([
  ['12.5', 1_250],
  ['12,50', 1_250],
  [' 7 ', 700],
  ['0.07', 7],
  ['1.', 100],
  ['1.234', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['', undefined],
])('the typed amount %j is %j cents', (text, minor) => {
  expect(parseAmount(text, 'EUR')).toBe(minor);
});

test('a currency without minor units takes no decimals', () => {
  expect(parseAmount('1200', 'JPY')).toBe(1_200);
  expect(parseAmount('12.5', 'JPY')).toBeUndefined();
});

test('an order goes step by step, and ends', () => {
  expect(nextStatus('pending')).toBe('confirmed');
  expect(nextStatus('ready')).toBe('delivered');
  expect(nextStatus('delivered')).toBeUndefined();
  expect(nextStatus('cancelled')).toBeUndefined();
  expect(isOpen('ready')).toBe(true);
  expect(isOpen('cancelled')).toBe(false);
});

test('a time that is near is told as a distance', () => {
  const now = Date.parse('2026-01-01T12:00:00Z');
  expect(ago('2026-01-01T12:00:10Z', now)).toBe('just now');
  expect(ago('2026-01-01T11:15:00Z', now)).toBe('45 min ago');
  expect(ago('2026-01-01T09:00:00Z', now)).toBe('3 h ago');
});
