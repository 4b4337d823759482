// What an eye would stumble over: words on words, words beyond their place, words cut off.
import type { Page } from '@playwright/test';

/** Sentences about every such fault of the page; none on a sound one. */
export const faultsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const main = document.querySelector('main')!;
    const edge = { right: document.documentElement.clientWidth, left: main.getBoundingClientRect().left };
    const faults: string[] = [];
    const shown = (node: Element) => {
      const style = getComputedStyle(node);
      return style.visibility !== 'hidden' && Number(style.opacity) > 0.05;
    };
    const words = [...main.querySelectorAll<SVGTextElement>('svg text')]
      .filter((node) => (node.textContent ?? '').trim() !== '' && shown(node))
      .map((node) => ({ text: node.textContent!.trim(), box: node.getBoundingClientRect() }));
    const html = [...main.querySelectorAll<HTMLElement>('[data-ghost] > *')].map((node) => ({ text: node.innerText, box: node.getBoundingClientRect() }));
    const all = [...words, ...html];
    // The box of a line of text is taller than its letters: a third of it may meet the next line's.
    const meet = (a: DOMRect, b: DOMRect) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      return across > 1.5 && down > Math.min(a.height, b.height) * 0.34;
    };
    all.forEach((item, index) => {
      if (item.box.right > edge.right + 0.5 || item.box.left < edge.left - 0.5) faults.push(`"${item.text}" lies beyond the edge`);
      for (const other of all.slice(index + 1)) if (meet(item.box, other.box)) faults.push(`"${item.text}" lies on "${other.text}"`);
    });
    for (const node of main.querySelectorAll<HTMLElement>('button, a, h1, h2, p, li, span, label')) {
      const style = getComputedStyle(node);
      const cut = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none' || style.position === 'absolute';
      if (!cut && style.overflow === 'hidden' && node.innerText.trim() !== '' && node.scrollWidth > node.clientWidth + 1) faults.push(`"${node.innerText}" is cut off`);
    }
    return faults;
  });
