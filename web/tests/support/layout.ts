// What a reader would notice at once, found by measuring: text too small, cut off or printed over other
// text, a page that moves sideways. Runs inside the page.
import type { Page } from '@playwright/test';

export const smallestText = 11;

/** Sentences about what is wrong; empty when nothing is. */
export async function layoutProblems(page: Page): Promise<string[]> {
  return page.evaluate((smallest) => {
    const problems: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) problems.push(`the page scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);
    const main = document.querySelector('main') ?? document.body;
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    const seen: { text: string; box: DOMRect; parent: Element }[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      const parent = node.parentElement!;
      if (text === '' || parent.closest('svg, script, style, [aria-hidden="true"]') || !parent.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const style = getComputedStyle(parent);
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.width < 2 || box.height < 2) continue;
      if (parseFloat(style.fontSize) < smallest) problems.push(`"${text.slice(0, 40)}" is ${style.fontSize} small`);
      const shortened = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
      for (let holder: Element | null = parent; holder && holder !== main && !shortened; holder = holder.parentElement) {
        const look = getComputedStyle(holder);
        if (look.textOverflow === 'ellipsis' || look.webkitLineClamp !== 'none' || /auto|scroll/.test(look.overflowX + look.overflowY)) break;
        const frame = holder.getBoundingClientRect();
        if (look.overflowX !== 'visible' && (box.right > frame.right + 2 || box.left < frame.left - 2)) {
          problems.push(`"${text.slice(0, 40)}" is cut off`);
          break;
        }
      }
      // What a clamp hides is not seen.
      const shown = style.webkitLineClamp === 'none' ? box : parent.getBoundingClientRect();
      if (!parent.closest('pre')) seen.push({ text, box: shown, parent });
    }
    const floats = (element: Element): boolean => {
      for (let holder: Element | null = element; holder && holder !== main; holder = holder.parentElement) if (/sticky|fixed/.test(getComputedStyle(holder).position)) return true;
      return false;
    };
    const still = seen.filter(({ parent }) => !floats(parent)).sort((a, b) => a.box.top - b.box.top);
    still.forEach((one, i) => {
      for (let k = i + 1; k < still.length && still[k]!.box.top < one.box.bottom; k += 1) {
        const other = still[k]!;
        const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // Lines of one paragraph touch; text over other text covers half a line.
        if (wide > 4 && high > 0.5 * Math.min(one.box.height, other.box.height) && !one.parent.contains(other.parent) && !other.parent.contains(one.parent)) problems.push(`"${one.text.slice(0, 30)}" and "${other.text.slice(0, 30)}" overlap`);
      }
    });
    return [...new Set(problems)].slice(0, 8);
  }, smallestText);
}

/** Nothing more is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.mantine-Skeleton-root, main [aria-busy="true"]').length === 0);
}

/** A picture for people to look at; never compared. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test-results/pictures/${name.replace(/^\//, '').replaceAll('/', '-') || 'mappa'}.png`, fullPage: true });
}
