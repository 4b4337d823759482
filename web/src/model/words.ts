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

const valueWords: Record<string, Label> = {
  mobile: { it: 'Telefono', en: 'Phone' },
  desktop: { it: 'Computer', en: 'Computer' },
  tablet: { it: 'Tablet', en: 'Tablet' },
  true: { it: 'Sì', en: 'Yes' },
  false: { it: 'No', en: 'No' },
};

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
    event: named(events),
    touchpoint: named(touchpoints),
    channel: named(channels),
    stage: (model, id) => (id === null ? nothing[language] : stages.get(`${model}/${id}`) || humanise(id)),
    field: (field) => fieldText(field, vocabulary, language),
    value: (field, value) => {
      if (value === null || value === undefined || value === '') return nothing[language];
      const text = String(value);
      if (field === 'name') return words.event(text);
      if (field === 'touchpoint') return words.touchpoint(text);
      if (field === 'channel') return words.channel(text);
      if (field.startsWith('stage.')) return words.stage(field.slice('stage.'.length), text);
      return valueWords[text]?.[language] ?? text;
    },
  };
  return words;
}
