import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'live',
  {
    title: 'Dal vivo', lead: 'I tuoi dati stanno arrivando? Qui li vedi mentre entrano.',
    now: 'Sì, i dati stanno arrivando.', earlier: 'Sono arrivati nell’ultima ora; adesso c’è silenzio.', silent: 'Non arriva niente da un’ora.',
    perMinute: 'Eventi al minuto, ultima ora', total: 'Eventi in tutto', people: 'Persone in tutto', lastMinute: 'Nell’ultimo minuto', state: { connecting: 'Mi collego…', open: 'Collegato', closed: 'Scollegato' },
    stream: 'Gli ultimi arrivati', rejected: 'Rifiutati, e perché', noRejected: 'Nessun evento rifiutato. Bene così.', quiet: 'In attesa di nuovi eventi', quietBody: 'La storia c’è già. Qui compare ogni evento che arriva da adesso in poi.', noEvents: 'Ancora nessun evento', noEventsBody: 'Incolla il comando qui accanto in un terminale: il primo evento comparirà subito.',
    who: 'Chi', open: 'Vedi la persona', from: 'da {{source}}', first: 'Manda un evento di prova', firstBody: 'Incolla questo comando in un terminale. Chi lavora al sito può usare la stessa chiave con qualsiasi libreria compatibile Segment.', key: 'Chiave di scrittura', noKey: 'Serve una chiave di scrittura.', makeKey: 'Crea una chiave', keySource: 'sito',
    row: 'riga {{n}}', field: 'campo «{{field}}»', pause: 'Ferma', resume: 'Riprendi',
    codes: { invalid_timestamp: 'la data non si legge', invalid_time: 'la data non si legge', wrong_type: 'un dato ha la forma sbagliata', missing: 'manca un dato', required: 'manca un dato', invalid_json: 'il testo non è JSON valido', body_too_large: 'l’invio è troppo grande', event_too_large: 'l’evento è troppo grande', too_many_events: 'troppi eventi in un solo invio', missing_field: 'manca un dato', invalid_type: 'un dato ha la forma sbagliata', too_large: 'l’evento è troppo grande', unknown_type: 'il genere di evento non esiste', missing_identity: 'non si sa di chi è', other: 'non è valido' },
  },
  {
    title: 'Live', lead: 'Is your data arriving? Here you see it come in.',
    now: 'Yes, data is arriving.', earlier: 'It arrived within the last hour; now there is silence.', silent: 'Nothing has arrived for an hour.',
    perMinute: 'Events a minute, last hour', total: 'Events in all', people: 'People in all', lastMinute: 'In the last minute', state: { connecting: 'Connecting…', open: 'Connected', closed: 'Disconnected' },
    stream: 'The latest arrivals', rejected: 'Rejected, and why', noRejected: 'No event rejected. Good.', quiet: 'Waiting for new events', quietBody: 'The history is here already. Every event that arrives from now on shows here.', noEvents: 'No event yet', noEventsBody: 'Paste the command beside this into a terminal: the first event will appear at once.',
    who: 'Who', open: 'See the person', from: 'from {{source}}', first: 'Send a test event', firstBody: 'Paste this command into a terminal. Whoever works on the site can use the same key with any Segment-compatible library.', key: 'Write key', noKey: 'A write key is needed.', makeKey: 'Create a key', keySource: 'site',
    row: 'row {{n}}', field: 'field “{{field}}”', pause: 'Pause', resume: 'Resume',
    codes: { invalid_timestamp: 'the date cannot be read', invalid_time: 'the date cannot be read', wrong_type: 'a value has the wrong shape', missing: 'something is missing', required: 'something is missing', invalid_json: 'the text is not valid JSON', body_too_large: 'the delivery is too large', event_too_large: 'the event is too large', too_many_events: 'too many events in one delivery', missing_field: 'something is missing', invalid_type: 'a value has the wrong shape', too_large: 'the event is too large', unknown_type: 'this kind of event does not exist', missing_identity: 'it is nobody’s', other: 'it is not valid' },
  },
);
