import { expect, it } from 'vitest';
import { examples } from './sql';

it('a time zone stands in quotes, whatever it is called', () => {
  const all = examples("Europe/O'Rome");
  expect(all.months).toContain("'Europe/O''Rome'");
  for (const text of Object.values(all)) expect(text.split("'").length % 2).toBe(1);
});
