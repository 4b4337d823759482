import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'variants',
  {
    title: 'Varianti', lead: 'Le strade che le persone fanno davvero, dalla più battuta, e quanto somigliano a quella che hai disegnato.',
    node: 'Che cosa segui', nodes: { touchpoint: 'Punti di contatto', channel: 'Canali', name: 'Eventi', stage: 'Fasi: {{model}}' },
    unit: 'Dentro', units: { session: 'La stessa visita', customer: 'Tutta la storia della persona' }, goal: 'Traguardo', goalNone: 'Nessuno',
    design: 'La strada disegnata', designHint: 'Scegli i passi in ordine, o parti da una variante qui sotto.', add: 'Aggiungi un passo', optional: 'facoltativo', optionalOf: '{{name}}: facoltativo', remove: 'Togli {{name}}', clear: 'Cancella la strada', asDesign: 'Usa come strada disegnata',
    headline_one: 'La strada più battuta copre da sola metà dei percorsi.', headline_other: '{{n}} strade coprono metà dei percorsi.', headlineMany: 'Nessun gruppo di strade elencate copre metà dei percorsi: ognuno va per conto suo.', detail: '{{total}} percorsi, {{distinct}} strade diverse',
    list: 'Le strade', count: 'Percorsi', share: 'Quota', cumulative: 'Fin qui', median: 'Tempo tipico', conversions: 'Al traguardo', way: 'Strada', conforms: 'segue la strada disegnata', moreSteps: 'e altri {{n}} passi', rest: 'Altre {{n}} strade', row: '{{way}}: {{count}} percorsi, {{share}}',
    fitness: '{{share}} dei percorsi segue la strada disegnata.', fitnessDetail: '{{n}} su {{total}}', deviations: 'Dove se ne allontanano', none: 'Tutti la seguono.', kinds: { skipped: 'Salta', inserted: 'Aggiunge', wrong_order: 'In un altro momento' }, kind: 'Che cosa', sure: 'Intervallo al 95 %', hidden: 'Qui {{shown}} su {{total}}.', seeAll: 'Mostra tutti', label: 'Passo', sequences: 'Percorsi', loops: 'Dove tornano', loopsNone: 'Nessuno torna due volte nello stesso posto.',
    listVariant: 'Chi fa questa strada', listOther: 'Chi fa una strada più rara', listDeviation: '{{kind}}: {{name}}', listLoop: 'Torna a {{name}}', people: 'Vedi chi',
    nothing: 'Nessun percorso nel periodo scelto', nothingBody: 'Prova un periodo più lungo.', empty: 'Qui servono dei dati', emptyBody: 'Appena arrivano visite e scontrini vedrai le strade che le persone fanno davvero.', import: 'Carica un file',
  },
  {
    title: 'Variants', lead: 'The ways that people really go, the most used first, and how close they are to the one you designed.',
    node: 'What you follow', nodes: { touchpoint: 'Touchpoints', channel: 'Channels', name: 'Events', stage: 'Stages: {{model}}' },
    unit: 'Within', units: { session: 'The same visit', customer: 'The whole story of the person' }, goal: 'Goal', goalNone: 'None',
    design: 'The designed path', designHint: 'Choose the steps in order, or begin with a variant below.', add: 'Add a step', optional: 'optional', optionalOf: '{{name}}: optional', remove: 'Remove {{name}}', clear: 'Clear the path', asDesign: 'Use as the designed path',
    headline_one: 'The most used way alone makes up half of all paths.', headline_other: '{{n}} ways make up half of all paths.', headlineMany: 'No group of the ways listed makes up half of all paths: everyone goes their own way.', detail: '{{total}} paths, {{distinct}} different ways',
    list: 'The ways', count: 'Paths', share: 'Share', cumulative: 'Up to here', median: 'Typical time', conversions: 'At the goal', way: 'Way', conforms: 'follows the designed path', moreSteps: 'and {{n}} more steps', rest: '{{n}} other ways', row: '{{way}}: {{count}} paths, {{share}}',
    fitness: '{{share}} of the paths follow the designed one.', fitnessDetail: '{{n}} of {{total}}', deviations: 'Where they leave it', none: 'All follow it.', kinds: { skipped: 'Skips', inserted: 'Adds', wrong_order: 'At another time' }, kind: 'What', sure: '95 % interval', hidden: '{{shown}} of {{total}} are shown.', seeAll: 'Show all', label: 'Step', sequences: 'Paths', loops: 'Where they return', loopsNone: 'Nobody returns to the same place.',
    listVariant: 'Who goes this way', listOther: 'Who goes a rarer way', listDeviation: '{{kind}}: {{name}}', listLoop: 'Returns to {{name}}', people: 'See who',
    nothing: 'No paths in the chosen period', nothingBody: 'Try a longer period.', empty: 'Data is needed here', emptyBody: 'As soon as visits and receipts arrive you will see the ways that people really go.', import: 'Load a file',
  },
);
