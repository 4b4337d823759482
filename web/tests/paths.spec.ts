// Paths draw what the API answers: flows add up, a box opens its people, the address is the question.
import { settled } from './support/layout';
import { expect, sidewaysScroll, test } from './support/server';

interface PathNode {
  id: string;
  layer: number;
  label: string;
  entries: number;
}
interface Paths {
  nodes: PathNode[];
  edges: { from: string; to: string; transitions: number }[];
  sequences: number;
}

const isPaths = (response: { url(): string }) => response.url().endsWith('/api/query/paths');

test('every box and ribbon of the answer is drawn; a box opens its people, who are kept as an audience', async ({ page }) => {
  const answered = page.waitForResponse((response) => isPaths(response) && response.ok());
  await page.goto('/percorsi');
  const answer = (await (await answered).json()) as Paths;
  await settled(page);
  expect(answer.nodes.filter(({ layer }) => layer === 0).reduce((sum, { entries }) => sum + entries, 0)).toBe(answer.sequences);
  await expect(page.locator('[data-node]')).toHaveCount(answer.nodes.length);
  await expect(page.locator('[data-edge]')).toHaveCount(answer.edges.length);
  for (const node of answer.nodes) await expect(page.locator(`[data-node="${node.id}"]`)).toHaveAttribute('data-entries', String(node.entries));

  const chosen = answer.nodes.find(({ label }) => label !== '$other')!;
  const listed = page.waitForResponse((response) => response.url().endsWith('/api/query/people') && response.ok());
  await page.locator(`[data-node="${chosen.id}"]`).focus();
  await page.keyboard.press('Enter');
  const { total } = (await (await listed).json()) as { total: number };
  expect(total).toBeGreaterThan(0);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('listitem')).toHaveCount(Math.min(50, total));
  await dialog.getByRole('button', { name: 'Salva come pubblico' }).click();
  const kept = page.waitForResponse((response) => response.url().endsWith('/api/audiences') && response.request().method() === 'POST');
  await dialog.getByRole('button', { name: 'Salva', exact: true }).click();
  expect(((await (await kept).json()) as { customers: number }).customers).toBe(total);
});

test('an end is read backwards, and the address brings the question back', { tag: '@long' }, async ({ page }) => {
  const form = { node: 'name', unit: 'customer', end: ['Order Completed'], depth: 3 };
  const answered = page.waitForResponse((response) => isPaths(response) && response.ok());
  await page.goto(`/percorsi?q=${encodeURIComponent(JSON.stringify(form))}`);
  const response = await answered;
  expect(response.request().postDataJSON()).toMatchObject({ node: 'name', unit: 'customer', end: { event: 'Order Completed' }, depth: 3 });
  const answer = (await response.json()) as Paths;
  await settled(page);
  await expect(page.locator('[data-node]')).toHaveCount(answer.nodes.length);
  expect(Math.min(...answer.nodes.map(({ layer }) => layer))).toBe(-2);
  await expect(page.locator('[data-headline]')).toContainText('%');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await sidewaysScroll(page)).toBe(0);
});
