// Reads the drawing back from the page, by what is painted: strokes, boxes, dashes. Knows nothing of
// how the layout computes them.
import type { Page } from '@playwright/test';

export interface PaintedRibbon {
  kind: string;
  from: string | null;
  to: string | null;
  width: number;
}

export interface PaintedBasin {
  stage: string;
  height: number;
  extension: number;
  level: number;
}

export interface PaintedCircle {
  stage: string;
  row: string;
  /** From the box of the disc on the screen. */
  radius: number;
  /** Length of the painted arc and of its whole circle, in pixels; null without one. */
  arc: { length: number; whole: number } | null;
  empty: boolean;
}

export interface Painted {
  ribbons: PaintedRibbon[];
  basins: PaintedBasin[];
  circles: PaintedCircle[];
}

export const readMap = (page: Page): Promise<Painted> =>
  page.evaluate(() => {
    const height = (node: Element | null) => (node ? node.getBoundingClientRect().height : 0);
    const marks = [...document.querySelectorAll<SVGGElement>('[data-mark]')];
    const kindOf = (node: Element) => node.getAttribute('data-kind') ?? '';
    const ribbons = marks.filter((mark) => mark.querySelector('[data-ribbon]')).map((mark) => ({
      kind: kindOf(mark), from: mark.getAttribute('data-from') || null, to: mark.getAttribute('data-to') || null,
      width: Number.parseFloat(getComputedStyle(mark.querySelector('[data-ribbon]')!).strokeWidth),
    }));
    const basins = marks.filter((mark) => kindOf(mark) === 'basin').map((mark) => ({
      stage: mark.getAttribute('data-stage')!, height: height(mark.querySelector('[data-basin]')), extension: height(mark.querySelector('[data-extension]')), level: height(mark.querySelector('[data-level]')),
    }));
    const circles = marks.filter((mark) => kindOf(mark) === 'cell').map((mark) => {
      const disc = mark.querySelector<SVGCircleElement>('[data-disc]');
      const arc = mark.querySelector<SVGCircleElement>('[data-arc]');
      const whole = arc ? 2 * Math.PI * arc.r.baseVal.value : 0;
      return {
        stage: mark.getAttribute('data-stage')!, row: mark.getAttribute('data-row')!, empty: disc === null, radius: disc ? disc.r.baseVal.value : 0,
        arc: arc ? { whole, length: Number.parseFloat(getComputedStyle(arc).strokeDasharray) * whole } : null,
      };
    });
    return { ribbons, basins, circles };
  });
