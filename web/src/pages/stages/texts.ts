import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'stages',
  {
    title: 'Fasi', lead: 'In quale fase del rapporto sono le persone, quanto ci restano e dove vanno dopo.',
    model: 'Modello di fasi', stage: 'Fase', entered: 'Entrate', current: 'Ci sono ora', share: 'Quota ora', sure: 'Intervallo al 95 %', exited: 'Uscite', dwell: 'Ci restano di solito', dwell90: 'Nove su dieci al massimo',
    table: 'Le fasi una per una', matrix: 'Da una fase all’altra', corner: 'Da ↓ a →', cell: 'Da {{from}} a {{to}}: {{n}} ({{share}} di chi cambia fase)',
    shape: 'Che forma ha il percorso', nonLinear: 'percorsi non lineari', skip: 'saltano una fase', regress: 'tornano indietro', loop: 'rifanno la stessa fase',
    empty: 'Qui vedrai le fasi dei tuoi clienti', emptyBody: 'Servono gli eventi del sito o del negozio. Puoi cominciare dagli scontrini.', import: 'Carica un file', edit: 'Modifica le regole',
    enteredN_one: '{{formatted}} entrata', enteredN_other: '{{formatted}} entrate', currentN: '{{formatted}} ci sono ora',
  },
  {
    title: 'Stages', lead: 'In which stage of the relationship people are, how long they stay and where they go next.',
    model: 'Stage model', stage: 'Stage', entered: 'Entered', current: 'Are here now', share: 'Share now', sure: '95 % interval', exited: 'Left', dwell: 'They usually stay', dwell90: 'Nine of ten at most',
    table: 'The stages one by one', matrix: 'From one stage to another', corner: 'From ↓ to →', cell: 'From {{from}} to {{to}}: {{n}} ({{share}} of those who change stage)',
    shape: 'The shape of the journey', nonLinear: 'non-linear journeys', skip: 'skip a stage', regress: 'go back', loop: 'repeat the same stage',
    empty: 'Here you will see the stages of your customers', emptyBody: 'Events of the site or of the shop are needed. You can begin with receipts.', import: 'Load a file', edit: 'Edit the rules',
    enteredN_one: '{{formatted}} entered', enteredN_other: '{{formatted}} entered', currentN: '{{formatted}} here now',
  },
);
