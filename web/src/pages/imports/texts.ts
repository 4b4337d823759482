import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'imports',
  {
    title: 'Importa', lead: 'Scontrini, ordini, iscritti: trascina qui un file e Viaggio lo legge. Caricarlo due volte non raddoppia niente.',
    drop: 'Trascina qui un file', or: 'CSV, Excel salvato come CSV, JSON a righe, Parquet o registri di processo (XES), anche compressi', choose: 'Scegli un file', looking: 'Guardo le prime righe…',
    ready: 'Che cosa c’è nel file', readyBody: 'Per ogni colonna di «{{name}}» abbiamo proposto un significato. Controlla e correggi.', readyEvents: '«{{name}}» contiene già eventi pronti: non c’è niente da indicare.', eachRow: 'Ogni riga racconta', aPerson: 'Una persona (elenco di clienti)', column: 'Colonna', samples: 'Esempi', meaning: 'Significa', source: 'Da dove viene', sourceHelp: 'Un nome breve, per esempio cassa o negozio-online', kind: 'Che tipo di file è', kindGuess: 'Riconosciuto da solo', start: 'Carica il file', cancel: 'Scegli un altro file',
    dates: 'Le date sono scritte', dateFormats: { automatic: 'Riconoscile tu', day_month_year: 'Giorno, mese, anno', month_day_year: 'Mese, giorno, anno', iso: 'Anno, mese, giorno', epoch_seconds: 'In secondi dal 1970', epoch_milliseconds: 'In millesimi di secondo dal 1970' }, zone: 'Con l’ora di', together: 'Le righe con lo stesso numero d’ordine sono un acquisto solo',
    spreadsheet: '«{{name}}» è un foglio di calcolo', spreadsheetBody: 'Aprilo, scegli «Salva con nome», tipo CSV, e trascina qui il nuovo file.',
    meanings: {
      timestamp: 'Data e ora', event: 'Che cosa è successo', user_id: 'Codice cliente', crm_id: 'Codice gestionale', email: 'E-mail', phone: 'Telefono', loyalty_card: 'Carta fedeltà', anonymous_id: 'Visitatore', device_id: 'Dispositivo', trait_name: 'Nome e cognome', trait_first_name: 'Nome', trait_last_name: 'Cognome', order_id: 'Numero d’ordine o scontrino', sku: 'Codice articolo', product_name: 'Nome dell’articolo', quantity: 'Quantità', price: 'Prezzo', total: 'Totale', currency: 'Valuta', store_id: 'Negozio', trait_city: 'Città', trait_postal_code: 'CAP', trait_country: 'Paese', trait_birthday: 'Compleanno', trait_gender: 'Genere', session: 'Visita', property: 'Informazione in più', ignore: 'Non caricare',
    },
    problems: { no_time: 'Nessuna colonna è una data: le righe varranno come di oggi.', nobody: 'Nessuna colonna dice di chi si tratta: le righe conteranno nei totali, ma non nelle storie delle persone.', twice: '«{{meaning}}» è indicato per più colonne: scegline una.' },
    list: 'I file caricati', none: 'Ancora nessun file', noneBody: 'Il primo file riempie la mappa. Gli scontrini sono un buon inizio.',
    states: { reading: 'In corso', done: 'Fatto', failed: 'Non riuscito' },
    rows: '{{n}} righe', rate: '{{n}} righe al secondo', left: 'ancora {{time}}', stored: '{{n}} nuovi', duplicates: '{{n}} già presenti', rejected: '{{n}} rifiutati', rejectedFile: 'Scarica i rifiutati', progress: 'Avanzamento di {{name}}', done: '«{{name}}» è stato caricato.', seeMap: 'Vai alla mappa', failedBody: 'Non siamo riusciti a leggerlo.',
  },
  {
    title: 'Import', lead: 'Receipts, orders, subscribers: drop a file here and Viaggio reads it. Loading it twice doubles nothing.',
    drop: 'Drop a file here', or: 'CSV, Excel saved as CSV, JSON lines, Parquet or event logs of processes (XES), also compressed', choose: 'Choose a file', looking: 'Looking at the first rows…',
    ready: 'What is in the file', readyBody: 'For each column of “{{name}}” we have proposed a meaning. Check and correct.', readyEvents: '“{{name}}” already holds events: there is nothing to say.', eachRow: 'Each row tells of', aPerson: 'A person (list of customers)', column: 'Column', samples: 'Examples', meaning: 'Means', source: 'Where it comes from', sourceHelp: 'A short name, for example till or online-shop', kind: 'What kind of file it is', kindGuess: 'Recognised by itself', start: 'Load the file', cancel: 'Choose another file',
    dates: 'Dates are written', dateFormats: { automatic: 'Recognise them', day_month_year: 'Day, month, year', month_day_year: 'Month, day, year', iso: 'Year, month, day', epoch_seconds: 'In seconds since 1970', epoch_milliseconds: 'In thousandths of a second since 1970' }, zone: 'By the clock of', together: 'Rows with the same order number are one purchase',
    spreadsheet: '“{{name}}” is a spreadsheet', spreadsheetBody: 'Open it, choose “Save as”, type CSV, and drop the new file here.',
    meanings: {
      timestamp: 'Date and time', event: 'What happened', user_id: 'Customer code', crm_id: 'CRM code', email: 'E-mail', phone: 'Phone', loyalty_card: 'Loyalty card', anonymous_id: 'Visitor', device_id: 'Device', trait_name: 'Full name', trait_first_name: 'First name', trait_last_name: 'Last name', order_id: 'Order or receipt number', sku: 'Item code', product_name: 'Item name', quantity: 'Quantity', price: 'Price', total: 'Total', currency: 'Currency', store_id: 'Store', trait_city: 'City', trait_postal_code: 'Postcode', trait_country: 'Country', trait_birthday: 'Birthday', trait_gender: 'Gender', session: 'Visit', property: 'Extra information', ignore: 'Do not load',
    },
    problems: { no_time: 'No column is a date: the rows will count as of today.', nobody: 'No column says who it is about: the rows will count in totals, but not in the stories of people.', twice: '“{{meaning}}” is given for several columns: choose one.' },
    list: 'Loaded files', none: 'No file yet', noneBody: 'The first file fills the map. Receipts are a good start.',
    states: { reading: 'Running', done: 'Done', failed: 'Failed' },
    rows: '{{n}} rows', rate: '{{n}} rows a second', left: '{{time}} left', stored: '{{n}} new', duplicates: '{{n}} already there', rejected: '{{n}} rejected', rejectedFile: 'Download the rejected', progress: 'Progress of {{name}}', done: '“{{name}}” has been loaded.', seeMap: 'Go to the map', failedBody: 'We could not read it.',
  },
);
