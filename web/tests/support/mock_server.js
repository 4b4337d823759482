// A stand-in for the server while developing screens: invented answers in the shape of the contract.
// Never shipped, and no test that counts trusts it: those run against the real program.
//   node tests/support/mock_server.js [PORT]     then VIAGGIO_URL=http://127.0.0.1:PORT npm run dev
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

const port = Number(process.argv[2] ?? 8090);
const dist = process.env.DIST ? new URL(`file://${process.env.DIST}/`) : new URL('../../dist/', import.meta.url);
const L = (it, en) => ({ it, en });

let seed = 7;
const random = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648);
const pick = (list) => list[Math.floor(random() * list.length)];
const hash = (text) => [...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) >>> 0, 7);

const events = [
  ['Page Viewed', 'Pagina vista', 'Page viewed', 912000], ['Product Viewed', 'Prodotto visto', 'Product viewed', 604000],
  ['Products Searched', 'Ricerca di prodotti', 'Products searched', 121000], ['Product Added', 'Prodotto aggiunto al carrello', 'Product added to cart', 148000],
  ['Cart Viewed', 'Carrello visto', 'Cart viewed', 101000], ['Checkout Started', 'Cassa iniziata', 'Checkout started', 71000],
  ['Payment Info Entered', 'Dati di pagamento inseriti', 'Payment details entered', 41000], ['Order Completed', 'Ordine completato', 'Order completed', 33000],
  ['Receipt Issued', 'Scontrino emesso', 'Receipt issued', 92000], ['Store Visited', 'Visita in negozio', 'Store visit', 44000],
  ['Message Opened', 'Messaggio aperto', 'Message opened', 210000], ['Message Clicked', 'Messaggio cliccato', 'Message clicked', 52000],
  ['Question Asked', 'Domanda fatta', 'Question asked', 14000], ['Survey Answered', 'Risposta a un sondaggio', 'Survey answered', 9000],
  ['Review Posted', 'Recensione scritta', 'Review posted', 5200], ['Referral Made', 'Amico invitato', 'Referral made', 3100], ['Item Returned', 'Reso', 'Item returned', 4200],
].map(([name, it, en, count]) => ({ name, label: L(it, en), count }));

const touchpoints = [
  ['website', 'Sito web', 'Website', 'online', 'world', 'direct', 820000], ['email', 'Newsletter', 'Newsletter', 'online', 'mail', 'email', 262000],
  ['instagram', 'Instagram', 'Instagram', 'online', 'brand-instagram', 'organic_social', 91000], ['google_ads', 'Annunci Google', 'Google ads', 'online', 'ad', 'paid_search', 74000],
  ['checkout', 'Carrello e cassa', 'Cart and checkout', 'online', 'shopping-cart', 'direct', 171000], ['store', 'Negozio', 'Store', 'fisico', 'building-store', 'store', 136000],
  ['qr_postcard', 'Cartolina con QR', 'QR postcard', 'fisico', 'qrcode', 'qr', 12000], ['whatsapp', 'WhatsApp', 'WhatsApp', 'assistenza', 'brand-whatsapp', 'messaging', 9100],
  ['phone', 'Telefono', 'Phone', 'assistenza', 'phone', 'phone', 4800],
].map(([id, it, en, group, icon, channel, count]) => ({ id, label: L(it, en), group, icon, channel, count }));

const channels = [
  ['direct', 'Diretto', 'Direct'], ['email', 'E-mail', 'E-mail'], ['organic_social', 'Social', 'Social'], ['paid_search', 'Ricerca a pagamento', 'Paid search'],
  ['organic_search', 'Ricerca', 'Organic search'], ['store', 'Negozio', 'Store'], ['qr', 'QR', 'QR'], ['messaging', 'Messaggi', 'Messaging'], ['phone', 'Telefono', 'Phone'],
].map(([id, it, en], i) => ({ id, label: L(it, en), count: 400000 / (i + 1) }));

const stageNames = [
  ['consapevolezza', 'Consapevolezza', 'Awareness'], ['considerazione', 'Considerazione', 'Consideration'], ['decisione', 'Decisione', 'Decision'],
  ['fidelizzazione', 'Fidelizzazione', 'Loyalty'], ['advocacy', 'Advocacy', 'Advocacy'],
].map(([id, it, en]) => ({ id, label: L(it, en) }));

const models = [
  {
    id: 'cinque_fasi', label: L('Cinque fasi', 'Five stages'), subject: 'relationship', mode: 'free', window: '30d',
    stages: stageNames.map((s, i) => ({
      ...s, dormancy: '365d',
      rules: [{ event: [{ any_of: ['Page Viewed', 'Store Visited'] }, { any_of: ['Product Viewed', 'Products Searched'] }, { any_of: ['Checkout Started', 'Order Completed', 'Receipt Issued'] }, { event: 'Order Completed' }, { any_of: ['Review Posted', 'Referral Made'] }][i], ...(i === 3 ? { min: 2 } : {}) }],
    })),
  },
  { id: 'lineare', label: L('Classico lineare', 'Classic linear'), subject: 'journey', mode: 'forward', window: '30d', stages: [['bisogno', 'Bisogno', 'Need'], ['acquisto', 'Acquisto', 'Purchase'], ['riacquisto', 'Riacquisto', 'Repurchase']].map(([id, it, en], i) => ({ id, label: L(it, en), rules: [{ event: { event: ['Page Viewed', 'Order Completed', 'Order Completed'][i] }, ...(i === 2 ? { min: 2 } : {}) }] })) },
];

const properties = [
  { field: 'properties.category', type: 'string', values: ['cucina', 'tavola', 'bagno', 'camera', 'giardino'] },
  { field: 'properties.total', type: 'number', values: [] },
  { field: 'context.device.type', type: 'string', values: ['mobile', 'desktop', 'tablet'] },
  { field: 'properties.store', type: 'string', values: ['bologna', 'parma', 'rimini'] },
  { field: 'traits.city', type: 'string', values: ['Bologna', 'Parma', 'Rimini', 'Modena'] },
];

const first = ['Anna', 'Marco', 'Giulia', 'Luca', 'Francesca', 'Matteo', 'Chiara', 'Davide', 'Elena', 'Paolo', 'Sara', 'Stefano', 'Martina', 'Roberto', 'Laura'];
const last = ['Rossi', 'Bianchi', 'Ferrari', 'Russo', 'Romano', 'Ricci', 'Marino', 'Greco', 'Conti', 'Gallo', 'Costa', 'Fontana', 'Moretti', 'Barbieri'];
// A picture that is compared wants the same day every day.
const now = Number(process.env.VIAGGIO_MOCK_NOW ?? Date.now());
const ago = (days) => new Date(now - days * 86400e3).toISOString();

const customers = Array.from({ length: 240 }, (_, i) => {
  const name = i % 9 === 8 ? null : `${pick(first)} ${pick(last)}`;
  const mail = name ? `${name.toLowerCase().replace(' ', '.')}${i}@example.it` : null;
  const identifiers = [{ type: 'anonymous_id', value: `a-${hash('x' + i).toString(16)}` }];
  if (mail) identifiers.unshift({ type: 'email', value: mail }, { type: 'phone', value: `+39333${String(1000000 + i * 7919).slice(-7)}` }, { type: 'loyalty_card', value: `GIN${10000 + i}` });
  const orders = Math.floor(random() * 6);
  return { customer_id: `c${hash('c' + i).toString(32).padStart(12, '0')}`, name, identifiers, stage: { cinque_fasi: pick(stageNames).id }, last_seen: ago(random() * 200), events: 5 + Math.floor(random() * 160), value: Math.round(orders * 6350 * random()) / 100, orders };
});

const summaries = { 'Product Viewed': L('Caffettiera in acciaio 6 tazze', 'Steel moka, 6 cups'), 'Product Added': L('Caffettiera in acciaio 6 tazze', 'Steel moka, 6 cups'), 'Order Completed': L('Ordine 2 articoli', 'Order of 2 items'), 'Receipt Issued': L('3 articoli, Bologna', '3 items, Bologna') };

function timeline(customer, cursor, limit) {
  const total = customer.events;
  const from = Number(cursor || 0);
  const list = [];
  for (let i = from; i < Math.min(total, from + limit); i += 1) {
    const key = hash(customer.customer_id + i);
    const event = events[key % events.length];
    const touch = touchpoints[(key >>> 3) % touchpoints.length];
    const entered = key % 11 === 0;
    const stage = stageNames[Math.max(0, Math.min(4, 4 - Math.floor((i / total) * 5)))];
    const paid = event.name === 'Order Completed' || event.name === 'Receipt Issued';
    const timestamp = new Date(Date.parse(customer.last_seen) - i * 7.3 * 3600e3).toISOString();
    list.push({
      message_id: `m-${customer.customer_id}-${i}`, sequence: total - i, customer_id: customer.customer_id, timestamp, received_at: timestamp, type: 'track', name: event.name,
      channel: touch.channel, touchpoint: touch.id, source: 'sito', value: paid ? 20 + (key % 9000) / 100 : null, currency: 'EUR', stage: { cinque_fasi: stage.id },
      properties: { product_id: 'SKU-118', category: 'cucina', page_url: '/prodotti/caffettiera' },
      display: { name: event.label, touchpoint: { id: touch.id, label: touch.label, icon: touch.icon, group: touch.group }, stage: { ...stage, entered }, summary: summaries[event.name]?.it ?? '' },
    });
  }
  return { events: list, cursor: from + limit < total ? String(from + limit) : null };
}

const rules = ['same_event', 'sign_in', 'loyalty_card', 'manual'];
function identity(customer) {
  const nodes = customer.identifiers.map((id, i) => ({ id: `n${i}`, ...id, first_seen: ago(300 - i * 40), events: 5 + i * 13 }));
  nodes.push({ id: `n${nodes.length}`, type: 'anonymous_id', value: 'a-9f31c2', first_seen: ago(40), events: 9 });
  const links = nodes.slice(1).map((n, i) => ({ id: `l${i}`, a: 'n0', b: n.id, rule: rules[i % 4], cause: { message_id: `m-${i}`, timestamp: ago(200 - i * 30), name: pick(events).name }, actor: i % 4 === 3 ? 'giulia@bottega.it' : null, time: ago(200 - i * 30), state: undone.has(`l${i}`) ? 'undone' : 'active' }));
  return { nodes, links, conflicts: [] };
}
const undone = new Set();

const epoch = () => `3000000-12-${Date.now() * 1000}`;
const answered = (body) => ({ epoch: epoch(), elapsed_ms: 41.7, ...body });

const queries = {
  funnel(q) {
    const steps = (scale) => {
      let count = Math.round(18400 * scale);
      const start = count;
      return q.steps.map((s, i) => {
        const before = count;
        if (i > 0) count = Math.round(count * (0.34 + (hash(JSON.stringify(s)) % 40) / 100));
        return { index: i + 1, label: s.label ?? s.event ?? (s.any_of ?? []).join(' / '), count, rate_overall: count / start, rate_step: i ? count / before : 1, dropped: i ? before - count : 0, median_seconds: i ? 420 * (i + 1) ** 3 : null, mean_seconds: i ? 900 * (i + 1) ** 3 : null, p90_seconds: i ? 5400 * (i + 1) ** 2 : null };
      });
    };
    const groups = q.breakdown ? ['mobile', 'desktop', 'tablet', null].map((value, i) => ({ value, steps: steps([0.55, 0.3, 0.1, 0.05][i]) })) : undefined;
    return answered({ steps: steps(1), groups, people: q.people ? customers.slice(0, 40).map((c) => c.customer_id) : undefined });
  },
  trend(q) {
    const step = { hour: 3600e3, day: 86400e3, week: 7 * 86400e3, month: 30.4 * 86400e3 }[q.interval];
    const to = Date.parse(q.range?.to ?? new Date(now).toISOString());
    const from = Date.parse(q.range?.from ?? new Date(to - 365 * 86400e3).toISOString());
    const buckets = [];
    for (let t = from; t < to && buckets.length < 800; t += step) buckets.push(new Date(t).toISOString());
    return answered({ buckets, series: q.series.map((s, k) => ({ label: s.label ?? s.event ?? '', values: buckets.map((b, i) => Math.round((260 - k * 90) * (1 + 0.35 * Math.sin(i / 4 + k) + (hash(b + k) % 40) / 100))) })) });
  },
  stages(q) {
    const model = models.find((m) => m.id === q.model) ?? models[0];
    const counts = [41200, 22800, 12900, 5400, 1310];
    return answered({
      stages: model.stages.map((s, i) => ({ id: s.id, label: s.label, entered: counts[i], current: Math.round(counts[i] * 0.45), exited: Math.round(counts[i] * 0.55), dwell_median_seconds: 86400 * [11, 6, 2, 118, 240][i], dwell_p90_seconds: 86400 * [70, 41, 12, 360, 400][i] })),
      transitions: model.stages.flatMap((a, i) => model.stages.map((b, j) => ({ from: a.id, to: b.id, customers: Math.round(9000 / (1 + Math.abs(j - i - 1) * 3)), transitions: Math.round(11000 / (1 + Math.abs(j - i - 1) * 3)), median_seconds: 86400 * (1 + Math.abs(i - j)) })).filter((e) => e.from !== e.to)),
      non_linear_share: 0.412, skip_rate: 0.18, regress_rate: 0.27, loop_rate: 0.09,
    });
  },
  transitions(q) {
    const names = q.node === 'channel' ? channels.map((c) => c.id) : q.node === 'name' ? events.map((e) => e.name) : q.node.startsWith('stage.') ? stageNames.map((s) => s.id) : touchpoints.map((t) => t.id);
    return answered({
      nodes: names.map((label, i) => ({ label, count: Math.round(90000 / (i + 1)), starts: Math.round(20000 / (i + 1)), ends: Math.round(15000 / (i + 1)) })),
      edges: names.flatMap((from, i) => names.map((to, j) => ({ from, to, transitions: Math.round(30000 / ((i + 1) * (j + 1))), customers: Math.round(12000 / ((i + 1) * (j + 1))), median_seconds: 60 * (1 + i * j * 40), p90_seconds: 600 * (1 + i * j * 40) }))).filter((e) => hash(e.from + e.to) % 3 || e.from === e.to),
    });
  },
  map(q) {
    const model = models.find((m) => m.id === q.model) ?? models[0];
    const ids = model.stages.map((s) => s.id);
    const entered = [4120, 2870, 1490, 610, 142];
    const before = [310, 240, 120, 900, 60];
    const stages = model.stages.map((s, i) => {
      const inside = entered[i] + before[i];
      const forward = i + 1 < ids.length ? Math.round(entered[i + 1] * 0.92) : 0;
      const back = i ? Math.round(inside * 0.07) : 0;
      const lost = i + 1 < ids.length ? Math.round((inside - forward - back) * 0.62) : 8;
      return { ...s, rules: undefined, entered: entered[i], before: before[i], forward, back, lost, here_now: inside - forward - back - lost, value: [0, 0, 92400, 51200, 6100][i], previous: { entered: Math.round(entered[i] * 0.94), value: [0, 0, 88000, 53000, 5200][i] } };
    });
    const flows = [];
    stages.forEach((s, i) => {
      flows.push({ from: null, to: s.id, kind: 'enter', customers: i ? Math.round(entered[i] * 0.08) : entered[0], transitions: entered[i], median_seconds: null });
      if (i + 1 < ids.length) flows.push({ from: s.id, to: ids[i + 1], kind: 'forward', customers: Math.round(s.forward * 0.9), transitions: s.forward, median_seconds: 86400 * (i + 2) });
      if (i + 2 < ids.length) flows.push({ from: s.id, to: ids[i + 2], kind: 'skip', customers: Math.round(s.forward * 0.1), transitions: Math.round(s.forward * 0.1), median_seconds: 86400 });
      if (i) flows.push({ from: s.id, to: ids[i - 1], kind: 'back', customers: s.back, transitions: s.back, median_seconds: 86400 * 3 });
      if (i === 1 || i === 3) flows.push({ from: s.id, to: s.id, kind: 'loop', customers: Math.round(s.entered * 0.2), transitions: Math.round(s.entered * 0.46), median_seconds: 86400 * 2 });
      flows.push({ from: s.id, to: null, kind: 'lost', customers: s.lost, transitions: s.lost, median_seconds: null });
    });
    const rows = touchpoints.map((t, i) => ({ id: t.id, label: t.label, group: t.group, icon: t.icon, customers: Math.round(4000 / (i + 1)), events: Math.round(16000 / (i + 1)), importance: 1 / (i + 1), critical: t.id === 'checkout' || t.id === 'whatsapp', reason: t.id === 'checkout' ? 'drop_off' : t.id === 'whatsapp' ? 'feeling' : null }));
    const cells = [];
    stages.forEach((s, i) => rows.forEach((r, j) => {
      const key = hash(s.id + r.id);
      if (key % 5 === 0) return;
      const n = Math.round((s.entered / (1 + j)) * (0.3 + (key % 60) / 100));
      cells.push({ stage: s.id, row: r.id, customers: n, events: n * 3, stays: n, to_next: i + 1 < ids.length ? 0.2 + (key % 60) / 100 : null, to_next_n: n, importance: 1 / (1 + j), emotion: key % 3 ? { mean: ((key % 200) - 100) / 100, n: key % 40, low: ((key % 200) - 100) / 100 - 0.2, high: ((key % 200) - 100) / 100 + 0.2 } : null, value: n * 12, at_stake: n * 3 });
    }));
    const month = (k) => { const d = new Date(now); d.setUTCDate(1); d.setUTCMonth(d.getUTCMonth() - k); return d.toISOString().slice(0, 10); };
    return answered({
      model: model.id, currency: 'EUR', stages, flows, rows, cells,
      emotion: stages.map((s, i) => ({ stage: s.id, mean: [0.3, 0.1, -0.4, 0.5, 0.8][i], n: [40, 62, 31, 22, 6][i], low: [0.2, 0, -0.55, 0.35, 0.4][i], high: [0.4, 0.2, -0.25, 0.65, 1][i], quote: { text: ['Ho trovato subito quello che cercavo.', 'Non capivo i tempi di consegna.', 'Dal telefono la cassa non andava avanti.', 'Sempre gentili in negozio.', 'Lo consiglio alle amiche.'][i], answer: 8 } })),
      reach: [{ measure: 'impressions', value: 412000 }, { measure: 'views', value: 88000 }],
      headlines: [{ kind: 'drop_off', from: 'considerazione', to: 'decisione', customers: 1240, share: 0.57, row: 'checkout', device: 'mobile', at_stake: 18400, at_stake_formula: { benchmark: 0.66, actual: 0.43, value_of_next: 64.5 } }],
      histogram: Array.from({ length: 24 }, (_, k) => ({ start: month(23 - k), customers: 2600 + (hash('h' + k) % 2400) })),
    });
  },
  people() {
    return answered({ customers: customers.slice(0, 20).map((c) => ({ customer_id: c.customer_id, name: c.name, journey: timeline(c, 0, 9).events.map((e) => ({ touchpoint: e.touchpoint, icon: e.display.touchpoint.icon, label: e.display.touchpoint.label, timestamp: e.timestamp, stage: e.display.stage.id })) })), total: 1240, next: touchpoints.slice(0, 4).map((t, i) => ({ row: t.id, label: t.label, customers: 500 - i * 110, share: 0.4 - i * 0.09 })), cursor: null });
  },
};

const settings = { name: 'Bottega Ginepro', timezone: 'Europe/Rome', currency: 'EUR', country: 'IT', language: 'it', session_gap: '30m' };
const keys = [{ kind: 'write', key: 'c1x7m2k9q4w8e3r5t6y0u1i2o', source: 'sito' }, { kind: 'secret', key: 's••••••••8fk2', source: 'api' }];
let workspaces = [{ id: 'demo', name: 'Bottega Ginepro', demo: true, current: true }];
const touchpointConfig = {
  touchpoints: touchpoints.map(({ count: _, ...t }) => t),
  rules: [{ where: [{ field: 'name', op: 'in', value: ['Cart Viewed', 'Checkout Started'] }], touchpoint: 'checkout' }, { where: [{ field: 'name', op: 'eq', value: 'Receipt Issued' }], touchpoint: 'store' }, { where: [{ field: 'context.campaign.source', op: 'eq', value: 'newsletter' }], touchpoint: 'email' }],
  channel_rules: [{ where: [{ field: 'context.campaign.medium', op: 'in', value: ['cpc', 'ppc'] }], channel: 'paid_search' }, { where: [{ field: 'context.referrer.host', op: 'contains', value: 'instagram' }], channel: 'organic_social' }],
};
const imports = [
  { id: 'i1', name: 'scontrini-ottobre.csv', source: 'cassa', state: 'done', rows: 41204, bytes: 8e6, bytes_total: 8e6, rows_per_second: 51000, seconds_left: 0, stored: 41120, duplicates: 70, rejected: 14, error: null },
];
const perMinute = Array.from({ length: 60 }, (_, i) => 20 + (hash('p' + i) % 30));
const liveEvent = () => {
  const e = pick(events);
  const c = pick(customers);
  const t = pick(touchpoints);
  return { message_id: `m${Math.random()}`, timestamp: new Date().toISOString(), received_at: new Date().toISOString(), name: e.name, label: e.label, touchpoint: t.id, channel: t.channel, stage: pick(stageNames).id, customer_id: c.customer_id, source: pick(['sito', 'cassa', 'whatsapp']) };
};
const rejected = () => ({ time: new Date().toISOString(), source: 'cassa', index: 3, code: 'invalid_timestamp', field: 'timestamp', detail: 'timestamp "31/02/2026" is not a date' });
const counters = () => ({ events: 3012400, customers: 48000, per_minute: perMinute, epoch: epoch() });

const empty = () => workspaces.find((w) => w.current && !w.demo);

async function handle(method, path, query, body, response) {
  const send = (status, value, headers = {}) => {
    response.writeHead(status, { 'content-type': status >= 400 ? 'application/problem+json' : 'application/json', etag: '"1"', ...headers });
    response.end(value === undefined ? '' : JSON.stringify(value));
  };
  const json = () => JSON.parse(body.toString() || '{}');
  const [, , area, id, rest] = path.split('/');
  const current = workspaces.find((w) => w.current);
  if (area === 'health') return send(200, { status: 'ok', version: '0.1.0' });
  if (area === 'session') return send(200, { workspace: { id: current.id, name: current.name, demo: current.demo }, version: '0.1.0', language: 'it' });
  if (area === 'workspaces') {
    if (method === 'POST') {
      workspaces = workspaces.map((w) => ({ ...w, current: rest === 'open' ? w.id === id : false }));
      if (rest !== 'open') workspaces.push({ id: 'w2', name: 'Il mio negozio', demo: false, current: true });
      return send(200, { id: 'w2' });
    }
    return send(200, { workspaces });
  }
  if (area === 'settings') return send(200, method === 'PUT' ? Object.assign(settings, json()) : settings);
  if (area === 'keys') {
    if (method === 'POST') {
      const made = { ...json(), key: json().kind === 'write' ? 'cnewkey0newkey0newkey0new' : 's_live_shown_once_0123456789' };
      keys.push(made.kind === 'secret' ? { ...made, key: 's••••••••6789' } : made);
      return send(200, made);
    }
    return send(200, { keys });
  }
  if (area === 'vocabulary') {
    const vocabulary = { events, touchpoints, channels, sources: [{ id: 'sito', count: 2100000 }, { id: 'cassa', count: 520000 }], stage_models: models.map((m) => ({ id: m.id, label: m.label, stages: m.stages.map((s) => ({ id: s.id, label: s.label })) })), properties };
    return send(200, empty() ? { ...vocabulary, events: events.map((e) => ({ ...e, count: 0 })), sources: [] } : vocabulary);
  }
  if (area === 'stage-models') {
    if (!id) return send(200, { models });
    const at = models.findIndex((m) => m.id === id);
    if (at < 0) return send(404, { status: 404, code: 'not_found', detail: 'no such stage model' });
    if (method === 'PUT') models[at] = json();
    return send(200, models[at]);
  }
  if (area === 'touchpoints') {
    if (id === 'preview') return send(200, { changed: 61, events: Array.from({ length: 120 }, (_, i) => { const e = pick(events); const t = pick(touchpoints); const moved = i % 3 === 0; const n = moved ? pick(touchpoints) : t; return { message_id: `p${i}`, timestamp: ago(i / 50), name: e.name, label: e.label, before: { touchpoint: t.id, channel: t.channel }, after: { touchpoint: n.id, channel: n.channel } }; }) });
    return send(200, method === 'PUT' ? Object.assign(touchpointConfig, json()) : touchpointConfig);
  }
  if (area === 'customers') {
    if (!id) {
      const search = (query.get('search') ?? '').toLowerCase().replace(/\s/g, '');
      const found = empty() ? [] : customers.filter((c) => !search || JSON.stringify([c.name, c.identifiers]).toLowerCase().replace(/\s/g, '').includes(search));
      const from = Number(query.get('cursor') ?? 0);
      const limit = Number(query.get('limit') ?? 50);
      return send(200, { customers: found.slice(from, from + limit), total: found.length, cursor: from + limit < found.length ? String(from + limit) : null });
    }
    const customer = customers.find((c) => c.customer_id === decodeURIComponent(id));
    if (!customer) return send(404, { status: 404, code: 'not_found', detail: 'no such customer' });
    if (rest === 'timeline') return send(200, timeline(customer, query.get('cursor'), Number(query.get('limit') ?? 50)));
    if (rest === 'identity') return send(200, identity(customer));
    return send(200, { ...customer, traits: { name: customer.name, city: 'Bologna', newsletter: true, birthday: '1984-03-12', favourite_category: 'cucina' }, first_seen: ago(420), revenue: customer.value });
  }
  // What people keep: nothing yet.
  if (['reports', 'dashboards', 'annotations'].includes(area)) return send(200, { [area]: [] });
  if (area === 'identity') {
    undone.add(path.split('/')[4]);
    return send(200, { ok: true });
  }
  if (area === 'query') {
    if (empty()) {
      const blank = { funnel: { steps: json().steps?.map((s, i) => ({ index: i + 1, label: '', count: 0, rate_overall: null, rate_step: null, dropped: 0, median_seconds: null, mean_seconds: null, p90_seconds: null })) }, trend: { buckets: [], series: [] }, transitions: { nodes: [], edges: [] } }[id];
      if (blank) return send(200, answered(blank));
    }
    const run = queries[id];
    return run ? send(200, run(json())) : send(404, { status: 404, code: 'not_found', detail: 'no such question' });
  }
  if (area === 'live') {
    if (id === 'recent') return send(200, empty() ? { events: [], rejected: [], counters: { events: 0, customers: 0, per_minute: Array(60).fill(0), epoch: epoch() } } : { events: Array.from({ length: 40 }, liveEvent), rejected: [rejected()], counters: counters() });
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const push = (name, data) => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    push('counters', counters());
    if (empty()) return undefined;
    const timer = setInterval(() => {
      push('event', liveEvent());
      if (Math.random() < 0.1) push('rejected', rejected());
      push('counters', counters());
    }, 900);
    response.on('close', () => clearInterval(timer));
    return undefined;
  }
  if (area === 'mappings') return send(200, method === 'PUT' ? json() : { mappings: [{ id: 'receipts', label: L('Scontrini di cassa', 'Till receipts'), mapping: {} }, { id: 'orders', label: L('Ordini del negozio online', 'Online shop orders'), mapping: {} }] });
  if (area === 'imports') {
    if (id === 'preview') {
      const lines = body.toString().split(/\r?\n/).filter(Boolean);
      const separator = lines[0]?.includes(';') ? ';' : ',';
      const header = (lines[0] ?? '').split(separator);
      const rows = lines.slice(1, 6).map((l) => l.split(separator));
      const guess = (n) => (/dat|time|ora/i.test(n) ? 'timestamp' : /mail/i.test(n) ? 'email' : /tel|phone/i.test(n) ? 'phone' : /cliente|user/i.test(n) ? 'user_id' : 'property');
      return send(200, { format: 'csv', columns: header.map((name, i) => ({ name, type: 'string', samples: rows.map((r) => r[i]), guess: guess(name) })), rows, mapping: { columns: Object.fromEntries(header.map((n) => [n, guess(n)])) } });
    }
    if (rest === 'rejected') {
      response.writeHead(200, { 'content-type': 'text/csv' });
      return response.end('row,field,reason\n3,data,"not a date"\n');
    }
    if (method === 'POST') {
      const job = { id: `i${imports.length + 1}`, name: query.get('name'), source: query.get('source') ?? '', state: 'reading', rows: 0, bytes: 0, bytes_total: body.length, rows_per_second: 41000, seconds_left: 4, stored: 0, duplicates: 0, rejected: 0, error: null };
      imports.unshift(job);
      let ticks = 0;
      const timer = setInterval(() => {
        ticks += 1;
        Object.assign(job, { rows: ticks * 9000, bytes: (job.bytes_total * ticks) / 5, stored: ticks * 8990, rejected: ticks, seconds_left: 5 - ticks });
        if (ticks === 5) {
          job.state = 'done';
          clearInterval(timer);
        }
      }, 800);
      return send(202, { id: job.id });
    }
    return id ? send(200, imports.find((j) => j.id === id)) : send(200, { imports: empty() ? [] : imports });
  }
  return send(404, { status: 404, code: 'not_found', detail: `no route ${path}` });
}

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

createServer((request, response) => {
  const url = new URL(request.url, 'http://x');
  if (!url.pathname.startsWith('/api/')) {
    let file = new URL(`.${url.pathname}`, dist);
    if (url.pathname.endsWith('/') || extname(file.pathname) === '' || !existsSync(file)) file = new URL('index.html', dist);
    response.writeHead(200, { 'content-type': types[extname(file.pathname)] ?? 'application/octet-stream' });
    try {
      return response.end(readFileSync(file));
    } catch {
      return response.end();
    }
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    handle(request.method, url.pathname, url.searchParams, Buffer.concat(chunks), response).catch((error) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
  return undefined;
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
