// Trends and stages say what the API says.
import { settled } from './support/layout';
import { expect, test } from './support/server';

const number = (value: number) => new Intl.NumberFormat('it-IT', { useGrouping: 'always' as unknown as boolean, maximumFractionDigits: 1 }).format(value);

interface Question {
  range: { to: string };
}

interface Trend {
  buckets: string[];
  series: { values: (number | null)[] }[];
}

test('totals and rows of a trend are the answer’s; a period half covered says so', { tag: '@long' }, async ({ page }) => {
  // The page asks for the period before as well; the one that ends with today is the one shown.
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/query/trend') && response.ok() && Date.parse((response.request().postDataJSON() as Question).range.to) > Date.now());
  await page.goto('/andamenti');
  const answer = (await (await answered).json()) as Trend;
  await settled(page);
  for (const series of answer.series) {
    const total = series.values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    await expect(page.locator('main')).toContainText(number(total));
  }
  await expect(page.getByRole('table').locator('tbody tr')).toHaveCount(answer.buckets.length);
  await expect(page.getByRole('table').locator('tbody tr').first()).toContainText('in parte');
  await page.getByText('Mese', { exact: true }).click();
  await expect(page).toHaveURL(/month/);
  await expect(page.getByRole('img', { name: /Andamento di/ })).toBeVisible();
});

test('stages: entered and present of each are the answer’s', { tag: '@long' }, async ({ page }) => {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/query/stages') && response.ok());
  await page.goto('/fasi');
  const { stages } = (await (await answered).json()) as { stages: { entered: number; current: number }[] };
  const rows = page.getByRole('table', { name: 'Le fasi una per una' }).locator('tbody tr');
  await expect(rows).toHaveCount(stages.length);
  for (const [i, stage] of stages.entries()) {
    await expect(rows.nth(i)).toContainText(number(stage.entered));
    await expect(rows.nth(i)).toContainText(number(stage.current));
  }
});

test('transitions: people and times follow the counts', { tag: '@long' }, async ({ page }) => {
  await page.goto('/transizioni');
  await expect(page.getByRole('button', { name: 'Persone' })).toBeVisible();
  const answer = (await (await page.request.post('/api/query/transitions', { data: { node: 'channel', unit: 'customer', include: ['customers', 'times'] }, headers: { 'X-Viaggio': '1' } })).json()) as { edges: { customers: number | null }[] };
  expect(answer.edges.length).toBeGreaterThan(0);
  expect(answer.edges.every((edge) => typeof edge.customers === 'number')).toBe(true);
});
