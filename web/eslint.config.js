// Lint rules. The import rules are the architecture: a folder may use only what stands left of it in
//   base < model < api | widgets | charts < pages < app
// and only api talks HTTP, only charts knows ECharts, model knows neither React nor the network.
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const folders = ['base', 'model', 'api', 'widgets', 'charts', 'pages', 'app'];
const mayUse = {
  base: [],
  model: ['base'],
  api: ['base', 'model'],
  widgets: ['base', 'model'],
  charts: ['base', 'model', 'widgets'],
  pages: ['base', 'model', 'api', 'widgets', 'charts'],
  app: ['base', 'model', 'api', 'widgets', 'pages'],
};

const outside = (name, why) => ({ group: [name, `${name}/*`], message: why });

function rulesOf(folder) {
  const refused = folders.filter((other) => other !== folder && !mayUse[folder].includes(other));
  const patterns = [
    ...refused.map((other) => ({ group: [`@/${other}`, `@/${other}/**`], message: `${folder} may not use ${other}.` })),
    { group: ['../../*'], message: 'Reach other folders through "@/".' },
  ];
  if (folder !== 'charts') patterns.push(outside('echarts', 'Only charts draws with ECharts.'));
  if (folder === 'model') {
    patterns.push(outside('react', 'model is pure.'), outside('react-*', 'model is pure.'), outside('@mantine', 'model is pure.'), outside('@tanstack', 'model is pure.'));
  }
  if (folder !== 'api' && folder !== 'app') {
    patterns.push({ group: ['@tanstack/react-query'], message: 'Only api asks the server.' });
  }
  const globals = folder === 'api' ? [] : ['fetch', 'EventSource', 'XMLHttpRequest', 'WebSocket'];
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    ignores: ['**/*.test.ts', '**/*.test.tsx'],
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      'no-restricted-globals': ['error', ...globals.map((name) => ({ name, message: 'Only api talks HTTP.' }))],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'test-results', 'playwright-report', '**/*.cjs', 'src/model/openapi.ts'] },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}', 'tests/**/*.{ts,js}', 'tools/*.js'],
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      
    },
  },
  // Playwright calls the continuation of a fixture "use"; no hook is meant.
  { files: ['tests/**/*.ts'], rules: { 'react-hooks/rules-of-hooks': 'off' } },
  ...folders.map(rulesOf),
);
