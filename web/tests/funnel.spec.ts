// The funnel page shows what the API answers, its address is the whole question, and behind a step stand
// people.
import type { Page } from '@playwright/test';
import { expect, test } from './support/server';

interface Step {
  count: number;
}
interface Answer {
  steps: Step[];
  groups?: { value: string | null; steps: Step[] }[];
}
interface Question {
  steps: Record<string, unknown>[];
  window: string;
  [member: string]: unknown;
}

const number = (value: number) => new Intl.NumberFormat('it-IT', { useGrouping: 'always' as unknown as boolean }).format(value);

/** The question that `act` leads to. */
async function askedBy(page: Page, fits: (question: Question) => boolean, act: () => Promise<void>): Promise<Question> {
  const asked = page.waitForRequest((request) => request.url().endsWith('/api/query/funnel') && fits(request.postDataJSON() as Question));
  await act();
  return (await asked).postDataJSON() as Question;
}

async function choose(page: Page, box: string, option: string | RegExp) {
  await page.getByRole('combobox', { name: box, exact: true }).click();
  await page.getByRole('option', { name: option }).first().click();
}

async function expectShown(page: Page, question: Question) {
  const answer = (await (await page.request.post('/api/query/funnel', { data: question, headers: { 'X-Viaggio': '1' } })).json()) as Answer;
  const bars = page.locator('[data-share]');
  await expect(bars).toHaveCount(answer.steps.length);
  const first = answer.steps[0]!.count;
  expect(first).toBeGreaterThan(0);
  for (const [i, step] of answer.steps.entries()) {
    await expect.poll(async () => Number(await bars.nth(i).getAttribute('data-share'))).toBeCloseTo(step.count / first, 6);
    await expect(page.locator('main ol li:has([data-share])').nth(i)).toContainText(number(step.count));
  }
  return answer;
}

test('a funnel is built step by step; its numbers are the answer’s, its address brings it back', async ({ page, context }) => {
  test.setTimeout(60_000);
  await page.goto('/funnel');
  await expect(page.locator('[data-share]').first()).toBeVisible();
  await page.getByRole('button', { name: 'Aggiungi un passo' }).click();
  await page.getByRole('combobox', { name: 'Passo 5' }).fill('recensi');
  await page.getByRole('option').first().click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Togli il passo 5' }).click();
  await expect(page.locator('[data-share]')).toHaveCount(4);
  await askedBy(page, (question) => question.window === '1d', () => choose(page, 'Entro quanto tempo dal primo passo', '24 h'));

  // Only those on the site through search; step 2 within a day and optional; nothing taken out of the cart.
  await page.getByRole('button', { name: 'Aggiungi un filtro' }).click();
  await choose(page, 'Campo', 'Fonte dei dati');
  await page.getByRole('combobox', { name: 'Valore', exact: true }).click();
  await page.getByRole('option', { name: 'sito', exact: true }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Dettagli del passo 2' }).click();
  await choose(page, 'Entro quanto dal passo prima', '24 h');
  await page.getByRole('switch', { name: 'Passo facoltativo' }).click({ force: true });
  await page.getByRole('button', { name: 'Aggiungi un’esclusione' }).click();
  await page.getByRole('combobox', { name: 'Non deve succedere' }).click();
  await page.getByRole('option', { name: 'Tolto dal carrello' }).click();
  await page.keyboard.press('Escape');
  await choose(page, 'Stesso valore in tutti i passi', 'Articolo');
  const held = await askedBy(page, (question) => question.breakdown !== undefined && question.hold !== undefined && question.exclude !== undefined, () => choose(page, 'Confronta per', 'Canale'));
  expect(held).toMatchObject({
    window: '1d', hold: 'properties.sku', breakdown: { by: 'channel' }, where: [{ field: 'source', op: 'in', value: ['sito'] }],
    exclude: [{ event: 'Product Removed', after_step: 1, before_step: 3, mode: 'attempt' }],
  });
  expect(held.steps[1]).toMatchObject({ optional: true, window: '1d' });

  // Without the held value, people go on: an order has no article of its own.
  const question = await askedBy(page, (asked) => asked.hold === undefined && asked.breakdown !== undefined, () =>
    choose(page, 'Stesso valore in tutti i passi', 'Articolo'), // chosen again: no longer chosen
  );
  const answer = await expectShown(page, question);
  const table = page.getByRole('table', { name: /Confronto per/ });
  await expect(table.locator('tbody tr')).toHaveCount(answer.groups!.length);
  for (const group of answer.groups!.slice(0, 3)) await expect(table).toContainText(number(group.steps[0]!.count));

  const other = await context.newPage();
  const again = other.waitForRequest((request) => request.url().endsWith('/api/query/funnel'));
  await other.goto(page.url());
  expect((await again).postDataJSON()).toEqual(question);
  await expectShown(other, question);
});

test('people behind a step are as many as it says, and lead to their profiles', { tag: '@long' }, async ({ page }) => {
  await page.goto('/funnel');
  await expect(page.locator('[data-share]').first()).toBeVisible();
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/query/funnel') && (response.request().postDataJSON() as Question).people !== undefined);
  await page.getByRole('button', { name: 'Chi si è fermato' }).last().click();
  const answer = (await (await answered).json()) as { people: string[]; steps: (Step & { dropped: number })[] };
  expect(answer.people.length).toBe(Math.min(200, answer.steps.at(-1)!.dropped));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('listitem')).toHaveCount(Math.min(20, answer.people.length));
  await expect(page).toHaveURL(/people/);
  await dialog.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/clienti\//);
  await page.goBack();
  await expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible();
});

test('an order of steps that leaves no room for exclusions says so', { tag: '@long' }, async ({ page }) => {
  await page.goto('/funnel');
  await expect(page.locator('[data-share]').first()).toBeVisible();
  await askedBy(page, (question) => question.order === 'any', () => choose(page, 'In quale ordine', 'In qualsiasi ordine'));
  await expect(page.getByText('Le esclusioni valgono quando')).toBeVisible();
  await expect(page.locator('[data-share]').first()).toBeVisible();
});
