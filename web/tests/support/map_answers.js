// Invented map answers in which flows add up at every basin: rich, sparse, one event, empty, and the
// extremes that the drawing must hold. Used by unit tests of the layout and by the stand-in server.
const L = (it, en) => ({ it, en });

const five = [
  ['consapevolezza', 'Consapevolezza', 'Awareness'], ['considerazione', 'Considerazione', 'Consideration'], ['decisione', 'Decisione', 'Decision'],
  ['fidelizzazione', 'Fidelizzazione', 'Loyalty'], ['advocacy', 'Advocacy', 'Advocacy'],
];
const eight = [
  ['bisogno', 'Bisogno', 'Need'], ['scoperta', 'Scoperta', 'Discovery'], ['confronto', 'Confronto', 'Comparison'], ['visita', 'Visita', 'Visit'],
  ['acquisto', 'Acquisto', 'Purchase'], ['uso', 'Uso', 'Use'], ['ritorno', 'Ritorno', 'Return'], ['passaparola', 'Passaparola', 'Word of mouth'],
];
const names = [
  ['website', 'Sito web', 'Website', 'online', 'world'], ['newsletter', 'Newsletter', 'Newsletter', 'online', 'mail'], ['checkout', 'Carrello e cassa', 'Cart and checkout', 'online', 'shopping-cart'],
  ['instagram', 'Instagram', 'Instagram', 'online', 'brand-instagram'], ['google_ads', 'Annunci Google', 'Google ads', 'online', 'ad'], ['store', 'Negozio', 'Shop', 'fisico', 'building-store'],
  ['qr', 'Cartolina con QR', 'QR postcard', 'fisico', 'qrcode'], ['pickup', 'Ritiro in negozio', 'Click and collect', 'fisico', 'package'], ['whatsapp', 'WhatsApp', 'WhatsApp', 'assistenza', 'brand-whatsapp'],
  ['phone', 'Telefono', 'Phone', 'assistenza', 'phone'], ['reviews', 'Recensioni', 'Reviews', 'online', 'star'], ['referral', 'Passaparola', 'Word of mouth', 'assistenza', 'users'],
];

function generator(seed) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

const owners = ['Giulia Serra', 'Marco Bellini', 'Anna Riva'];
const goals = [0.96, 1.06, 1.3];

/** Flows first; the stages are then counted from them, so that they cannot disagree. */
function build(stageNames, flows, before, values, quotes, feel) {
  const stages = stageNames.map(([id, it, en], index) => {
    const sum = (test) => flows.filter(test).reduce((total, flow) => total + flow.transitions, 0);
    const entered = sum((flow) => flow.to === id && flow.kind !== 'loop');
    const forward = sum((flow) => flow.from === id && (flow.kind === 'forward' || flow.kind === 'skip'));
    const back = sum((flow) => flow.from === id && flow.kind === 'back');
    const lost = sum((flow) => flow.from === id && flow.kind === 'lost');
    const here = entered + before[index] - forward - back - lost;
    if (here < 0) throw new Error(`more leave ${id} than were there: ${here}`);
    const gone = forward + back + lost;
    const kpi = index + 1 < stageNames.length && gone > 0 ? { kpi: { actual: forward / gone, goal: (forward / gone) * goals[index % 3], target: index % 2 === 1 } } : {};
    return { ...kpi, owner: owners[index % 3], id, label: L(it, en), entered, before: before[index], here_now: here, forward, back, lost, value: values[index], previous: { entered: Math.round(entered * [0.88, 0.97, 1.14, 1.01, 0.7][index % 5]), value: values[index] * 0.9 } };
  });
  const emotion = stages.flatMap((stage, index) => (feel[index] === null || feel[index] === undefined ? [] : [{ stage: stage.id, mean: feel[index][0], n: feel[index][1], low: Math.max(-2, feel[index][0] - feel[index][2]), high: Math.min(2, feel[index][0] + feel[index][2]), quote: quotes[index] ? { text: quotes[index], answer: 8 } : null }]));
  return { stages, emotion };
}

/** Stages count passages; some people pass twice. A loop says how often each of its people came round. */
const flow = (kind, from, to, count, days = null, rounds = null) => ({
  kind, from, to, customers: rounds === null ? Math.max(1, Math.floor(count * (kind === 'back' ? 0.91 : 0.97))) : count, transitions: rounds === null ? count : Math.round(count * rounds),
  median_seconds: days === null ? null : days * 86400,
});

function cellsOf(stages, rows, next, share) {
  return stages.flatMap((stage, i) => rows.flatMap((row, j) => {
    const part = share(i, j, row);
    if (part <= 0) return [];
    const inside = stage.entered + stage.before;
    const customers = Math.max(inside > 0 ? 1 : 0, Math.round(inside * part));
    if (customers === 0) return [];
    const mean = Math.round((next() * 2.6 - 1.1) * 100) / 100;
    const answers = Math.round(next() * next() * 90);
    const emotion = answers < 2 ? null : { mean, n: answers, low: mean - 0.3, high: mean + 0.3 };
    const last = i === stages.length - 1;
    const measured = Math.round(customers * 0.8);
    return [{ stage: stage.id, row: row.id, customers, events: Math.round(customers * (1.4 + next() * 3)), stays: customers, to_next: last || measured === 0 ? null : Math.round((0.12 + next() * 0.6) * 1000) / 1000, to_next_n: measured, importance: customers * next() * 0.2, emotion, value: customers * 11.5, at_stake: Math.round(customers * next() * 3) }];
  }));
}

function rowsFrom(list, cells, critical) {
  return list.map((row) => {
    const own = cells.filter((cell) => cell.row === row.id);
    const customers = own.reduce((total, cell) => Math.max(total, cell.customers), 0);
    return { ...row, customers, events: own.reduce((total, cell) => total + cell.events, 0), importance: own.reduce((total, cell) => total + cell.importance, 0), critical: row.id in critical, reason: critical[row.id] ?? null };
  });
}

const histogram = (next, size) => Array.from({ length: 24 }, (_, index) => {
  const date = new Date(Date.UTC(2024, 11 + index, 1));
  const season = [0.8, 0.72, 0.8, 0.84, 0.86, 0.9, 0.88, 0.55, 0.85, 0.95, 1.2, 1.5][date.getUTCMonth()];
  return { start: date.toISOString().slice(0, 10), customers: Math.round(size * season * (0.9 + next() * 0.2)) };
});

const quotes = ['Vi ho scoperti per caso su Instagram.', 'Non capivo se il tavolo ci stava in cucina.', 'Dal telefono la spedizione non andava avanti.', 'In negozio mi hanno consigliato benissimo.', 'Ho portato mia sorella, ora è cliente anche lei.'];
const feelings5 = [[0.35, 140, 0.14], [0.1, 84, 0.2], [-0.72, 131, 0.16], [0.88, 64, 0.2], [1.5, 7, 0.45]];

const richFlows = [
  flow('enter', null, 'consapevolezza', 8420), flow('enter', null, 'considerazione', 610), flow('enter', null, 'decisione', 1480), flow('enter', null, 'fidelizzazione', 46),
  flow('forward', 'consapevolezza', 'considerazione', 4310, 6), flow('forward', 'considerazione', 'decisione', 2260, 3), flow('forward', 'decisione', 'fidelizzazione', 1720, 41), flow('forward', 'fidelizzazione', 'advocacy', 268, 64),
  flow('skip', 'consapevolezza', 'decisione', 690, 0.4), flow('skip', 'considerazione', 'fidelizzazione', 88, 12), flow('skip', 'decisione', 'advocacy', 64, 20),
  flow('back', 'decisione', 'considerazione', 520, 2), flow('back', 'considerazione', 'consapevolezza', 210, 5), flow('back', 'fidelizzazione', 'considerazione', 170, 33),
  flow('loop', 'considerazione', 'considerazione', 930, 4, 2.3), flow('loop', 'fidelizzazione', 'fidelizzazione', 540, 38, 3.1),
  flow('lost', 'consapevolezza', null, 2640), flow('lost', 'considerazione', null, 2380), flow('lost', 'decisione', null, 1240), flow('lost', 'fidelizzazione', null, 310), flow('lost', 'advocacy', null, 22),
];

function rich(extra = 0) {
  const next = generator(11);
  const { stages, emotion } = build(five, richFlows, [540, 620, 310, 1650, 240], [0, 0, 184200, 96400, 11800], quotes, feelings5);
  const spread = { website: [0.82, 0.9, 0.52, 0.3, 0.1], newsletter: [0.3, 0.42, 0.2, 0.55, 0.3], checkout: [0, 0.12, 0.78, 0.16, 0], instagram: [0.46, 0.22, 0.05, 0.08, 0.4], google_ads: [0.4, 0.12, 0.06, 0.01, 0], store: [0.14, 0.2, 0.41, 0.5, 0.2], qr: [0.06, 0.03, 0, 0, 0], pickup: [0, 0, 0.2, 0.14, 0], whatsapp: [0.02, 0.12, 0.09, 0.06, 0.03], phone: [0, 0.03, 0.06, 0.05, 0], reviews: [0, 0.1, 0.04, 0.05, 0.3], referral: [0.03, 0, 0, 0.02, 0.4] };
  const list = [...names.map(([id, it, en, group, icon]) => ({ id, label: L(it, en), group, icon })), ...Array.from({ length: extra }, (_, i) => ({ id: `t${i}`, label: L(`Punto di contatto ${i + 13}`, `Touchpoint ${i + 13}`), group: ['online', 'fisico', 'assistenza'][i % 3], icon: '' }))];
  const cells = cellsOf(stages, list, next, (i, _j, row) => spread[row.id]?.[i] ?? (next() < 0.5 ? 0.01 : 0));
  const rows = rowsFrom(list, cells, { checkout: 'drop_off', whatsapp: 'feeling' });
  for (const row of rows) if (['checkout', 'whatsapp', 'pickup'].includes(row.id)) row.importance += 400;
  for (const cell of cells) if (cell.row === 'checkout' && cell.stage === 'decisione') Object.assign(cell, { at_stake: 18400, to_next: 0.43, emotion: { mean: -1.1, n: 63, low: -1.3, high: -0.9 } });
  for (const cell of cells) if (cell.row === 'checkout' && cell.stage === 'considerazione') cell.at_stake = 15600;
  for (const cell of cells) if (cell.row === 'whatsapp' && cell.stage === 'considerazione') Object.assign(cell, { at_stake: 4100, emotion: { mean: -0.9, n: 24, low: -1.2, high: -0.6 } });
  return {
    stages, flows: richFlows, rows, cells, emotion, reach: [{ measure: 'impressions', value: 412000 }, { measure: 'views', value: 88300 }, { measure: 'footfall', value: 21400 }],
    headlines: [
      { kind: 'drop_off', from: 'considerazione', to: 'decisione', customers: 2308, share: 0.48, row: 'checkout', device: 'mobile', at_stake: 18400, at_stake_formula: { benchmark: 0.51, actual: 0.39, value_of_next: 64.5 } },
      { kind: 'drop_off', from: 'decisione', to: 'fidelizzazione', customers: 1202, share: 0.35, row: 'pickup', device: null, at_stake: 9750, at_stake_formula: { benchmark: 0.41, actual: 0.36, value_of_next: 157 } },
      { kind: 'drop_off', from: 'consapevolezza', to: 'considerazione', customers: 2560, share: 0.35, row: 'google_ads', device: null, at_stake: 3120, at_stake_formula: { benchmark: 0.5, actual: 0.48, value_of_next: 59 } },
    ],
    histogram: histogram(next, 4200),
  };
}

function sparse() {
  const flows = [flow('enter', null, 'consapevolezza', 34), flow('enter', null, 'decisione', 5), flow('forward', 'consapevolezza', 'considerazione', 12, 4), flow('forward', 'considerazione', 'decisione', 4, 2), flow('lost', 'consapevolezza', null, 9), flow('lost', 'considerazione', null, 2), flow('back', 'decisione', 'considerazione', 1, 1)];
  const { stages, emotion } = build(five, flows, [0, 0, 0, 0, 0], [0, 0, 412, 0, 0], [null, null, 'Tutto bene.', null, null], [null, [0.4, 3, 0.8], [0.9, 4, 0.7], null, null]);
  const next = generator(5);
  const list = names.slice(0, 4).concat([names[5]]).map(([id, it, en, group, icon]) => ({ id, label: L(it, en), group, icon }));
  const cells = cellsOf(stages, list, next, (i, j) => (stages[i].entered > 0 && (i + j) % 2 === 0 ? 0.5 / (1 + j) : 0));
  return { stages, flows, rows: rowsFrom(list, cells, {}), cells, emotion, reach: [], headlines: [], histogram: histogram(next, 30).map((bar, i) => ({ ...bar, customers: i < 20 ? 0 : bar.customers })) };
}

function one() {
  const flows = [flow('enter', null, 'consapevolezza', 1)];
  const { stages, emotion } = build(five, flows, [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [], []);
  stages.forEach((stage) => (stage.previous = null));
  const list = [names[0]].map(([id, it, en, group, icon]) => ({ id, label: L(it, en), group, icon }));
  const cells = [{ stage: 'consapevolezza', row: 'website', customers: 1, events: 1, stays: 1, to_next: null, to_next_n: 0, importance: 0, emotion: null, value: 0, at_stake: 0 }];
  return { stages, flows, rows: rowsFrom(list, cells, {}), cells, emotion, reach: [], headlines: [], histogram: histogram(generator(3), 0).map((bar, i) => ({ ...bar, customers: i === 23 ? 1 : 0 })) };
}

function empty() {
  const { stages, emotion } = build(five, [], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [], []);
  stages.forEach((stage) => (stage.previous = null));
  return { stages, flows: [], rows: [], cells: [], emotion, reach: [], headlines: [], histogram: [] };
}

function till() {
  const flows = [flow('enter', null, 'decisione', 2140), flow('forward', 'decisione', 'fidelizzazione', 830, 35), flow('loop', 'fidelizzazione', 'fidelizzazione', 310, 40, 2.6), flow('lost', 'decisione', null, 640), flow('lost', 'fidelizzazione', null, 190)];
  const { stages, emotion } = build(five, flows, [0, 0, 220, 900, 0], [0, 0, 96200, 51000, 0], [], []);
  const next = generator(8);
  const list = [names[5], ['loyalty', 'Carta fedeltà', 'Loyalty card', 'fisico', 'id']].map(([id, it, en, group, icon]) => ({ id, label: L(it, en), group, icon }));
  const cells = cellsOf(stages, list, next, (i, j) => (stages[i].entered > 0 ? 0.9 - j * 0.5 : 0)).map((cell) => ({ ...cell, emotion: null }));
  return {
    stages, flows, rows: rowsFrom(list, cells, {}), cells, emotion, reach: [],
    headlines: [{ kind: 'drop_off', from: 'decisione', to: 'fidelizzazione', customers: 620, share: 0.43, row: 'store', device: null, at_stake: 5120, at_stake_formula: { benchmark: 0.45, actual: 0.37, value_of_next: 100 } }],
    histogram: histogram(next, 900),
  };
}

function many(stageNames, rowCount, longNames) {
  const next = generator(23);
  const count = stageNames.length;
  const flows = [flow('enter', null, stageNames[0][0], 5200)];
  const before = stageNames.map(() => Math.round(next() * 300));
  let arriving = 5200;
  for (let i = 0; i < count; i += 1) {
    const id = stageNames[i][0];
    let direct = 0;
    if (i > 0 && i % 3 === 1) flows.push(flow('enter', null, id, (direct = Math.round(200 + next() * 300))));
    const inside = arriving + direct + before[i];
    const lost = Math.round(inside * (0.1 + next() * 0.22));
    const ahead = i + 1 < count ? Math.round(inside * 0.52) : 0;
    flows.push(flow('lost', id, null, lost));
    if (ahead > 0) flows.push(flow('forward', id, stageNames[i + 1][0], ahead, 2 + i));
    else flows.push(flow('forward', id, null, Math.round(inside * 0.3), 9));
    if (i + 2 < count && i % 2 === 0) flows.push(flow('skip', id, stageNames[i + 2][0], Math.round(inside * 0.05), 1));
    if (i > 0) flows.push(flow('back', id, stageNames[Math.max(0, i - 1 - (i % 2))][0], Math.round(inside * 0.04), 3));
    if (i % 3 === 2) flows.push(flow('loop', id, id, Math.round(inside * 0.1), 5, 2.2));
    arriving = ahead;
  }
  const feel = stageNames.map((_, i) => [Math.sin(i * 1.3) * 1.1, 6 + i * 9, 0.3]);
  const { stages, emotion } = build(stageNames, flows, before, stageNames.map((_, i) => i * 9100), stageNames.map((_, i) => quotes[i % 5]), feel);
  const list = Array.from({ length: rowCount }, (_, i) => {
    const known = names[i % names.length];
    const again = i < names.length ? '' : ` ${Math.floor(i / names.length) + 1}`;
    const long = 'Appuntamento con la consulente in negozio';
    return { id: `${known[0]}${again.trim()}`, label: longNames ? L(`${long}${again}`, `Appointment with the consultant in the shop${again}`) : L(`${known[1]}${again}`, `${known[2]}${again}`), group: known[3], icon: known[4] };
  });
  const cells = cellsOf(stages, list, next, () => (next() < 0.35 ? 0 : next() * next() * 0.8));
  return {
    stages, flows, rows: rowsFrom(list, cells, { checkout: 'drop_off' }), cells, emotion, reach: [{ measure: 'impressions', value: 98000 }],
    headlines: [{ kind: 'drop_off', from: stageNames[1][0], to: stageNames[2][0], customers: flows.find((f) => f.kind === 'lost' && f.from === stageNames[1][0]).customers, share: 0.2, row: list[2].id, device: 'desktop', at_stake: 8200, at_stake_formula: { benchmark: 0.6, actual: 0.5, value_of_next: 40 } }],
    histogram: histogram(next, 2100),
  };
}

const cases = {
  rich, sparse, one, empty, till,
  sixty: () => rich(48),
  eight: () => many(eight, 12, false),
  three: () => many(eight.slice(2, 5), 5, false),
  long: () => many(five.map(([id], i) => [id, `Fase dal nome di quaranta lettere numero ${i + 1}`, `Stage with a name of forty letters no. ${i + 1}`]), 12, true),
};

export const mapCases = Object.keys(cases);

export function mapAnswer(name) {
  return { epoch: '3000000-12-1795392000000000', elapsed_ms: 41.7, model: 'cinque_fasi', currency: 'EUR', ...cases[name]() };
}
