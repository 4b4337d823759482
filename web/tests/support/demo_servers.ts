// Starts the program on a small demo before the first test, once for each worker that runs beside another,
// and signs in: a test that fails costs its worker, not the program.
import type { FullConfig } from '@playwright/test';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Server {
  url: string;
  /** The one-time link, spent; absent when the server at VIAGGIO_URL lets everybody in. */
  link: string | undefined;
  /** The session's cookie. */
  session: { name: string; value: string } | undefined;
}

/** Where the workers find their server: a list as JSON, by number of the worker. */
export const serversVariable = 'VIAGGIO_TEST_SERVERS';

const linkPattern = /https?:\/\/\S+[?&]token=[\w-]+/;
const startSeconds = 60;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** Resolves with the link once it is printed; rejects when the program ends before. */
function linkOf(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const link = linkPattern.exec(said);
      if (link) resolve(link[0]);
    };
    program.stdout!.on('data', listen);
    program.stderr!.on('data', listen);
    program.once('exit', (code) => reject(new Error(`the program ended with ${code} before printing its link:\n${said}`)));
    setTimeout(() => reject(new Error(`no link within ${startSeconds} s:\n${said}`)), startSeconds * 1000).unref();
  });
}

async function signIn(url: string, link: string): Promise<Server['session']> {
  const token = new URL(link).searchParams.get('token');
  const answer = await fetch(`${url}/api/session`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Viaggio': '1' }, body: JSON.stringify({ token }) });
  if (!answer.ok) throw new Error(`the one-time link was refused: ${answer.status}`);
  const [name, value] = /^([^=]+)=([^;]*)/.exec(answer.headers.get('set-cookie') ?? '')?.slice(1) ?? [];
  return name === undefined || value === undefined ? undefined : { name, value };
}

async function start(binary: string, data: string): Promise<{ server: Server; program: ChildProcess }> {
  const address = `127.0.0.1:${await freePort()}`;
  // While the app is being written: the program serves a fresh build instead of the one inside it.
  const web = process.env.VIAGGIO_DIST ? ['--web', process.env.VIAGGIO_DIST] : [];
  const program = spawn(binary, ['serve', '--data', data, '--listen', address, ...web], { stdio: ['ignore', 'pipe', 'pipe'] });
  const link = await linkOf(program);
  return { program, server: { url: `http://${address}`, link, session: await signIn(`http://${address}`, link) } };
}

async function stop(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null) return;
  const ended = new Promise((resolve) => program.once('exit', resolve));
  program.kill('SIGTERM');
  await ended;
}

export default async function startDemos(config: FullConfig): Promise<() => Promise<void>> {
  const binary = process.env.VIAGGIO_BINARY;
  if (process.env.VIAGGIO_URL || !binary) return async () => undefined;
  const folder = mkdtempSync(join(tmpdir(), 'viaggio-e2e-'));
  const places = Array.from({ length: config.workers }, (_, index) => join(folder, `demo-${index}`));
  const [first, ...others] = places;
  execFileSync(binary, ['demo', '--data', first!, '--customers', '400', '--days', '120', '--seed', '7'], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (const place of others) cpSync(first!, place, { recursive: true });
  const running = await Promise.all(places.map((place) => start(binary, place)));
  process.env[serversVariable] = JSON.stringify(running.map(({ server }) => server));
  return async () => {
    await Promise.all(running.map(({ program }) => stop(program)));
    rmSync(folder, { recursive: true, force: true });
  };
}
