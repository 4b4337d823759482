// Language and theme change at once and stay; rules show what they would change before they are saved;
// stage models and keys.
import { layoutProblems } from './support/layout';
import { expect, test } from './support/server';

test('English on demand, in words and numbers, and it stays', async ({ page }) => {
  await page.goto('/impostazioni');
  await page.getByRole('combobox', { name: 'Lingua' }).click();
  await page.getByRole('option', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.goto('/clienti');
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
});

test('dark on demand, and it stays', { tag: '@long' }, async ({ page }) => {
  await page.goto('/clienti');
  await page.getByRole('button', { name: 'Cambia tema' }).first().click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('a rule shows what it would change in the last events before it is saved, and saving keeps it', async ({ page }) => {
  await page.goto('/impostazioni/contatti');
  await expect(page.getByText(/Nessuno degli ultimi .* eventi cambia/)).toBeVisible();
  await page.getByRole('button', { name: 'Aggiungi una regola' }).click();
  await page.getByRole('combobox', { name: 'Valore', exact: true }).click();
  await page.getByRole('option', { name: 'Pagina vista' }).click();
  await page.keyboard.press('Escape');
  const previewed = page.waitForResponse((response) => response.url().endsWith('/api/touchpoints/preview') && response.ok());
  await page.getByRole('combobox', { name: 'allora è' }).click();
  await page.getByRole('option', { name: 'QR e cartoline' }).click();
  await previewed;
  const verdict = page.getByRole('status').filter({ hasText: /su [\d.]+ cambia/ });
  await expect(verdict).toBeVisible();
  const said = Number(/\d[\d.]*/.exec(await verdict.innerText())![0].replaceAll('.', ''));
  expect(said).toBeGreaterThan(0);
  await expect(page.locator('[data-changed="true"]')).toHaveCount(Math.min(200, said));
  await expect(page.locator('[data-changed="true"]').first()).toContainText('QR e cartoline');

  await page.getByRole('button', { name: 'Salva' }).click();
  await expect(page.getByText('Tutta la storia è stata riletta')).toBeVisible();
  await page.reload();
  await expect(page.locator('[data-rule="1"]')).toContainText('Pagina vista');
  await page.getByRole('button', { name: 'Togli la regola 1', exact: true }).click();
  await page.getByRole('button', { name: 'Salva' }).click();
  await expect(page.getByText(/Nessuno degli ultimi .* eventi cambia/)).toBeVisible();
});

test('a rule asks where a visit comes from, has alternatives, and leads to a touchpoint of its own', { tag: '@long' }, async ({ page }) => {
  test.setTimeout(60_000);
  await page.goto('/impostazioni/contatti?parte=elenco');
  await page.getByRole('button', { name: 'Aggiungi un punto di contatto' }).click();
  await page.getByText(/^Regole/).click();
  // A shipped rule with alternatives shows them all.
  const shipped = page.locator('[data-rule]').filter({ hasText: 'oppure' }).first();
  await shipped.click();
  const frame = page.getByRole('group', { name: 'Ne basta una' });
  expect(await frame.getByRole('combobox', { name: 'Campo' }).count()).toBeGreaterThan(1);
  await shipped.click();

  await page.getByRole('button', { name: 'Aggiungi una regola' }).click();
  await page.getByRole('button', { name: 'Più possibilità' }).click();
  await page.getByRole('button', { name: 'Togli questo filtro' }).first().click();
  const choose = async (row: number, field: string, value: string) => {
    await frame.getByRole('combobox', { name: 'Campo' }).nth(row).click();
    await page.getByRole('option', { name: field, exact: true }).click();
    await frame.getByRole('combobox', { name: 'Valore', exact: true }).nth(row).click();
    await page.getByRole('option', { name: value, exact: true }).click();
    await page.keyboard.press('Escape');
  };
  await choose(0, 'Genere di provenienza', 'Motore di ricerca');
  await choose(1, 'Dispositivo', 'Telefono');
  await page.getByRole('combobox', { name: 'allora è' }).click();
  await page.getByRole('option', { name: 'Nuovo punto di contatto' }).click();
  await expect(page.locator('[data-changed="true"]').first()).toContainText('→ Nuovo punto di contatto');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: 'Scarta le modifiche' }).click();
  await expect(page.getByText(/Nessuno degli ultimi .* eventi cambia/)).toBeVisible();
});

test('a stage nobody could enter is not saved; a renamed one is, and is called so everywhere', { tag: '@long' }, async ({ page }) => {
  await page.goto('/impostazioni/fasi');
  await page.getByRole('button', { name: 'Aggiungi una fase' }).click();
  await expect(page.getByText('Nessuno potrà entrare')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Salva' })).toBeDisabled();
  await page.getByRole('button', { name: 'Togli la fase Nuova fase' }).click();

  await page.getByRole('button', { name: /^Advocacy/ }).click();
  await page.getByRole('textbox', { name: 'Nome in italiano' }).fill('Passaparola felice');
  await page.getByRole('button', { name: 'Salva' }).click();
  await expect(page.getByText('Tutta la storia è stata riletta')).toBeVisible();
  await page.goto('/fasi');
  await expect(page.getByText('Passaparola felice').first()).toBeVisible();
  await page.goto('/impostazioni/fasi');
  await page.getByRole('button', { name: /^Passaparola felice/ }).click();
  await page.getByRole('textbox', { name: 'Nome in italiano' }).fill('Advocacy');
  await page.getByRole('button', { name: 'Salva' }).click();
  await expect(page.getByRole('button', { name: 'Salva' })).toBeDisabled();
});

test('owner and goal of a stage stand on the map; a copied model is one of its own', { tag: '@long' }, async ({ page }) => {
  const edit = async (owner: string, goal: string) => {
    await page.goto('/impostazioni/fasi');
    await page.locator('ol').getByRole('button', { expanded: false }).first().click();
    await page.getByRole('textbox', { name: 'Chi se ne occupa' }).fill(owner);
    await page.getByRole('textbox', { name: 'Obiettivo: quanti vanno avanti' }).fill(goal);
    await page.getByRole('button', { name: 'Salva' }).click();
    await expect(page.getByRole('button', { name: 'Salva' })).toBeDisabled();
  };
  await edit('Sara Neri', '99');
  await page.goto('/');
  const head = page.locator('[data-mark^="head:"]').first();
  await expect(head.locator('[data-owner]')).toHaveAttribute('data-owner', 'SN');
  await expect(head).toHaveAttribute('aria-label', /obiettivo 99/);
  await expect(head.locator('[data-light]')).toHaveAttribute('data-light', 'missed');
  await edit('', '');

  await page.getByRole('button', { name: 'Duplica questo modello' }).click();
  await expect(page).toHaveURL(/modello=/);
  await expect(page.getByRole('textbox', { name: 'Nome del modello' })).toHaveValue(/, copia$/);
});

test('a key is shown once', { tag: '@long' }, async ({ page }) => {
  await page.goto('/impostazioni/chiavi');
  await page.getByRole('textbox', { name: 'A che cosa serve' }).fill('cassa di prova');
  const made = page.waitForResponse((response) => response.url().endsWith('/api/keys') && response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Crea', exact: true }).click();
  const { key } = (await (await made).json()) as { key: string };
  expect(key).toMatch(/^c[a-z0-9]{24}$/);
  await expect(page.getByText(key).first()).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'cassa di prova' })).toBeVisible();
});

test('a value of many people is suggested, blocked with a click, and given back', { tag: '@long' }, async ({ page }) => {
  const stamp = Date.now();
  const headers = { 'X-Viaggio': '1' };
  const { key } = (await (await page.request.post('/api/keys', { headers, data: { kind: 'write', source: 'moduli' } })).json()) as { key: string };
  const email = `info-${stamp}@negozio.example`;
  const batch = [1, 2, 3, 4, 5].map((n) => ({ type: 'identify', messageId: `${stamp}-${n}`, userId: `${stamp}-${n}`, traits: { email } }));
  expect((await page.request.post('/v1/batch', { headers: { Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, data: { batch } })).ok()).toBe(true);
  await page.goto('/impostazioni/identita');
  const row = page.getByRole('row').filter({ hasText: email });
  await expect(row).toContainText('5');
  expect(await layoutProblems(page)).toEqual([]);
  await row.getByRole('button', { name: `Blocca ${email}` }).click();
  await expect(page.getByText('Salvato.')).toBeVisible();
  await expect(row).toBeHidden();
  await page.reload();
  await expect(page.getByText(email, { exact: true })).toBeVisible();
  await page.getByRole('combobox', { name: 'Valori bloccati' }).press('Backspace');
  await expect(row).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await layoutProblems(page)).toEqual([]);
});
