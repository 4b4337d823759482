// Every report opens with its sentence, says its period and how many it rests on, and leaves the page as a picture and
// as a table that say the same.
import { readFileSync } from 'node:fs';
import type { Download, Page } from '@playwright/test';
import { settled } from './support/layout';
import { expect, test } from './support/server';

async function exported(page: Page, kind: RegExp): Promise<Download> {
  await page.locator('[data-report]').getByRole('button', { name: 'Esporta' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: kind }).click()]);
  return file;
}

const text = async (file: Download): Promise<string> => readFileSync(await file.path(), 'utf8');

const plain = (svg: string): string => svg.replace(/<title>.*?<\/title>/s, '').replace(/<[^>]+>/g, ' ').replace(/&amp;/g, '&').replace(/[\s\u00a0]+/g, ' ');

const reports = ['/funnel', '/andamenti', '/fasi', '/transizioni', '/percorsi', '/varianti', '/ritorni', '/attribuzione', '/valore'];

for (const path of reports) {
  test(`${path}: sentence, period and n stand above, and in every file`, path === '/funnel' ? {} : { tag: '@long' }, async ({ page }) => {
    await page.goto(path);
    const head = page.locator('[data-report]');
    await settled(page);
    await expect(head.locator('[data-headline]')).not.toBeEmpty();
    const facts = (await head.locator('[data-facts]').innerText()).replace(/[\s\u00a0]+/g, ' ');
    expect(facts).toMatch(/\d{4} · .*\d/);
    const svg = plain(await text(await exported(page, /SVG/)));
    expect(svg).toContain(facts);
    const csv = (await text(await exported(page, /CSV/))).replace(/[ \u00a0]+/g, ' ');
    for (const part of facts.split(' · ')) expect(csv).toContain(part);
    expect(csv.trim().split('\r\n').length).toBeGreaterThan(8);
    const png = readFileSync(await (await exported(page, /PNG/)).path());
    // The width and height stand after the signature, in big-endian order: 1280 px, twice as fine.
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(2560);
    expect(png.readUInt32BE(20)).toBeGreaterThan(800);
  });
}
