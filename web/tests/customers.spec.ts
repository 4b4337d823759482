// Search finds a person however they are written; the profile tells the story and why it is one person;
// people can be joined, and taken apart again.
import type { Page } from '@playwright/test';
import { layoutProblems, picture, settled } from './support/layout';
import { expect, test } from './support/server';

interface Person {
  customer_id: string;
  name: string;
  identifiers: { type: string; value: string }[];
  events: number;
}

const valueOf = (person: Person, type: string): string => person.identifiers.find((item) => item.type === type)!.value;

const customersOf = async (page: Page, search = ''): Promise<Person[]> =>
  ((await (await page.request.get(`/api/customers?limit=1000&search=${encodeURIComponent(search)}`)).json()) as { customers: Person[] }).customers;

/** Somebody with a name, an e-mail, a phone, a card and an order. */
async function aPerson(page: Page): Promise<Person> {
  const all = await customersOf(page);
  const known = all.filter((item) => item.name.includes(' ') && ['email', 'phone', 'loyalty_card', 'user_id'].every((type) => item.identifiers.some((id) => id.type === type)));
  expect(known.length, 'the demo has people known in every way').toBeGreaterThan(1);
  for (const person of known.sort((a, b) => b.events - a.events)) if (await orderOf(page, person)) return person;
  throw new Error('nobody of them has ordered');
}

async function orderOf(page: Page, person: Person): Promise<string | undefined> {
  const { events } = (await (await page.request.get(`/api/customers/${person.customer_id}/timeline?limit=1000`)).json()) as { events: { properties: { order_id?: string } }[] };
  return events.map((event) => event.properties.order_id).find((id) => id !== undefined);
}

test('search forgives: typing, accents, spelling of phones and cards, order numbers', async ({ page }) => {
  const person = await aPerson(page);
  const [first, ...rest] = person.name.split(' ');
  const surname = rest.join(' ');
  const phone = valueOf(person, 'phone').replace(/^\+39/, '');
  const ways: Record<string, string> = {
    'a part of the name': `${first} ${surname.slice(0, -1)}`,
    'a typing mistake': `${first} ${surname[0]}${surname.slice(2)}`,
    'an accent too many': `${first} ${surname.slice(0, -1)}${{ a: 'à', e: 'è', i: 'ì', o: 'ò', u: 'ù' }[surname.at(-1)!] ?? surname.at(-1)}`.toUpperCase(),
    'a phone with blanks': `${phone.slice(0, 3)} ${phone.slice(3, 6)} ${phone.slice(6)}`,
    'a phone with the country': `0039${phone}`,
    'an e-mail': valueOf(person, 'email'),
    'a card in small letters with blanks': valueOf(person, 'loyalty_card').toLowerCase().replace(/(.{4})/g, '$1 '),
    'an order number': (await orderOf(page, person))!,
  };
  await page.goto('/clienti');
  const box = page.getByRole('searchbox', { name: 'Cerca un cliente' });
  for (const [way, text] of Object.entries(ways)) {
    await box.fill(text);
    await expect(page).toHaveURL(new RegExp(`search=`));
    await expect(page.locator(`a[href="/clienti/${person.customer_id}"]`), `${way}: ${text}`).toBeVisible();
  }
  await box.fill('qwertyuiop-nessuno');
  await expect(page.getByText('Nessuno corrisponde')).toBeVisible();
  expect(await layoutProblems(page)).toEqual([]);
});

test('the profile says who, where, when, and why it is one person', async ({ page }) => {
  const person = await aPerson(page);
  await page.goto(`/clienti/email:${valueOf(person, 'email')}`);
  await expect(page.getByRole('heading', { level: 1, name: person.name })).toBeVisible();
  await settled(page);
  const facts = page.locator('dl').first();
  for (const fact of ['A che punto è', 'Ultimo contatto', 'Acquisti', 'Valore', 'Eventi']) await expect(facts).toContainText(fact);
  await expect(page.getByText(valueOf(person, 'loyalty_card'))).toBeVisible();
  // Newest first, day by day.
  const days = await page.locator('main time').evaluateAll((times) => times.slice(0, 12).map((time) => time.getAttribute('datetime')!.slice(0, 10)));
  expect(days).toEqual([...days].sort().reverse());
  await expect(page.locator('main')).not.toContainText(/\b(Order Completed|Page Viewed|Receipt Issued|Product Viewed)\b/);
  expect(await layoutProblems(page)).toEqual([]);
  await picture(page, '/profile-wide');
  // What was folded opens.
  const folded = page.locator('main [aria-expanded="false"]').first();
  await folded.click();
  await expect(page.locator('main [aria-expanded="true"]')).toHaveCount(1);
  await page.getByRole('tab', { name: 'Perché sono la stessa persona' }).click();
  await expect(page).toHaveURL(/vista=identita/);
  await expect(page.getByRole('img', { name: /Disegno dei legami/ })).toBeVisible();
  await expect(page.getByText('Perché:').first()).toBeVisible();
  await expect(page.locator('main')).not.toContainText('Senza valore');
  expect(await layoutProblems(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await layoutProblems(page)).toEqual([]);
  await picture(page, '/profile-identity-narrow');
});

test('two people are joined with a confirmation, and the link can be undone', { tag: '@long' }, async ({ page }) => {
  const [one, other] = (await customersOf(page)).filter((item) => item.name.includes(' ') && item.identifiers.some((id) => id.type === 'email') && !item.identifiers.some((id) => id.type === 'user_id')).slice(0, 2);
  expect(other, 'the demo has people without an account').toBeTruthy();
  await page.goto(`/clienti/${one!.customer_id}?vista=identita`);
  await page.getByRole('button', { name: 'Unisci a un’altra persona' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Cerca l’altra persona' }).fill(valueOf(other!, 'email'));
  await dialog.getByRole('button', { name: new RegExp(other!.name) }).first().click();
  await expect(dialog).toContainText('una persona sola');
  // What it would change is told before.
  const rows = (when: string) => dialog.locator(`[data-preview] [data-when="${when}"] tr:has(td)`);
  await expect(rows('before')).toHaveCount(2);
  await expect(rows('after')).toHaveCount(1);
  await expect(rows('after').locator('td').nth(1)).toHaveText(new Intl.NumberFormat('it-IT').format(one!.events + other!.events));
  expect(await layoutProblems(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Unisci', exact: true }).click();
  await expect(page.getByText('uniti a mano')).toBeVisible();
  const merged = (await (await page.request.get(`/api/customers/${encodeURIComponent(`email:${valueOf(other!, 'email')}`)}`)).json()) as Person;
  expect(merged.events).toBe(one!.events + other!.events);

  const link = page.getByRole('listitem').filter({ hasText: 'uniti a mano' });
  await link.getByRole('button', { name: 'Sciogli il legame' }).click();
  await expect(page.getByRole('dialog')).toContainText('due persone');
  await expect(page.getByRole('dialog').locator('[data-preview] [data-when="after"] tr:has(td)')).toHaveCount(2);
  await page.getByRole('dialog').getByRole('button', { name: 'Annulla' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await link.getByRole('button', { name: 'Sciogli il legame' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sciogli il legame' }).click();
  await expect(page.getByText('Legame sciolto')).toBeVisible();
  const apart = (await (await page.request.get(`/api/customers/${encodeURIComponent(`email:${valueOf(other!, 'email')}`)}`)).json()) as Person;
  expect(apart.events).toBe(other!.events);
});

test('a case that rules may not decide waits on the page, and is closed', { tag: '@long' }, async ({ page }) => {
  const stamp = Date.now();
  const headers = { 'X-Viaggio': '1' };
  const { key } = (await (await page.request.post('/api/keys', { headers, data: { kind: 'write', source: 'crm' } })).json()) as { key: string };
  const told = ['a', 'b'].map((user, i) => ({ type: 'identify', messageId: `${user}-${stamp}`, userId: `${user}-${stamp}`, context: { externalIds: [{ type: 'crm_id', id: `${stamp}-${i}` }] } }));
  const both = { ...told[0]!, messageId: `both-${stamp}`, context: told[1]!.context };
  for (const event of [...told, both]) expect((await page.request.post('/v1/batch', { headers: { Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, data: { batch: [event] } })).ok()).toBe(true);
  await page.goto(`/clienti/user_id:a-${stamp}?vista=identita`);
  const cases = page.locator('[data-conflicts]');
  await expect(cases).toContainText(`${stamp}-1`);
  expect(await layoutProblems(page)).toEqual([]);
  await cases.getByRole('button', { name: 'È la stessa persona' }).click();
  await expect(page.getByRole('dialog').locator('[data-preview]')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Annulla' }).click();
  await cases.getByRole('button', { name: 'Sono due persone' }).click();
  await expect(cases).toBeHidden();
  await page.reload();
  await expect(page.getByRole('img', { name: /Disegno dei legami/ })).toBeVisible();
  await expect(cases).toBeHidden();
});

test('somebody who is not there is said to be not there', { tag: '@long' }, async ({ page }) => {
  await page.goto('/clienti/email:nessuno@example.it');
  await expect(page.getByRole('heading', { name: 'Non troviamo questa persona' })).toBeVisible();
  await page.getByRole('link', { name: 'Cerca fra i clienti' }).click();
  await expect(page).toHaveURL(/\/clienti$/);
});
