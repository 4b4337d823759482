// The look: warm paper, ink, one accent hue (ink blue). Feeling colours and alarm red belong to the map.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const ink: MantineColorsTuple = ['#eef2fa', '#dbe3f2', '#b6c6e4', '#8fa7d5', '#6d8bc7', '#5272b4', '#41619f', '#31518f', '#264274', '#1b3159'];
const stone: MantineColorsTuple = ['#faf8f5', '#f4f1ec', '#e9e4dc', '#dbd4c9', '#c4bbad', '#a0978a', '#716a60', '#575148', '#3a352f', '#24211d'];
const night: MantineColorsTuple = ['#e8e4de', '#cfc9c0', '#aaa298', '#8b847a', '#5d5750', '#464139', '#35312c', '#262320', '#1d1b19', '#151412'];

// A field that still has room beside its pills does not take a line of its own.
const slimField = { minWidth: 24, flex: '1 1 24px' };

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 6 },
  colors: { ink, gray: stone, dark: night },
  autoContrast: true,
  luminanceThreshold: 0.2,
  fontFamily: 'Inter, "Inter Variable", ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.75rem', lineHeight: '1.2' }, h2: { fontSize: '1.25rem', lineHeight: '1.3' }, h3: { fontSize: '1.0625rem', lineHeight: '1.35' } } },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '14px', xl: '20px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Named, not imported: a component belongs to the page that draws it, not to the first screen.
  components: {
    Button: { defaultProps: { fw: 550 } },
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    MultiSelect: { styles: { inputField: slimField } },
    TagsInput: { styles: { inputField: slimField } },
  },
});

/** Tints of the accent that stay readable on dark paper. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-body': stone[0], '--mantine-color-dimmed': stone[6] },
  dark: {
    '--mantine-color-body': night[8],
    '--mantine-color-dimmed': night[2],
    '--mantine-color-ink-light': '#232b3d',
    '--mantine-color-ink-light-hover': '#2b354b',
    '--mantine-color-ink-light-color': ink[2],
    '--mantine-primary-color-light': '#232b3d',
    '--mantine-primary-color-light-hover': '#2b354b',
    '--mantine-primary-color-light-color': ink[2],
  },
});
