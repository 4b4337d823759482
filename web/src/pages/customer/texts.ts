import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'customer',
  {
    back: 'Tutti i clienti', anonymous: 'Visitatore senza nome', since: 'Primo contatto: {{date}}', last: 'Ultimo contatto', orders: 'Acquisti', value: 'Valore', events: 'Eventi', stages: 'A che punto è',
    tabs: { journey: 'La sua storia', identity: 'Perché sono la stessa persona', traits: 'Che cosa sappiamo' },
    traits: 'Che cosa sappiamo', noTraits: 'Ancora niente: arriverà con gli ordini, le iscrizioni e le risposte.', identifiers: 'Come la riconosciamo', contacts: 'Ultimi contatti',
    times: '{{n}} volte', entered: 'Entra in {{stage}}', end: 'L’inizio della storia', today: 'Fin qui, a oggi', noEvents: 'Ancora nessun evento.', details: 'Dettagli', loadMore: 'Carico il resto…', via: 'da {{source}}',
    identityLead: 'Ogni legame unisce due modi di riconoscerla. Se uno è sbagliato puoi scioglierlo: i numeri si correggono da soli.',
    graph: 'Disegno dei legami fra {{n}} identificativi', single: 'La riconosciamo in un modo solo: non c’è ancora nessun legame.',
    link: '{{a}} ↔ {{b}}', because: 'Perché: {{rule}}', cause: 'in «{{event}}» del {{date}}', causeIdentify: 'il {{date}}', by: 'deciso da {{actor}}', automatic: 'in automatico', at: 'il {{date}}',
    states: { active: 'Attivo', undone: 'Sciolto', refused: 'Rifiutato' },
    undo: 'Sciogli il legame', undoTitle: 'Sciogliere questo legame?', undoBody: '{{a}} e {{b}} torneranno a essere due persone, ognuna con i propri eventi. Tutti i numeri si aggiornano. Potrai riunirle più avanti.', undone: 'Legame sciolto. I numeri sono aggiornati.',
    rules: {
      same_event: 'sono arrivati insieme', device_user: 'ha fatto l’accesso da quel dispositivo', uniqueness: 'non uniti: sono due codici diversi della stessa specie', limit: 'non uniti: troppi dati dello stesso tipo per una persona sola', blocked: 'non uniti: è un valore che non identifica nessuno', undone_before: 'non uniti: qualcuno li aveva già separati', sign_in: 'ha fatto l’accesso da quel dispositivo', identify: 'si è fatta riconoscere', alias: 'il sistema li ha dichiarati uguali', merge: 'uniti a mano', manual: 'uniti a mano', trait: 'stesso dato di contatto', external_id: 'stesso codice esterno', loyalty_card: 'stessa carta fedeltà', email: 'stessa e-mail', phone: 'stesso telefono',
      other: 'compaiono insieme nei dati',
    },
    noStage: 'Nessuna, per ora', browsing_one: 'Guarda il sito', browsing_other: 'Guarda il sito, {{formatted}} cose', checkout_one: 'Passa dalla cassa online', checkout_other: 'Passa dalla cassa online, {{formatted}} passi', talk_one: 'Parla con noi', talk_other: 'Parla con noi, {{formatted}} momenti', andMore: 'e altre {{n}}',
    merge: 'Unisci a un’altra persona', mergeTitle: 'Unisci {{a}} a…', mergeSearch: 'Cerca l’altra persona', mergeHint: 'Nome, telefono, e-mail, carta o numero d’ordine.', mergeNobody: 'Nessuno corrisponde.', mergeBody: '{{a}} e {{b}} diventeranno una persona sola, con una sola storia. Tutti i numeri si aggiornano. Potrai sciogliere il legame da questa pagina.', mergeConfirm: 'Unisci', merged: 'Ora sono una persona sola. I numeri sono aggiornati.',
    conflicts: 'Casi da decidere', conflictsBody: 'Questi dati farebbero pensare a due persone diverse: {{n}} casi.', eventsN: '{{n}} eventi',
    notFound: 'Non troviamo questa persona', notFoundBody: 'Forse è stata unita a un’altra. Cercala per nome o telefono.', search: 'Cerca fra i clienti',
  },
  {
    back: 'All customers', anonymous: 'Visitor without a name', since: 'With us since {{date}}', last: 'Last contact', orders: 'Purchases', value: 'Value', events: 'Events', stages: 'Where they are',
    tabs: { journey: 'Their story', identity: 'Why they are the same person', traits: 'What we know' },
    traits: 'What we know', noTraits: 'Nothing yet: it will come with orders, sign-ups and answers.', identifiers: 'How we recognise them', contacts: 'Last contacts',
    times: '{{n}} times', entered: 'Enters {{stage}}', end: 'The beginning of the story', today: 'So far, up to today', noEvents: 'No event yet.', details: 'Details', loadMore: 'Loading the rest…', via: 'from {{source}}',
    identityLead: 'Each line is a link between two ways of recognising them. If a link is wrong you can take it apart: the numbers correct themselves.',
    graph: 'Drawing of the links between {{n}} identifiers', single: 'We recognise them in one way only: there is no link yet.',
    link: '{{a}} ↔ {{b}}', because: 'Why: {{rule}}', cause: 'in “{{event}}” of {{date}}', causeIdentify: 'on {{date}}', by: 'decided by {{actor}}', automatic: 'automatically', at: 'on {{date}}',
    states: { active: 'Active', undone: 'Taken apart', refused: 'Refused' },
    undo: 'Take apart', undoTitle: 'Take this link apart?', undoBody: '{{a}} and {{b}} will be two people again, each with their own events. All numbers are updated. You can join them again later.', undone: 'Link taken apart. The numbers are up to date.',
    rules: {
      same_event: 'they came together', device_user: 'they signed in from that device', uniqueness: 'not joined: two different codes of the same kind', limit: 'not joined: too many values of one kind for one person', blocked: 'not joined: a value that identifies nobody', undone_before: 'not joined: somebody had taken them apart before', sign_in: 'they signed in from that device', identify: 'they made themselves known', alias: 'the system declared them equal', merge: 'joined by hand', manual: 'joined by hand', trait: 'same contact detail', external_id: 'same external code', loyalty_card: 'same loyalty card', email: 'same e-mail', phone: 'same phone',
      other: 'they appear together in the data',
    },
    noStage: 'None, for now', browsing_one: 'Looks at the site', browsing_other: 'Looks at the site, {{formatted}} things', checkout_one: 'Goes through the online checkout', checkout_other: 'Goes through the online checkout, {{formatted}} steps', talk_one: 'Talks with us', talk_other: 'Talks with us, {{formatted}} moments', andMore: 'and {{n}} more',
    merge: 'Join with another person', mergeTitle: 'Join {{a}} with…', mergeSearch: 'Search for the other person', mergeHint: 'Name, phone, e-mail, card or order number.', mergeNobody: 'Nobody matches.', mergeBody: '{{a}} and {{b}} will be one person, with one story. All numbers are updated. You can take the link apart on this page.', mergeConfirm: 'Join', merged: 'They are one person now. The numbers are up to date.',
    conflicts: 'Cases to decide', conflictsBody: 'These data suggest two different people: {{n}} cases.', eventsN: '{{n}} events',
    notFound: 'We cannot find this person', notFoundBody: 'They may have been merged with another. Look for them by name or phone.', search: 'Search the customers',
  },
);
