// Small words that a computed sentence needs to read as written by a person.
import type { Language } from '@/base/i18n';
import type { Format } from '@/base/format';
import { daysOf, type RangeChoice } from '@/model/range';

/** "e Decisione", "ed Esperienza"; "and Decision". */
export function and(language: Language, word: string): string {
  if (language === 'en') return `and ${word}`;
  return /^[eèé]/i.test(word) ? `ed ${word}` : `e ${word}`;
}

interface Phrase {
  it: string;
  en: string;
}

/** Where it happens, said as people say it. Other touchpoints are quoted by name. */
const places: Record<string, Phrase> = {
  cart: { it: 'al carrello', en: 'at the cart' },
  checkout: { it: 'alla cassa online', en: 'at the online checkout' },
  payment: { it: 'al pagamento', en: 'at payment' },
  product_page: { it: 'alla pagina del prodotto', en: 'on the product page' },
  product: { it: 'alla pagina del prodotto', en: 'on the product page' },
  website: { it: 'sul sito', en: 'on the website' },
  site: { it: 'sul sito', en: 'on the website' },
  web: { it: 'sul sito', en: 'on the website' },
  online_shop: { it: 'sul negozio online', en: 'in the online shop' },
  search: { it: 'dopo una ricerca', en: 'after a search' },
  organic_search: { it: 'arrivando da una ricerca', en: 'coming from a search' },
  paid_search: { it: 'arrivando da un annuncio', en: 'coming from an ad' },
  email: { it: 'dopo un’e-mail', en: 'after an e-mail' },
  newsletter: { it: 'dopo la newsletter', en: 'after the newsletter' },
  instagram: { it: 'su Instagram', en: 'on Instagram' },
  facebook: { it: 'su Facebook', en: 'on Facebook' },
  tiktok: { it: 'su TikTok', en: 'on TikTok' },
  whatsapp: { it: 'su WhatsApp', en: 'on WhatsApp' },
  store: { it: 'in negozio', en: 'in the shop' },
  shop: { it: 'in negozio', en: 'in the shop' },
  store_visit: { it: 'in negozio', en: 'in the shop' },
  till: { it: 'alla cassa', en: 'at the till' },
  pos: { it: 'alla cassa', en: 'at the till' },
  phone: { it: 'al telefono', en: 'on the phone' },
  call: { it: 'al telefono', en: 'on the phone' },
  pickup: { it: 'al ritiro', en: 'at pick-up' },
  click_and_collect: { it: 'al ritiro in negozio', en: 'at click and collect' },
  delivery: { it: 'alla consegna', en: 'at delivery' },
  review: { it: 'alle recensioni', en: 'at the reviews' },
  reviews: { it: 'alle recensioni', en: 'at the reviews' },
  chat: { it: 'in chat', en: 'in the chat' },
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
