// The funnel page shows what the API answers, and its address is the whole question.
import { expect, test } from './support/server';

interface Steps {
  steps: { count: number }[];
}

test('bars equal the answer, and the address brings the question back', async ({ page, context }) => {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/query/funnel') && response.ok());
  await page.goto('/funnel');
  const answer = (await (await answered).json()) as Steps;
  const bars = page.locator('[data-share]');
  await expect(bars).toHaveCount(answer.steps.length);
  const first = answer.steps[0]!.count;
  expect(first).toBeGreaterThan(0);
  for (const [i, step] of answer.steps.entries()) {
    expect(Number(await bars.nth(i).getAttribute('data-share'))).toBeCloseTo(step.count / first, 6);
    await expect(page.locator('main')).toContainText(new Intl.NumberFormat('it-IT', { useGrouping: 'always' as unknown as boolean }).format(step.count));
  }

  const asked = page.waitForRequest((request) => request.url().endsWith('/api/query/funnel') && (request.postDataJSON() as { window?: string }).window === '1d');
  await page.getByRole('combobox', { name: 'Entro quanto tempo dal primo passo' }).click();
  await page.getByRole('option', { name: '24 h' }).click();
  await asked;
  const address = page.url();
  expect(decodeURIComponent(address)).toContain('"window":"1d"');

  const other = await context.newPage();
  const again = other.waitForRequest((request) => request.url().endsWith('/api/query/funnel'));
  await other.goto(address);
  expect(((await again).postDataJSON() as { window: string }).window).toBe('1d');
});

test('a step can be added and taken away, and people of a step are listed', async ({ page }) => {
  await page.goto('/funnel');
  await expect(page.locator('[data-share]').first()).toBeVisible();
  const before = await page.locator('[data-share]').count();
  await page.getByRole('button', { name: `Togli il passo ${before}` }).click();
  await expect(page.locator('[data-share]')).toHaveCount(before - 1);
  await page.getByRole('button', { name: 'Chi è arrivato' }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('listitem').first()).toBeVisible();
  await dialog.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/clienti\//);
});
