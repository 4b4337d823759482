import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'paths',
  {
    title: 'Percorsi', lead: 'Dove vanno le persone da un inizio, o come sono arrivate a una fine.',
    node: 'Che cosa segui', nodes: { touchpoint: 'Punti di contatto', channel: 'Canali', name: 'Eventi', stage: 'Fasi: {{model}}' },
    unit: 'Dentro', units: { session: 'La stessa visita', customer: 'Tutta la storia della persona' }, start: 'Parti da', startAny: 'Dall’inizio', end: 'Arriva a', endAny: 'Fino in fondo',
    depth: 'Passi', collapse: 'Conta una volta le ripetizioni',
    flow: 'I percorsi', other: 'Altri ({{n}})', otherNode: 'Altri', begin: 'Inizio', last: 'Fine', stepOn: 'Passo {{n}}', stepBack: '{{n}} prima',
    headline: 'Dopo «{{node}}» il passo più frequente è «{{next}}»: {{share}}.', headlineBack: 'Prima di «{{node}}» il passo più frequente è «{{next}}»: {{share}}.', detail: '{{n}} su {{total}}',
    rests: '{{sequences}} percorsi. Ogni colonna è un passo; ciò che manca a destra si è fermato lì.', restsBack: '{{sequences}} percorsi, letti dalla fine. Ciò che manca a sinistra è cominciato lì.',
    merged: '«Altri» tiene insieme {{nodes}} voci più piccole, con {{entries}} presenze: niente è lasciato fuori.',
    box: '{{name}}, {{where}}: {{entries}}, di cui {{stops}} si fermano qui', boxBack: '{{name}}, {{where}}: {{entries}}, di cui {{stops}} cominciano qui', ribbon: 'Da {{from}} a {{to}}: {{n}}',
    table: 'Tutti i passaggi', step: 'Passo', from: 'Da', to: 'A', transitions: 'Passaggi', share: 'Di chi parte da qui',
    listNode: '{{name}}, {{where}}', listEdge: 'Da {{from}} a {{to}}, {{where}}',
    none: 'Nessun percorso nel periodo scelto', noneBody: 'Prova un periodo più lungo, o un altro inizio.', empty: 'Qui servono dei dati', emptyBody: 'Appena arrivano visite e scontrini vedrai le strade che le persone fanno davvero.', import: 'Carica un file',
  },
  {
    title: 'Paths', lead: 'Where people go from a beginning, or how they came to an end.',
    node: 'What you follow', nodes: { touchpoint: 'Touchpoints', channel: 'Channels', name: 'Events', stage: 'Stages: {{model}}' },
    unit: 'Within', units: { session: 'The same visit', customer: 'The whole story of the person' }, start: 'Begin with', startAny: 'The beginning', end: 'End with', endAny: 'The very end',
    depth: 'Steps', collapse: 'Count repetitions once',
    flow: 'The paths', other: 'Others ({{n}})', otherNode: 'Others', begin: 'Beginning', last: 'End', stepOn: 'Step {{n}}', stepBack: '{{n}} before',
    headline: 'After “{{node}}” the most frequent step is “{{next}}”: {{share}}.', headlineBack: 'Before “{{node}}” the most frequent step is “{{next}}”: {{share}}.', detail: '{{n}} of {{total}}',
    rests: '{{sequences}} paths. Each column is a step; what is missing on the right stopped there.', restsBack: '{{sequences}} paths, read from their end. What is missing on the left began there.',
    merged: '“Others” holds {{nodes}} smaller ones together, with {{entries}} visits: nothing is left out.',
    box: '{{name}}, {{where}}: {{entries}}, of which {{stops}} stop here', boxBack: '{{name}}, {{where}}: {{entries}}, of which {{stops}} begin here', ribbon: 'From {{from}} to {{to}}: {{n}}',
    table: 'All the moves', step: 'Step', from: 'From', to: 'To', transitions: 'Moves', share: 'Of those who leave from here',
    listNode: '{{name}}, {{where}}', listEdge: 'From {{from}} to {{to}}, {{where}}',
    none: 'No paths in the chosen period', noneBody: 'Try a longer period, or another beginning.', empty: 'Data is needed here', emptyBody: 'As soon as visits and receipts arrive you will see the ways that people really go.', import: 'Load a file',
  },
);
