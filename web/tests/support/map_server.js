// A stand-in server for looking at the map: every invented answer of map_answers.js on its own port.
// Never shipped, and no test that counts trusts it.
//   node tests/support/map_server.js DIST [FIRST_PORT]     prints which case is where
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { mapAnswer, mapCases } from './map_answers.js';

const dist = resolve(process.argv[2] ?? 'dist');
const firstPort = Number(process.argv[3] ?? 9100);
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

const people = (answer) => ({
  epoch: answer.epoch, elapsed_ms: 12, total: 1240, cursor: null,
  stopped_at: answer.rows.slice(2, 6).map((row, i) => ({ row: row.id, label: row.label, customers: 520 - i * 120, share: 0.42 - i * 0.1 })),
  words: [{ text: 'Dal telefono la spedizione non andava avanti.', value: -1.2 }, { text: 'Non capivo se il tavolo ci stava in cucina.', value: -0.4 }],
  next: answer.rows.slice(0, 5).map((row, i) => ({ row: row.id, label: row.label, customers: 480 - i * 90, share: 0.38 - i * 0.07 })),
  customers: ['Anna Rossi', 'Marco Ferrari', null, 'Giulia Conti', 'Paolo Moretti'].map((name, i) => ({
    customer_id: `c${i}`, name,
    journey: Array.from({ length: 5 + ((i * 3) % 8) }, (_, k) => {
      const row = answer.rows[(i * 5 + k * 3) % Math.max(1, answer.rows.length)];
      return { touchpoint: row?.id ?? 'x', icon: row?.icon ?? '', label: row?.label ?? { it: 'Altro', en: 'Other' }, timestamp: new Date(Date.now() - (20 - k) * 86400e3).toISOString(), stage: answer.stages[0].id };
    }),
  })),
});

function serve(name, port) {
  const answer = mapAnswer(name);
  const api = {
    'session': { workspace: { id: 'demo', name: 'Bottega Ginepro', demo: name !== 'empty' }, version: '0.1.0', language: 'it' },
    'workspaces': { workspaces: [] },
    'settings': { name: 'Bottega Ginepro', timezone: 'Europe/Rome', currency: 'EUR', country: 'IT', language: 'it', session_gap: '30m' },
    'vocabulary': { events: [], touchpoints: mapAnswer('rich').rows.map(({ id, label, group, icon }) => ({ id, label, group, icon, channel: 'direct', count: 0 })), channels: [], sources: [], properties: [], stage_models: [{ id: 'cinque_fasi', label: { it: 'Cinque fasi', en: 'Five stages' }, stages: answer.stages.map(({ id, label }) => ({ id, label })) }, { id: 'lineare', label: { it: 'Classico lineare', en: 'Classic linear' }, stages: [] }] },
    'query/map': answer,
    'query/people': people(answer),
    'audiences': { id: 'fermi', name: 'Fermi', customers: 1240 },
  };
  createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    if (pathname === '/api/live') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      const push = (kind, data) => response.write(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
      let events = name === 'empty' ? 0 : 3012400;
      push('counters', { events, customers: 48000, per_minute: [], epoch: answer.epoch });
      const timer = setInterval(() => {
        if (answer.cells.length === 0) return;
        for (let i = 0; i < (events % 7 === 0 ? 9 : 2); i += 1) {
          const cell = answer.cells[(events * 7 + i) % answer.cells.length];
          push('event', { message_id: `m${events}-${i}`, timestamp: '', received_at: '', name: '', label: { it: '', en: '' }, touchpoint: cell.row, channel: null, stage: cell.stage, customer_id: 'c', source: 'sito' });
        }
        push('counters', { events: (events += 3), customers: 48000, per_minute: [], epoch: answer.epoch });
      }, 700);
      response.on('close', () => clearInterval(timer));
      return;
    }
    if (pathname.startsWith('/api/')) {
      const found = api[pathname.slice('/api/'.length)];
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json', etag: '"1"' });
      response.end(JSON.stringify(found ?? { status: 404, code: 'not_found' }));
      return;
    }
    let file = join(dist, pathname);
    if (pathname.endsWith('/') || !existsSync(file)) file = join(dist, 'index.html');
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  }).listen(port, '127.0.0.1', () => console.log(`${name} http://127.0.0.1:${port}`));
}

mapCases.forEach((name, index) => serve(name, firstPort + index));
