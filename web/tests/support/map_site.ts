// Serves the built app with the invented answers of map_answers.js, one port a case.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MapCase } from './map_answers.js';

export const dist = process.env.VIAGGIO_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url));

export const isBuilt = (): boolean => existsSync(`${dist}/index.html`);

export interface MapSite {
  url(name: MapCase): string;
  stop(): void;
}

export async function startMapSite(firstPort: number): Promise<MapSite> {
  const script = fileURLToPath(new URL('./map_server.js', import.meta.url));
  const process_: ChildProcess = spawn(process.execPath, [script, dist, String(firstPort)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const addresses = new Map<string, string>();
  const wanted = 9;
  await new Promise<void>((resolve, reject) => {
    process_.once('exit', (code) => reject(new Error(`the stand-in server ended with ${code}`)));
    process_.stdout!.on('data', (chunk: Buffer) => {
      for (const [, name, url] of chunk.toString().matchAll(/^(\S+) (http\S+)$/gm)) addresses.set(name!, url!);
      if (addresses.size >= wanted) resolve();
    });
  });
  return {
    url: (name) => addresses.get(name)!,
    stop: () => {
      process_.kill();
    },
  };
}
