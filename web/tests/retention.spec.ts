// Retention draws what the API answers; behind a cell stand as many people as it says.
import { settled } from './support/layout';
import { expect, test } from './support/server';

interface Cohort {
  start: string;
  size: number;
  counts: number[];
  complete: boolean[];
}
interface Retention {
  cohorts: Cohort[];
  mean: (number | null)[];
}

const whole = (rate: number) => `${Math.round(rate * 100)}\u00a0%`;
const isRetention = (url: string) => url.endsWith('/api/query/retention');

test('cells, means and lifecycle bars are the answer’s; a cell opens its people, who are kept as an audience', async ({ page }) => {
  const answered = page.waitForResponse((response) => isRetention(response.url()) && response.ok());
  const lived = page.waitForResponse((response) => response.url().endsWith('/api/query/lifecycle') && response.ok());
  await page.goto('/ritorni');
  const answer = (await (await answered).json()) as Retention;
  await settled(page);
  const cohorts = answer.cohorts.slice(answer.cohorts.findIndex((cohort) => cohort.size > 0));
  expect(cohorts.length).toBeGreaterThan(2);
  for (const cohort of cohorts.filter((item) => item.size > 0)) {
    for (const [period, count] of cohort.counts.entries()) {
      await expect(page.locator(`[data-row="${cohort.start}"][data-period="${period}"]`)).toHaveText(period === 0 ? String(cohort.size) : whole(count / cohort.size));
    }
  }
  await expect(page.locator('[data-mean="1"]')).toHaveText(whole(answer.mean[1]!));

  const { periods } = (await (await lived).json()) as { periods: Record<'new' | 'returning' | 'resurrecting' | 'dormant', number>[] };
  const last = page.locator('[data-lifecycle]').last();
  for (const part of ['new', 'returning', 'resurrecting', 'dormant'] as const) await expect(last.locator(`[data-part="${part}"]`)).toHaveAttribute('data-value', String(periods.at(-1)![part]));

  const chosen = cohorts.find((cohort) => cohort.complete[1] && cohort.counts[1]! > 0)!;
  const cell = page.locator(`[data-row="${chosen.start}"][data-period="1"]`);
  await page.locator(`[data-row="${chosen.start}"][data-period="0"]`).focus();
  await page.keyboard.press('ArrowRight');
  await expect(cell).toBeFocused();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('listitem')).toHaveCount(chosen.counts[1]!);
  await dialog.getByRole('button', { name: 'Salva come pubblico' }).click();
  const kept = page.waitForResponse((response) => response.url().endsWith('/api/audiences') && response.request().method() === 'POST');
  await dialog.getByRole('button', { name: 'Salva', exact: true }).click();
  expect(((await (await kept).json()) as { customers: number }).customers).toBe(chosen.counts[1]);
  await dialog.getByText('Non tornati', { exact: true }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(Math.min(50, chosen.size - chosen.counts[1]!));
});

test('the address brings the whole question back', { tag: '@long' }, async ({ page, context }) => {
  await page.goto('/ritorni');
  await settled(page);
  const asked = page.waitForRequest((request) => isRetention(request.url()) && (request.postDataJSON() as { unit: string }).unit === 'week');
  await page.getByText('Settimana', { exact: true }).click();
  await asked;
  const wanted = page.waitForRequest((request) => isRetention(request.url()) && (request.postDataJSON() as { match: string }).match === 'on_or_after');
  await page.getByRole('combobox', { name: 'È tornato', exact: true }).click();
  await page.getByRole('option', { name: 'In quel periodo o più tardi' }).click();
  const question = (await wanted).postDataJSON() as object;
  const other = await context.newPage();
  const again = other.waitForRequest((request) => isRetention(request.url()));
  await other.goto(page.url());
  expect((await again).postDataJSON()).toEqual(question);
});
