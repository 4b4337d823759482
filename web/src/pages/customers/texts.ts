import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'customers',
  {
    title: 'Clienti', lead: 'Ogni persona una volta sola, con tutto quello che sai di lei, dal sito al negozio.',
    search: 'Nome, telefono, e-mail, carta o numero d’ordine', searchLabel: 'Cerca un cliente', found_one: '{{formatted}} persona', found_other: '{{formatted}} persone',
    name: 'Nome', stage: 'Fase', last: 'Ultimo contatto', events: 'Eventi', value: 'Valore', anonymous: 'Visitatore senza nome',
    nobody: 'Nessuno corrisponde a «{{search}}»', nobodyBody: 'Prova con una parte del nome, o con il telefono scritto come vuoi.', clear: 'Cancella la ricerca',
    empty: 'Qui troverai i tuoi clienti', emptyBody: 'Carica gli scontrini o gli ordini: Viaggio riconosce chi è la stessa persona e ti mostra la sua storia.', import: 'Carica un file', live: 'Collega il sito',
  },
  {
    title: 'Customers', lead: 'Each person once, with everything you know about them, from the site to the shop.',
    search: 'Name, phone, e-mail, card or order number', searchLabel: 'Search for a customer', found_one: '{{formatted}} person', found_other: '{{formatted}} people',
    name: 'Name', stage: 'Stage', last: 'Last contact', events: 'Events', value: 'Value', anonymous: 'Visitor without a name',
    nobody: 'Nobody matches “{{search}}”', nobodyBody: 'Try a part of the name, or the phone number in any spelling.', clear: 'Clear the search',
    empty: 'Here you will find your customers', emptyBody: 'Load receipts or orders: Viaggio recognises who is the same person and shows you their story.', import: 'Load a file', live: 'Connect the site',
  },
);
