// Fails the build when the script of the first screen (entry, its static imports, and the map's
// route) weighs more than the budget once compressed.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = 250_000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const seen = new Set();

function visit(key) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return;
  seen.add(key);
  for (const next of chunk.imports ?? []) visit(next);
}

visit('index.html');
visit('src/pages/map/index.tsx');
let total = 0;
for (const key of seen) {
  const { file } = manifest[key];
  if (!file.endsWith('.js')) continue;
  const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += size;
  console.log(`${String(size).padStart(8)}  ${file}`);
}
console.log(`${String(total).padStart(8)}  first screen script, gzip (budget ${budget})`);
if (total > budget) {
  console.error('The first screen is too heavy: load something later, or do without it.');
  process.exit(1);
}
