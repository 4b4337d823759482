import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'sql',
  {
    title: 'SQL', lead: 'Le domande che nessuna pagina prevede, su tutti gli eventi. Si legge soltanto: non si può cambiare niente.',
    query: 'Domanda in SQL', run: 'Esegui', keys: 'Ctrl + Invio', examples: 'Per cominciare', tables: 'Che cosa c’è',
    table: { events: 'Un evento per riga, così come è stato inviato', sessions: 'Una sessione per riga', customers: 'Un cliente per riga' },
    result: 'Risultato', rows_one: '{{n}} riga', rows_other: '{{n}} righe', more: 'Ce ne sono altre: qui le prime {{n}}.', took: 'in {{seconds}} s', behind_one: 'manca ancora {{n}} evento', behind_other: 'mancano ancora {{n}} eventi', fresh: 'comprende ogni evento',
    nothing: 'Nessuna riga', nothingBody: 'La domanda è giusta, ma niente la soddisfa.', running: 'Sto cercando…', refused: 'La domanda non va bene così', nullCell: 'vuoto',
    example: { channels: 'Fatturato per canale', months: 'Clienti attivi per mese', hours: 'Ordini per ora del giorno', before: 'Che cosa guarda chi poi compra' },
  },
  {
    title: 'SQL', lead: 'The questions that no page foresees, over all events. Reading only: nothing can be changed.',
    query: 'Question in SQL', run: 'Run', keys: 'Ctrl + Enter', examples: 'To begin with', tables: 'What there is',
    table: { events: 'An event a row, as it was sent', sessions: 'A session a row', customers: 'A customer a row' },
    result: 'Result', rows_one: '{{n}} row', rows_other: '{{n}} rows', more: 'There are more: these are the first {{n}}.', took: 'in {{seconds}} s', behind_one: '{{n}} event is still missing', behind_other: '{{n}} events are still missing', fresh: 'with every event',
    nothing: 'No rows', nothingBody: 'The question is right, but nothing answers it.', running: 'Looking…', refused: 'The question cannot be asked like this', nullCell: 'empty',
    example: { channels: 'Revenue by channel', months: 'Active customers by month', hours: 'Orders by hour of the day', before: 'What people who buy look at' },
  },
);
