import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'transitions',
  {
    title: 'Transizioni', lead: 'Da dove a dove si muovono le persone, e quanto tempo passa in mezzo.',
    node: 'Che cosa segui', nodes: { touchpoint: 'Punti di contatto', channel: 'Canali', name: 'Eventi', stage: 'Fasi: {{model}}' },
    unit: 'Dentro', units: { customer: 'Tutta la storia della persona', session: 'La stessa visita' }, collapse: 'Conta una volta le ripetizioni',
    from: 'Da', to: 'A', transitions: 'Passaggi', share: 'Di chi parte da lì', sure: 'Intervallo al 95 %', people: 'Persone', time: 'Tempo tipico',
    table: 'I passaggi più frequenti', matrix: 'Da dove a dove', corner: 'Da ↓ a →', cell: 'Da {{from}} a {{to}}: {{n}} passaggi ({{share}} di chi parte da qui)', top: 'I {{n}} più frequentati',
    empty: 'Qui servono dei dati', emptyBody: 'Con gli eventi del sito e gli scontrini vedrai come le persone passano da un punto di contatto all’altro.', import: 'Carica un file', none: 'Nessun passaggio nel periodo scelto. Prova un periodo più lungo.',
  },
  {
    title: 'Transitions', lead: 'From where to where people move, and how much time passes in between.',
    node: 'What you follow', nodes: { touchpoint: 'Touchpoints', channel: 'Channels', name: 'Events', stage: 'Stages: {{model}}' },
    unit: 'Within', units: { customer: 'The whole story of the person', session: 'The same visit' }, collapse: 'Count repetitions once',
    from: 'From', to: 'To', transitions: 'Moves', share: 'Of those who leave there', sure: '95 % interval', people: 'People', time: 'Typical time',
    table: 'The most frequent moves', matrix: 'From where to where', corner: 'From ↓ to →', cell: 'From {{from}} to {{to}}: {{n}} moves ({{share}} of those who start here)', top: 'The {{n}} busiest',
    empty: 'Data is needed here', emptyBody: 'With the events of the site and the receipts you will see how people move from one touchpoint to another.', import: 'Load a file', none: 'No moves in the chosen period. Try a longer one.',
  },
);
