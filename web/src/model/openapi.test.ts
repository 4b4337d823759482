// The generated types are those of the contract as it is now.
import { readFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, it } from 'vitest';

const withoutHead = (text: string) => text.slice(text.indexOf('export interface paths')).trim();

it('openapi.ts is up to date (npm run types)', async () => {
  const now = astToString(await openapiTS(new URL('../../../docs/api/openapi.yaml', import.meta.url)));
  const kept = readFileSync(new URL('./openapi.ts', import.meta.url), 'utf8');
  expect(withoutHead(kept)).toBe(withoutHead(now));
}, 30_000);
