import { describe, expect, it } from 'vitest';
import { toCsv } from './download';
import { makeFormat } from './format';

const plain = (text: string) => text.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ');
const it_ = makeFormat('it', 'Europe/Rome', 'EUR');
const en = makeFormat('en', 'Europe/Rome', 'EUR');

describe('numbers in the language of the screen', () => {
  it('group thousands even in Italian four-digit numbers', () => {
    expect(it_.number(1240)).toBe('1.240');
    expect(en.number(1240)).toBe('1,240');
  });
  it('write money without cents when large', () => {
    expect(plain(it_.money(18400))).toBe('18.400 EUR');
    expect(plain(it_.money(64.5))).toBe('64,50 EUR');
    expect(plain(en.money(18400.4))).toBe('EUR 18,400');
  });
  it('write shares and their absence', () => {
    expect(plain(it_.percent(0.347))).toBe('34,7 %');
    expect(plain(it_.share(0.68))).toBe('68,0 %');
    expect(plain(it_.share(1))).toBe('100 %');
    expect(it_.percent(null)).toBe('–');
  });
  it('write durations in the unit that reads best', () => {
    expect([0, 45, 90, 7500, 45000, 172800, 86400 * 41.2].map((s) => plain(it_.duration(s)))).toEqual(['0 s', '45 s', '2 min', '2 h 5 min', '12 h', '2 giorni', '41 giorni']);
    expect(plain(en.duration(86400 * 2.5))).toBe('2.5 days');
  });
});

describe('dates', () => {
  it('belong to the time zone of the workspace', () => {
    expect(it_.date('2026-10-02T22:30:00Z')).toBe('3 ottobre 2026');
    expect(it_.time('2026-10-02T22:30:00Z')).toBe('00:30');
  });
  it('stay the same day when they are bare days', () => expect(makeFormat('it', 'America/New_York', 'EUR').date('2026-10-03')).toBe('3 ottobre 2026'));
  it('are relative to the given instant', () => expect(it_.relative('2026-11-20T12:00:00Z', new Date('2026-11-23T12:00:00Z'))).toBe('3 giorni fa'));
});

it('CSV quotes what needs it and disarms formulas', () => {
  expect(toCsv([['a', 'b,c', 'say "x"'], ['=1+1', -3, '-3,5'], [null, undefined, 'è']])).toBe('a,"b,c","say ""x"""\r\n\'=1+1,-3,"-3,5"\r\n,,è\r\n');
});
