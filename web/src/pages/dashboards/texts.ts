import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'dashboards',
  {
    title: 'Cruscotti', lead: 'I report salvati uno accanto all’altro.', choose: 'Cruscotto', create: 'Nuovo cruscotto', name: 'Nome del cruscotto', confirm: 'Crea', add: 'Aggiungi un report', addHint: 'Cerca fra i report salvati', all: 'Ci sono già tutti',
    removeTile: 'Togli «{{name}}» dal cruscotto', before: 'Sposta «{{name}}» prima', after: 'Sposta «{{name}}» dopo', remove: 'Elimina il cruscotto', sure: 'Eliminare «{{name}}»? I suoi report restano.', live: 'I numeri si aggiornano ogni {{n}} secondi',
    empty: 'Il primo cruscotto', emptyBody: 'Metti insieme i report che guardi ogni lunedì: si apre con i numeri di adesso.', noReports: 'Prima serve un report', noReportsBody: 'Apri una pagina, per esempio il funnel, e premi «Salva»: il report potrà stare qui.', begin: 'Apri il funnel',
    bare: 'Questo cruscotto è ancora vuoto', bareBody: 'Scegli qui sopra il primo report.', openPage: 'Apri la pagina per vedere la risposta.', missing: 'Questo report non si legge più.',
  },
  {
    title: 'Dashboards', lead: 'Saved reports side by side.', choose: 'Dashboard', create: 'New dashboard', name: 'Name of the dashboard', confirm: 'Make it', add: 'Add a report', addHint: 'Search the saved reports', all: 'All are here',
    removeTile: 'Take “{{name}}” off the dashboard', before: 'Move “{{name}}” earlier', after: 'Move “{{name}}” later', remove: 'Delete the dashboard', sure: 'Delete “{{name}}”? Its reports stay.', live: 'The numbers are renewed every {{n}} seconds',
    empty: 'The first dashboard', emptyBody: 'Put together the reports you look at every Monday: it opens with the numbers of now.', noReports: 'A report is needed first', noReportsBody: 'Open a page, for example the funnel, and press “Save”: the report can then stand here.', begin: 'Open the funnel',
    bare: 'This dashboard is still empty', bareBody: 'Choose the first report above.', openPage: 'Open the page to see the answer.', missing: 'This report cannot be read any more.',
  },
);
