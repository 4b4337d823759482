// Small words that a computed sentence needs to read as written by a person.
import type { Language } from '@/base/i18n';
import type { Format } from '@/base/format';
import { daysOf, type RangeChoice } from '@/model/range';

/** "e Decisione", "ed Esperienza"; "and Decision". */
export function and(language: Language, word: string): string {
  if (language === 'en') return `and ${word}`;
  return /^[eèé]/i.test(word) ? `ed ${word}` : `e ${word}`;
}

/** "a Decisione", "ad Advocacy". */
export const toward = (word: string): string => (/^[aà]/i.test(word) ? `ad ${word}` : `a ${word}`);

/** "il 43 %", "l’8 %", "l’11 %", "l’1 %". */
export const articled = (percent: string): string => (/^(8|11\b|1\b)/.test(percent) ? `l’${percent}` : `il ${percent}`);

interface Phrase {
  it: string;
  en: string;
}

/** Where it happens, said as people say it. Other touchpoints are quoted by name. */
const places: Record<string, Phrase> = {
  'ai-assistants': { it: 'arrivando da un assistente IA', en: 'coming from an AI assistant' },
  'loyalty-card': { it: 'usando la carta fedeltà', en: 'using the loyalty card' },
  'online-order': { it: 'dopo un ordine online', en: 'after an online order' },
  'organic-search': { it: 'arrivando da una ricerca', en: 'coming from a search' },
  'other-sites': { it: 'arrivando da altri siti', en: 'coming from other sites' },
  'product-page': { it: 'alla pagina del prodotto', en: 'on the product page' },
  'product-search': { it: 'cercando nel sito', en: 'searching the site' },
  'search-ads': { it: 'arrivando da un annuncio', en: 'coming from an ad' },
  'social-ads': { it: 'arrivando da un annuncio social', en: 'coming from a social ad' },
  'social-messages': { it: 'nei messaggi social', en: 'in social messages' },
  'store-visit': { it: 'in negozio', en: 'in the shop' },
  'word-of-mouth': { it: 'arrivando dal passaparola', en: 'coming by word of mouth' },
  affiliate: { it: 'arrivando da un affiliato', en: 'coming from an affiliate' },
  ai: { it: 'arrivando da un assistente IA', en: 'coming from an AI assistant' },
  app: { it: 'nell’app', en: 'in the app' },
  appointment: { it: 'a un appuntamento', en: 'at an appointment' },
  cart: { it: 'al carrello', en: 'at the cart' },
  checkout: { it: 'alla cassa online', en: 'at the online checkout' },
  content: { it: 'leggendo i contenuti', en: 'reading the contents' },
  delivery: { it: 'alla consegna', en: 'at delivery' },
  direct: { it: 'arrivando direttamente', en: 'coming directly' },
  display: { it: 'arrivando da un banner', en: 'coming from a banner' },
  email: { it: 'dopo un’e-mail', en: 'after an e-mail' },
  event: { it: 'a un evento', en: 'at an event' },
  facebook: { it: 'su Facebook', en: 'on Facebook' },
  instagram: { it: 'su Instagram', en: 'on Instagram' },
  loyalty: { it: 'usando la carta fedeltà', en: 'using the loyalty card' },
  newsletter: { it: 'dopo la newsletter', en: 'after the newsletter' },
  offers: { it: 'davanti a un’offerta', en: 'at an offer' },
  organic_search: { it: 'arrivando da una ricerca', en: 'coming from a search' },
  organic_social: { it: 'arrivando dai social', en: 'coming from social media' },
  paid_search: { it: 'arrivando da un annuncio', en: 'coming from an ad' },
  paid_social: { it: 'arrivando da un annuncio social', en: 'coming from a social ad' },
  phone: { it: 'al telefono con voi', en: 'on a call with you' },
  pickup: { it: 'al ritiro in negozio', en: 'at click and collect' },
  push: { it: 'dopo una notifica', en: 'after a notification' },
  qr: { it: 'dopo un codice QR', en: 'after a QR code' },
  referral: { it: 'arrivando da un altro sito', en: 'coming from another site' },
  returns: { it: 'dopo un reso', en: 'after a return' },
  reviews: { it: 'alle recensioni', en: 'at the reviews' },
  shopping: { it: 'arrivando da un comparatore', en: 'coming from a shopping site' },
  sms: { it: 'dopo un SMS', en: 'after a text message' },
  social: { it: 'sui social', en: 'on social media' },
  store: { it: 'in negozio', en: 'in the shop' },
  support: { it: 'parlando con l’assistenza', en: 'talking with support' },
  survey: { it: 'dopo un sondaggio', en: 'after a survey' },
  till: { it: 'alla cassa del negozio', en: 'at the till' },
  video: { it: 'arrivando da un video', en: 'coming from a video' },
  website: { it: 'sul sito', en: 'on the website' },
  whatsapp: { it: 'su WhatsApp', en: 'on WhatsApp' },
  wishlist: { it: 'alla lista dei desideri', en: 'at the wish list' },
  word_of_mouth: { it: 'arrivando dal passaparola', en: 'coming by word of mouth' },
};

export function placePhrase(language: Language, id: string, label: string): string {
  const known = places[id.toLowerCase()];
  if (known) return known[language];
  return language === 'it' ? `passando da «${label}»` : `at “${label}”`;
}

export function devicePhrase(language: Language, device: 'mobile' | 'desktop' | null): string {
  if (device === null) return '';
  if (language === 'it') return device === 'mobile' ? ' da telefono' : ' da computer';
  return device === 'mobile' ? ' on a phone' : ' on a computer';
}

const presets: Record<string, Phrase> = {
  last7: { it: 'Negli ultimi 7 giorni', en: 'In the last 7 days' },
  last28: { it: 'Negli ultimi 28 giorni', en: 'In the last 28 days' },
  last90: { it: 'Negli ultimi 90 giorni', en: 'In the last 90 days' },
  thisMonth: { it: 'Questo mese', en: 'This month' },
  last12m: { it: 'Negli ultimi 12 mesi', en: 'In the last 12 months' },
  all: { it: 'Da sempre', en: 'Since the beginning' },
};

const monthName = (day: string, locale: string): string => new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));

const isMonthEnd = (day: string): boolean => {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.getUTCDate() === 1;
};

function wholeMonths(from: string, to: string, format: Format, thisYear: string): string {
  const year = (day: string) => (day.slice(0, 4) === thisYear ? '' : ` ${day.slice(0, 4)}`);
  const first = monthName(from, format.locale);
  const last = monthName(to, format.locale);
  if (from.slice(0, 7) === to.slice(0, 7)) return format.language === 'it' ? `In ${first}${year(from)}` : `In ${first}${year(from)}`;
  const start = from.slice(0, 4) === to.slice(0, 4) ? first : `${first} ${from.slice(0, 4)}`;
  if (format.language === 'en') return `From ${start} to ${last}${year(to)}`;
  return `Da ${start} a ${last}${year(to)}`;
}

/** "dal 3", "dall’8", "dal 1º". */
function italianDay(preposition: 'da' | 'a', day: number): string {
  if (day === 8 || day === 11) return `${preposition}ll’${day}`;
  return `${preposition}l ${day === 1 ? '1º' : day}`;
}

function chosenDays(from: string, to: string, format: Format, thisYear: string): string {
  const year = to.slice(0, 4) === thisYear ? '' : ` ${to.slice(0, 4)}`;
  const [a, b] = [Number(from.slice(8)), Number(to.slice(8))];
  const sameMonth = from.slice(0, 7) === to.slice(0, 7);
  const startMonth = sameMonth ? '' : ` ${monthName(from, format.locale)}${from.slice(0, 4) === to.slice(0, 4) ? '' : ` ${from.slice(0, 4)}`}`;
  const endMonth = `${monthName(to, format.locale)}${year}`;
  if (format.language === 'en') return from === to ? `On ${b} ${endMonth}` : `From ${a}${startMonth} to ${b} ${endMonth}`;
  if (from === to) return `Il ${b === 1 ? '1º' : b} ${endMonth}`.replace(/^Il (8|11) /, 'L’$1 ');
  const start = italianDay('da', a);
  return `${start[0]!.toUpperCase()}${start.slice(1)}${startMonth} ${italianDay('a', b)} ${endMonth}`;
}

/** How a sentence begins: "In ottobre", "Negli ultimi 28 giorni", "Dal 3 all’8 ottobre". */
export function periodPhrase(choice: RangeChoice, format: Format, now: Date): string {
  if ('preset' in choice && choice.preset !== 'previousMonth') return presets[choice.preset]![format.language];
  const days = daysOf(choice, format.timezone, now)!;
  const today = daysOf({ preset: 'thisMonth' }, format.timezone, now)!.to;
  const thisYear = today.slice(0, 4);
  // October said in January is still last October.
  const near = 'preset' in choice ? days.to.slice(0, 4) : thisYear;
  const untilToday = days.to === today;
  if (days.from.endsWith('-01') && (isMonthEnd(days.to) || (untilToday && days.from.slice(0, 7) !== today.slice(0, 7)))) return wholeMonths(days.from, days.to, format, near);
  return chosenDays(days.from, days.to, format, thisYear);
}
