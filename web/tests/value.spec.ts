// Value draws what the API answers; behind a segment, a cell and a column stand as many people as it says.
import { settled } from './support/layout';
import { expect, test } from './support/server';

interface Answer {
  rfm: { segments: { id: string; customers: number }[]; grid: number[][] };
  clv: { alive: number[]; holdout: { actual?: number; reason?: string }; customers: { customer_id: string }[] };
}

test('segments, grid and forecast are the answer’s; each opens its people', async ({ page }) => {
  const part = (name: string) => page.waitForResponse((response) => response.url().endsWith('/api/query/value') && response.ok() && (response.request().postData() ?? '').includes(`"include":["${name}"]`));
  const [ranked, expected] = [part('rfm'), part('clv')];
  await page.goto('/valore');
  const { rfm } = (await (await ranked).json()) as Answer;
  const { clv } = (await (await expected).json()) as Answer;
  await settled(page);
  const there = rfm.segments.filter(({ customers }) => customers > 0);
  await expect(page.locator('[data-segment]')).toHaveCount(there.length);
  for (const [r, row] of rfm.grid.entries()) for (const [fm, n] of row.entries()) await expect(page.locator(`[data-cell="${r + 1}/${fm + 1}"]`)).toHaveText(n.toLocaleString('it-IT'));
  for (const [tenth, n] of clv.alive.entries()) await expect(page.locator(`[data-alive="${tenth}"]`)).toHaveAttribute('data-value', String(n));
  await expect(page.locator(`[data-holdout="${clv.holdout.actual ?? clv.holdout.reason}"]`)).toBeVisible();
  await expect(page.locator(`a[href="/clienti/${clv.customers[0]!.customer_id}"]`)).toBeVisible();

  const dialog = page.getByRole('dialog');
  const listed = (n: number) => expect(dialog.getByRole('listitem')).toHaveCount(Math.min(50, n));
  const smallest = there.toSorted((a, b) => a.customers - b.customers)[0]!;
  await page.locator(`[data-segment="${smallest.id}"]`).click();
  await listed(smallest.customers);
  await page.keyboard.press('Escape');
  await page.locator('[data-at="0/0"]').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-cell="5/2"]')).toBeFocused();
  await page.keyboard.press('Enter');
  await listed(rfm.grid[4]![1]!);
  await page.keyboard.press('Escape');
  const tenth = clv.alive.findIndex((n) => n > 0);
  await page.locator(`[data-alive="${tenth}"]`).click();
  await listed(clv.alive[tenth]!);
});
