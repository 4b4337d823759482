import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'trends',
  {
    title: 'Andamenti', lead: 'Come cambia nel tempo quello che le persone fanno, e quanto vale.',
    series: 'Che cosa guardi', pick: 'Scegli che cosa guardare', any: 'Qualsiasi evento', measure: 'Misura', field: 'Di quale valore', addSeries: 'Aggiungi una linea', removeSeries: 'Togli la linea {{n}}', line: 'Linea {{n}}',
    measures: { events: 'Quante volte', customers: 'Quante persone', sum: 'Somma', mean: 'Media', median: 'Valore tipico (mediana)', p90: 'Nove su dieci sotto', min: 'Minimo', max: 'Massimo' },
    interval: 'Raggruppa per', compare: 'Confronta col periodo prima', before: '{{name}}, prima', where: 'Solo alcuni',
    table: 'Tutti i numeri', when: 'Quando', perPoint: 'in media', versus: 'rispetto a prima', noBefore: 'nessun confronto',
    partial: 'in parte', partialNote: 'La zona ombreggiata è coperta solo in parte dal periodo scelto: non è un calo.',
    empty: 'Qui servono dei dati', emptyBody: 'Appena arriva il primo evento vedrai la linea muoversi.', import: 'Carica un file', need: 'Scegli che cosa guardare', needBody: 'Per esempio gli ordini completati, o gli scontrini.',
    chart: 'Andamento di {{names}}',
    notes: 'Note', noteDay: 'Giorno', noteText: 'Che cosa è successo', noteExample: 'Per esempio: spot in radio', addNote: 'Aggiungi la nota', removeNote: 'Togli la nota «{{text}}»',
  },
  {
    title: 'Trends', lead: 'How what people do, and what it is worth, changes over time.',
    series: 'What you look at', pick: 'Choose what to look at', any: 'Any event', measure: 'Measure', field: 'Of which value', addSeries: 'Add a line', removeSeries: 'Remove line {{n}}', line: 'Line {{n}}',
    measures: { events: 'How many times', customers: 'How many people', sum: 'Sum', mean: 'Mean', median: 'Typical value (median)', p90: 'Nine of ten below', min: 'Minimum', max: 'Maximum' },
    interval: 'Group by', compare: 'Compare with the period before', before: '{{name}}, before', where: 'Only some',
    table: 'All the numbers', when: 'When', perPoint: 'on average', versus: 'against before', noBefore: 'no comparison',
    partial: 'in part', partialNote: 'The shaded part is covered only partly by the chosen period: it is no fall.',
    empty: 'Data is needed here', emptyBody: 'As soon as the first event arrives you will see the line move.', import: 'Load a file', need: 'Choose what to look at', needBody: 'For example completed orders, or receipts.',
    chart: 'Trend of {{names}}',
    notes: 'Notes', noteDay: 'Day', noteText: 'What happened', noteExample: 'For example: radio campaign', addNote: 'Add the note', removeNote: 'Remove the note “{{text}}”',
  },
);
