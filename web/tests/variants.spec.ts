// Variants show what the API answers; one of them becomes the designed path, and its deviations lead to people.
import { settled } from './support/layout';
import { expect, sidewaysScroll, test } from './support/server';

interface Variants {
  variants: { sequence: string[]; count: number }[];
  total: number;
  distinct: number;
  other: { variants: number; count: number };
  conformance?: { fitness: number; replayed: number; deviations: { kind: string; label: string; sequences: number }[] };
}

const isVariants = (response: { url(): string }) => response.url().endsWith('/api/query/variants');

test('the ways add up to all; one of them as the design says how many follow it, and who leaves it', async ({ page }) => {
  const answered = page.waitForResponse((response) => isVariants(response) && response.ok());
  await page.goto('/varianti');
  const answer = (await (await answered).json()) as Variants;
  await settled(page);
  expect(answer.variants.reduce((sum, { count }) => sum + count, answer.other.count)).toBe(answer.total);
  const rows = page.locator('[data-way]');
  await expect(rows).toHaveCount(answer.variants.length + (answer.other.variants > 0 ? 1 : 0));
  for (const [place, { count }] of answer.variants.entries()) await expect(rows.nth(place)).toHaveAttribute('data-way', String(count));

  const chosen = answer.variants.findIndex(({ sequence }) => sequence.length > 1);
  const compared = page.waitForResponse((response) => isVariants(response) && response.ok() && 'design' in (response.request().postDataJSON() as object));
  await rows.nth(chosen).getByRole('button', { name: 'Usa come strada disegnata' }).click();
  const { conformance } = (await (await compared).json()) as Variants;
  expect(conformance!.replayed).toBe(answer.variants[chosen]!.count);
  await expect(page.locator('[data-fitness]')).toContainText(conformance!.replayed.toLocaleString('it-IT', { useGrouping: 'always' }));

  const listed = page.waitForResponse((response) => response.url().endsWith('/api/query/people') && response.ok());
  await page.getByRole('table', { name: 'Dove se ne allontanano' }).getByRole('row').nth(1).click();
  const { total } = (await (await listed).json()) as { total: number };
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(Math.min(50, total));
});

test('a phone shows whole words', { tag: '@long' }, async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/varianti');
  await settled(page);
  await expect(page.locator('[data-headline]')).toBeVisible();
  expect(await sidewaysScroll(page)).toBe(0);
});
