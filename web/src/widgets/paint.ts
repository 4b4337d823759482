// The colours of drawings on the screen.
import { printed, type Paint } from '@/model/drawing';

const dark: Record<`c${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`, string> = { c0: '#8fa7d5', c1: '#e09a68', c2: '#8fbfa9', c3: '#c295bb', c4: '#e58a94', c5: '#6fc3cf', c6: '#cdb964', c7: '#a9b0bb' };

const onScreen: Partial<Record<Paint, string>> = {
  text: 'var(--mantine-color-text)', soft: 'var(--mantine-color-dimmed)', line: 'var(--viaggio-line)', paper: 'var(--viaggio-card)', accent: 'var(--viaggio-accent)', bright: 'light-dark(#ffffff, #151412)',
};

/** A paint as CSS, for light and for dark paper. */
export const colourOf = (paint: Paint): string => onScreen[paint] ?? `light-dark(${printed[paint]}, ${dark[paint as keyof typeof dark]})`;
