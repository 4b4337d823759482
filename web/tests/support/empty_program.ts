// The program on a folder of its own that holds nothing yet, with keys known beforehand.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface EmptyProgram {
  url: string;
  /** Opens the app, once. */
  link: string;
  /** Stores events as an import: history of any age. */
  load(events: object[]): Promise<void>;
  stop(): Promise<void>;
}

const secret = `s${'k'.repeat(40)}`;
const startSeconds = 60;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });

export async function startEmpty(binary: string): Promise<EmptyProgram> {
  const data = mkdtempSync(join(tmpdir(), 'viaggio-empty-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const web = process.env.VIAGGIO_DIST ? ['--web', process.env.VIAGGIO_DIST] : [];
  const program = spawn(binary, ['serve', '--data', data, '--listen', url.slice('http://'.length), ...web], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, VIAGGIO_SECRET_KEY: secret } });
  const link = await new Promise<string>((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const found = /https?:\/\/\S+[?&]token=[\w-]+/.exec(said);
      if (found) resolve(found[0]);
    };
    program.stdout.on('data', hear);
    program.stderr.on('data', hear);
    program.once('exit', (code) => reject(new Error(`the program ended with ${code}:\n${said}`)));
    setTimeout(() => reject(new Error(`no link within ${startSeconds} s:\n${said}`)), startSeconds * 1000).unref();
  });
  return {
    url, link,
    load: async (events) => {
      const answer = await fetch(`${url}/v1/import`, { method: 'POST', headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }, body: JSON.stringify({ batch: events }) });
      const said = (await answer.json()) as { stored?: number };
      if (said.stored !== events.length) throw new Error(`of ${events.length} events: ${JSON.stringify(said).slice(0, 500)}`);
    },
    stop: async () => {
      const ended = new Promise((resolve) => program.once('exit', resolve));
      program.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}
