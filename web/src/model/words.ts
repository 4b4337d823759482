// From the names the data uses to the words people read, in the language of the screen.
import type { Language } from '@/base/i18n';
import type { Label, Vocabulary } from './contract';

export interface Words {
  event(name: string): string;
  touchpoint(id: string | null): string;
  channel(id: string | null): string;
  stage(model: string, id: string | null): string;
  /** A field of a question: name, channel, properties.category, stage.MODEL... */
  field(field: string): string;
  /** A value of that field. */
  value(field: string, value: unknown): string;
}

export function read(label: Partial<Label> | string | null | undefined, language: Language): string {
  if (!label) return '';
  if (typeof label === 'string') return label;
  return label[language] || label[language === 'it' ? 'en' : 'it'] || '';
}

/** favourite_category, favouriteCategory, "Favourite Category" -> Favourite category */
export function humanise(name: string): string {
  const spaced = name
    .replace(/[_\-.]+/g, ' ')
    .replace(/([a-zà-ù0-9])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase();
  return spaced === '' ? name : spaced[0]!.toUpperCase() + spaced.slice(1);
}

const fieldWords: Record<string, Label> = {
  name: { it: 'Evento', en: 'Event' },
  channel: { it: 'Canale', en: 'Channel' },
  touchpoint: { it: 'Punto di contatto', en: 'Touchpoint' },
  source: { it: 'Fonte dei dati', en: 'Data source' },
  type: { it: 'Genere di evento', en: 'Kind of event' },
  category: { it: 'Categoria', en: 'Category' },
  total: { it: 'Totale', en: 'Total' },
  revenue: { it: 'Ricavo', en: 'Revenue' },
  price: { it: 'Prezzo', en: 'Price' },
  quantity: { it: 'Quantità', en: 'Quantity' },
  currency: { it: 'Valuta', en: 'Currency' },
  coupon: { it: 'Buono sconto', en: 'Coupon' },
  brand: { it: 'Marca', en: 'Brand' },
  sku: { it: 'Articolo', en: 'Item' },
  product_id: { it: 'Prodotto', en: 'Product' },
  order_id: { it: 'Ordine', en: 'Order' },
  cart_id: { it: 'Carrello', en: 'Cart' },
  store: { it: 'Negozio', en: 'Store' },
  store_id: { it: 'Negozio', en: 'Store' },
  city: { it: 'Città', en: 'City' },
  email: { it: 'E-mail', en: 'E-mail' },
  phone: { it: 'Telefono', en: 'Phone' },
  birthday: { it: 'Compleanno', en: 'Birthday' },
  newsletter: { it: 'Iscritto alla newsletter', en: 'Newsletter subscriber' },
  gender: { it: 'Genere', en: 'Gender' },
  age: { it: 'Età', en: 'Age' },
  first_name: { it: 'Nome', en: 'First name' },
  last_name: { it: 'Cognome', en: 'Last name' },
  firstname: { it: 'Nome', en: 'First name' },
  lastname: { it: 'Cognome', en: 'Last name' },
  favourite_category: { it: 'Categoria preferita', en: 'Favourite category' },
  postal_code: { it: 'CAP', en: 'Postcode' },
  address: { it: 'Indirizzo', en: 'Address' },
  language: { it: 'Lingua', en: 'Language' },
  consent: { it: 'Consenso', en: 'Consent' },
  score: { it: 'Voto', en: 'Score' },
  url: { it: 'Indirizzo della pagina', en: 'Page address' },
  path: { it: 'Pagina', en: 'Page' },
  title: { it: 'Titolo', en: 'Title' },
  query: { it: 'Parole cercate', en: 'Search words' },
  device_type: { it: 'Dispositivo', en: 'Device' },
  payment_method: { it: 'Modo di pagamento', en: 'Payment method' },
  shipping_method: { it: 'Modo di consegna', en: 'Shipping method' },
  utm_medium: { it: 'Mezzo della campagna', en: 'Campaign medium' },
  utm_source: { it: 'Provenienza della campagna', en: 'Campaign source' },
  utm_campaign: { it: 'Campagna', en: 'Campaign' },
  click_id: { it: 'Clic su un annuncio di', en: 'Click on an ad of' },
  referrer_type: { it: 'Genere di provenienza', en: 'Kind of referrer' },
  web: { it: 'Sul sito', en: 'On the site' },
  rating: { it: 'Stelle', en: 'Stars' },
  kind: { it: 'Tipo', en: 'Kind' },
  available: { it: 'Disponibile', en: 'Available' },
  carrier: { it: 'Corriere', en: 'Carrier' },
  checkout_id: { it: 'Acquisto in corso', en: 'Checkout' },
  code: { it: 'Codice', en: 'Code' },
  content_id: { it: 'Contenuto', en: 'Content' },
  content_type: { it: 'Tipo di contenuto', en: 'Kind of content' },
  conversation_id: { it: 'Conversazione', en: 'Conversation' },
  direction: { it: 'Direzione', en: 'Direction' },
  filters: { it: 'Filtri usati', en: 'Filters used' },
  list_id: { it: 'Elenco', en: 'List' },
  medium: { it: 'Mezzo', en: 'Medium' },
  placement: { it: 'Posizione sulla pagina', en: 'Placement' },
  position: { it: 'Posto nell’elenco', en: 'Place in the list' },
  products: { it: 'Prodotti', en: 'Products' },
  promotion_id: { it: 'Promozione', en: 'Promotion' },
  resolved: { it: 'Risolto', en: 'Resolved' },
  results: { it: 'Risultati', en: 'Results' },
  step: { it: 'Passo', en: 'Step' },
  survey_id: { it: 'Sondaggio', en: 'Survey' },
  text: { it: 'Testo', en: 'Text' },
  topic: { it: 'Argomento', en: 'Topic' },
  wishlist_id: { it: 'Lista dei desideri', en: 'Wish list' },
  campaign_id: { it: 'Campagna', en: 'Campaign' },
  message_id: { it: 'Messaggio', en: 'Message' },
  subject: { it: 'Oggetto', en: 'Subject' },
  discount: { it: 'Sconto', en: 'Discount' },
  shipping: { it: 'Spese di consegna', en: 'Delivery charge' },
  tax: { it: 'Imposte', en: 'Tax' },
  variant: { it: 'Variante', en: 'Variant' },
  referrer: { it: 'Sito di provenienza', en: 'Referring site' },
  device: { it: 'Dispositivo', en: 'Device' },
  favourite_store: { it: 'Negozio preferito', en: 'Favourite shop' },
  store_name: { it: 'Negozio', en: 'Store' },
  sales_channel: { it: 'Canale di vendita', en: 'Sales channel' },
};

const wholeFieldWords: Record<string, Label> = {
  'traits.name': { it: 'Nome', en: 'Name' },
  'traits.type': { it: 'Tipo', en: 'Type' },
  'traits.gender': { it: 'Genere', en: 'Gender' },
  'properties.name': { it: 'Nome', en: 'Name' },
  'properties.type': { it: 'Tipo', en: 'Type' },
  'context.device.type': { it: 'Dispositivo', en: 'Device' },
  'context.campaign.name': { it: 'Campagna', en: 'Campaign' },
  'context.campaign.source': { it: 'Provenienza della campagna', en: 'Campaign source' },
  'context.campaign.medium': { it: 'Mezzo della campagna', en: 'Campaign medium' },
  'context.referrer.host': { it: 'Sito di provenienza', en: 'Referring site' },
  'context.page.referrer': { it: 'Pagina di provenienza', en: 'Referring page' },
  'context.page.url': { it: 'Indirizzo della pagina', en: 'Page address' },
  'context.page.path': { it: 'Pagina', en: 'Page' },
  'context.locale': { it: 'Lingua del dispositivo', en: 'Device language' },
};

/** Events that stage models and rules speak of, and that the data need not hold: the vocabulary has no label for them. */
const eventWords: Record<string, Label> = {
  'Product Compared': { it: 'Prodotto confrontato', en: 'Product compared' },
  'Product List Compared': { it: 'Elenco prodotti confrontato', en: 'Product list compared' },
  'Quote Requested': { it: 'Preventivo chiesto', en: 'Quote requested' },
  'Quote Sent': { it: 'Preventivo inviato', en: 'Quote sent' },
  'Quote Accepted': { it: 'Preventivo accettato', en: 'Quote accepted' },
  'Review Read': { it: 'Recensione letta', en: 'Review read' },
  Sent: { it: 'Inviato', en: 'Sent' },
  Delivered: { it: 'Consegnato', en: 'Delivered' },
  Bounced: { it: 'Respinto', en: 'Bounced' },
  Suppressed: { it: 'Trattenuto', en: 'Held back' },
  Unsubscribed: { it: 'Disiscritto', en: 'Unsubscribed' },
};

const valueWords: Record<string, Label> = {
  mobile: { it: 'Telefono', en: 'Phone' },
  desktop: { it: 'Computer', en: 'Computer' },
  tablet: { it: 'Tablet', en: 'Tablet' },
  gclid: { it: 'Google Ads', en: 'Google Ads' },
  gbraid: { it: 'Google Ads (app)', en: 'Google Ads (app)' },
  wbraid: { it: 'Google Ads (web)', en: 'Google Ads (web)' },
  dclid: { it: 'Google Display', en: 'Google Display' },
  msclkid: { it: 'Microsoft Advertising', en: 'Microsoft Advertising' },
  fbclid: { it: 'Facebook', en: 'Facebook' },
  ttclid: { it: 'TikTok', en: 'TikTok' },
  twclid: { it: 'X', en: 'X' },
  li_fat_id: { it: 'LinkedIn', en: 'LinkedIn' },
  epik: { it: 'Pinterest', en: 'Pinterest' },
  true: { it: 'Sì', en: 'Yes' },
  false: { it: 'No', en: 'No' },
};

/** Values of the fields of rules: words of everyday life that mean this only there. */
const ruleValueWords: Record<string, Record<string, Label>> = {
  referrer_type: {
    search: { it: 'Motore di ricerca', en: 'Search engine' },
    social: { it: 'Social', en: 'Social network' },
    ai: { it: 'Assistente IA', en: 'AI assistant' },
    mail: { it: 'Posta elettronica', en: 'Web mail' },
    shopping: { it: 'Comparatore di prezzi', en: 'Shopping site' },
    video: { it: 'Video', en: 'Video' },
  },
  type: {
    track: { it: 'Azione', en: 'Action' },
    page: { it: 'Pagina', en: 'Page' },
    screen: { it: 'Schermata di app', en: 'App screen' },
  },
};

const others: Label = { it: 'Altri', en: 'Others' };
const nothing: Label = { it: 'Senza valore', en: 'No value' };

function fieldText(field: string, vocabulary: Vocabulary | undefined, language: Language): string {
  const whole = wholeFieldWords[field] ?? fieldWords[field];
  if (whole) return whole[language];
  const [head, ...tail] = field.split('.');
  if (head === 'stage') {
    const model = vocabulary?.stage_models.find((item) => item.id === tail.join('.'));
    return `${language === 'it' ? 'Fase' : 'Stage'}: ${model ? read(model.label, language) : humanise(tail.join(' '))}`;
  }
  const last = tail[tail.length - 1] ?? field;
  return fieldWords[last.toLowerCase()]?.[language] ?? humanise(last);
}

export function makeWords(vocabulary: Vocabulary | undefined, language: Language): Words {
  const index = <T extends { label: Label }>(list: T[] | undefined, key: (item: T) => string) =>
    new Map((list ?? []).map((item) => [key(item), read(item.label, language)]));
  const events = index(vocabulary?.events, (item) => item.name);
  const touchpoints = index(vocabulary?.touchpoints, (item) => item.id);
  const channels = index(vocabulary?.channels, (item) => item.id);
  const stages = new Map(
    (vocabulary?.stage_models ?? []).flatMap((model) => model.stages.map((stage) => [`${model.id}/${stage.id}`, read(stage.label, language)] as const)),
  );
  const named = (words: Map<string, string>) => (id: string | null) =>
    id === null || id === '' ? nothing[language] : words.get(id) || humanise(id);
  const words: Words = {
    event: (name) => events.get(name) || eventWords[name]?.[language] || named(events)(name),
    touchpoint: named(touchpoints),
    channel: named(channels),
    stage: (model, id) => (id === null ? nothing[language] : stages.get(`${model}/${id}`) || humanise(id)),
    field: (field) => fieldText(field, vocabulary, language),
    value: (field, value) => {
      if (value === null || value === undefined || value === '') return nothing[language];
      const text = String(value);
      if (text === '$other') return others[language];
      if (field === 'name') return words.event(text);
      if (field === 'touchpoint') return words.touchpoint(text);
      if (field === 'channel') return words.channel(text);
      if (field.startsWith('stage.')) return words.stage(field.slice('stage.'.length), text);
      return (ruleValueWords[field]?.[text] ?? valueWords[text])?.[language] ?? text;
    },
  };
  return words;
}
