// Attribution draws what the API answers: a mark a model, in its place; what had no touch stands apart.
import { settled } from './support/layout';
import { expect, test } from './support/server';

interface Key {
  key: string | null;
  models: Record<string, { conversions: number | null }>;
}
interface Attribution {
  keys: Key[];
  conversions: number;
}

const shown = ['first', 'last', 'linear', 'u_shaped', 'markov', 'shapley'];
const isAttribution = (url: string) => url.endsWith('/api/query/attribution');

test('every mark stands at its share, and models come and go', async ({ page }) => {
  const answered = page.waitForResponse((response) => isAttribution(response.url()) && response.ok());
  await page.goto('/attribuzione');
  const answer = (await (await answered).json()) as Attribution;
  await settled(page);
  expect(answer.keys.length).toBeGreaterThan(3);
  for (const { key, models } of answer.keys.filter((item) => item.key !== null).slice(0, 4)) {
    const row = page.locator(`[data-key="${key}"]`);
    await expect(row.locator('[data-model]')).toHaveCount(shown.filter((model) => typeof models[model]?.conversions === 'number').length);
    for (const model of shown) {
      const credit = models[model]?.conversions;
      if (typeof credit === 'number') expect(Number(await row.locator(`[data-model="${model}"]`).getAttribute('data-share'))).toBeCloseTo(credit / answer.conversions, 9);
    }
  }
  const nobody = answer.keys.find((item) => item.key === null)!.models.first!.conversions;
  await expect(page.locator('[data-untouched]')).toHaveAttribute('data-untouched', String(nobody));
  await expect(page.getByRole('table', { name: 'Tutti i numeri' }).locator('tbody tr')).toHaveCount(answer.keys.length);

  await page.getByRole('group', { name: 'Modelli' }).getByRole('button', { name: 'Shapley', exact: true }).click();
  await expect(page.locator('[data-model="shapley"]')).toHaveCount(0);
  await page.reload();
  await expect(page.locator('[data-model="markov"]').first()).toBeVisible();
  await expect(page.locator('[data-model="shapley"]')).toHaveCount(0);
});

test('another look-back is another question, and the address keeps it', { tag: '@long' }, async ({ page, context }) => {
  await page.goto('/attribuzione');
  await settled(page);
  const asked = page.waitForRequest((request) => isAttribution(request.url()) && (request.postDataJSON() as { lookback: string }).lookback === '7d');
  await page.getByRole('combobox', { name: 'Quanto tempo prima' }).click();
  await page.getByRole('option', { name: '7 giorni' }).click();
  const question = (await asked).postDataJSON() as object;
  const other = await context.newPage();
  const again = other.waitForRequest((request) => isAttribution(request.url()));
  await other.goto(page.url());
  expect((await again).postDataJSON()).toEqual(question);
});
