// Compares what a page looks like with the picture kept of it, as an eye would from across the room: small, in
// few colours, so that another version of the browser passes and a band that moved or lost its colour does not.
// VIAGGIO_TEST_UPDATE=1 (./dev test e2e --update) keeps what it sees; look at the difference.
import { expect, type Page } from '@playwright/test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The day on which the pictures were taken, for pages that speak of today. */
export const pictureDay = new Date('2026-11-20T10:00:00Z');

/** Screen pixels to one of the picture. */
const shrink = 6;
/** Pixels of the picture to a block, and how far the mean colour of a block may be off, of 255. */
const block = 6;
const tolerance = 16;

/** How often a picture that differs is looked at again. */
const looks = 8;

const folder = fileURLToPath(new URL('../snapshots/', import.meta.url));

/** What moves by itself is not looked at; nor is the list of pages, which grows. */
const still = '[data-band="live"], [data-live], .mantine-Loader-root, aside nav { visibility: hidden !important; }';

interface Compared {
  /** The new picture, as base64 of a PNG. */
  picture: string;
  /** Blocks that differ, by their place on the screen; null where the pictures have not the same size. */
  different: { x: number; y: number; by: number }[] | null;
}

/** Draws and compares in a page of its own: a browser knows how to read PNG. */
async function compare(page: Page, shot: Buffer, kept: Buffer | null): Promise<Compared> {
  const bench = await page.context().newPage();
  const result = await bench.evaluate(
    async ({ now, before, scale, size, most }) => {
      const load = async (text: string) => createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob());
      const draw = (image: ImageBitmap, width: number, height: number) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [width, height];
        const context = canvas.getContext('2d', { willReadFrequently: true })!;
        context.imageSmoothingQuality = 'high';
        context.drawImage(image, 0, 0, width, height);
        return { canvas, context, data: context.getImageData(0, 0, width, height) };
      };
      const image = await load(now);
      const small = draw(image, Math.round(image.width / scale), Math.round(image.height / scale));
      const { data, width, height } = small.data;
      for (let i = 0; i < data.length; i += 1) data[i] = i % 4 === 3 ? 255 : Math.min(255, Math.round(data[i]! / 8) * 8);
      small.context.putImageData(small.data, 0, 0);
      const picture = small.canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
      if (before === null) return { picture, different: [] };
      const old = await load(before);
      if (old.width !== width || old.height !== height) return { picture, different: null };
      const reference = draw(old, width, height).data.data;
      const different: { x: number; y: number; by: number }[] = [];
      for (let top = 0; top < height; top += size) {
        for (let left = 0; left < width; left += size) {
          let [sum, count] = [0, 0];
          for (let y = top; y < Math.min(height, top + size); y += 1) {
            for (let x = left; x < Math.min(width, left + size); x += 1) {
              for (let colour = 0; colour < 3; colour += 1, count += 1) sum += Math.abs(data[(y * width + x) * 4 + colour]! - reference[(y * width + x) * 4 + colour]!);
            }
          }
          if (sum / count > most) different.push({ x: left * scale, y: top * scale, by: Math.round(sum / count) });
        }
      }
      return { picture, different };
    },
    { now: shot.toString('base64'), before: kept ? kept.toString('base64') : null, scale: shrink, size: block, most: tolerance },
  );
  await bench.close();
  return result;
}

/** What the window shows is what the picture of that name shows. */
export async function expectPicture(page: Page, name: string): Promise<void> {
  const path = `${folder}${name}.png`;
  const update = process.env.VIAGGIO_TEST_UPDATE === '1';
  const kept = existsSync(path) && !update ? readFileSync(path) : null;
  expect(update || kept !== null, `there is no picture ${name}: run with VIAGGIO_TEST_UPDATE=1 and look at it`).toBe(true);
  // A chart draws itself over some frames: what is seen counts once it stands still.
  if (update) await page.waitForTimeout(1500);
  const look = async () => compare(page, await page.screenshot({ animations: 'disabled', caret: 'hide', style: still }), kept);
  let { picture, different } = await look();
  for (let again = 0; again < looks && different !== null && different.length > 0; again += 1) ({ picture, different } = await look());
  if (update) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.from(picture, 'base64'));
    return;
  }
  expect(different, `${name} has another size`).not.toBeNull();
  expect(different!.slice(0, 8), `${name} looks different there`).toEqual([]);
}
