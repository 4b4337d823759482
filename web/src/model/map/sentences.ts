// The sentences of the map, computed from its answer: the headlines, and what each mark says of itself
// under the pointer, to a screen reader and in the panel. Numbers come formatted in the screen's language.
import type { Format } from '@/base/format';
import { read } from '@/model/words';
import type { MapAnswer, MapFlow, MapHeadline, MapStage } from '@/model/contract';
import { moodOf } from './colour';
import { alarmed, type Bed, type Ribbon, type Ring } from './river';
import type { Circle } from './grid';
import type { Line } from './rows';
import type { FeelingPoint } from './feelings';
import { and, articled, devicePhrase, placePhrase, toward } from './words';

/** Three lines: what it is, how many, what it means. */
export type Lines = [string, string, string];

export interface Teller {
  answer: MapAnswer;
  format: Format;
}

const it = ({ format }: Teller): boolean => format.language === 'it';

export const stageName = ({ answer, format }: Teller, id: string | null): string => {
  const stage = answer.stages.find((item) => item.id === id);
  return stage ? read(stage.label, format.language) : (id ?? '');
};

export const people = (teller: Teller, count: number): string => {
  const text = teller.format.number(count);
  if (it(teller)) return count === 1 ? `${text} persona` : `${text} persone`;
  return count === 1 ? `${text} person` : `${text} people`;
};

const rowName = ({ answer, format }: Teller, id: string): string => {
  const row = answer.rows.find((item) => item.id === id);
  return row ? read(row.label, format.language) : id;
};

/** How much of the loss the named touchpoint bears: known from the money attributed to it. */
function emphasis(teller: Teller, headline: MapHeadline): string {
  const cell = teller.answer.cells.find((item) => item.stage === headline.from && item.row === headline.row);
  const part = cell && headline.at_stake > 0 ? cell.at_stake / headline.at_stake : 0;
  if (it(teller)) return part >= 0.75 ? 'quasi sempre' : part >= 0.5 ? 'per lo più' : 'più spesso';
  return part >= 0.75 ? 'almost always' : part >= 0.5 ? 'mostly' : 'most often';
}

function where(teller: Teller, headline: MapHeadline): string {
  const { language } = teller.format;
  const device = devicePhrase(language, headline.device);
  if (headline.row === null) return device === '' ? '' : `,${it(teller) ? ' per lo più' : ' mostly'}${device}`;
  return `, ${emphasis(teller, headline)} ${placePhrase(language, headline.row, rowName(teller, headline.row))}${device}`;
}

function stake(teller: Teller, headline: MapHeadline): string {
  if (headline.at_stake <= 0) return '';
  const money = teller.format.money(Math.round(headline.at_stake), teller.answer.currency);
  return it(teller) ? `: in gioco ${money}` : `: ${money} at stake`;
}

/** "In ottobre 1.240 persone si sono fermate fra Considerazione e Decisione, quasi sempre …: in gioco 18.400 EUR." */
export function headlineSentence(teller: Teller, headline: MapHeadline, period: string): string {
  const { language } = teller.format;
  const from = stageName(teller, headline.from);
  const to = stageName(teller, headline.to);
  const count = people(teller, headline.customers);
  const one = headline.customers === 1;
  const end = `${where(teller, headline)}${stake(teller, headline)}.`;
  if (language === 'it') return `${period} ${count} ${one ? 'si è fermata' : 'si sono fermate'} fra ${from} ${and('it', to)}${end}`;
  return `${period} ${count} stopped between ${from} ${and('en', to)}${end}`;
}

/** The second and third headline, shorter: "Fra Decisione e Fidelizzazione 310, …" */
export function nextSentence(teller: Teller, headline: MapHeadline): string {
  const from = stageName(teller, headline.from);
  const to = stageName(teller, headline.to);
  const end = `${where(teller, headline)}${stake(teller, headline)}.`;
  if (it(teller)) return `Fra ${from} ${and('it', to)}: ${people(teller, headline.customers)}${end.replace(': in gioco', ', in gioco')}`;
  return `Between ${from} ${and('en', to)}: ${people(teller, headline.customers)}${end.replace(/: (.+) at stake/, ', $1 at stake')}`;
}

/** Where most stop, for an answer without headlines: too few people to put a price on. */
export function worstStage({ answer }: Teller): MapStage | null {
  const alarms = alarmed(answer.stages);
  const worst = answer.stages.filter((stage) => alarms.has(stage.id)).sort((a, b) => b.lost - a.lost)[0];
  return worst ?? answer.stages.filter((stage) => stage.lost > 0).sort((a, b) => b.lost - a.lost)[0] ?? null;
}

/** "Negli ultimi 90 giorni 9 persone si sono fermate in Consapevolezza, 28 sono in viaggio." */
export function worstSentence(teller: Teller, worst: MapStage, period: string): string {
  const here = teller.answer.stages.reduce((total, stage) => total + stage.here_now, 0);
  const lost = teller.answer.flows.find((flow) => flow.kind === 'lost' && flow.from === worst.id)?.customers ?? worst.lost;
  const name = read(worst.label, teller.format.language);
  const onTheWay = teller.format.number(here);
  if (it(teller)) return `${period} ${people(teller, lost)} ${lost === 1 ? 'si è fermata' : 'si sono fermate'} in ${name}; ${onTheWay} ${here === 1 ? 'è' : 'sono'} in viaggio.`;
  return `${period} ${people(teller, lost)} stopped in ${name}; ${onTheWay} ${here === 1 ? 'is' : 'are'} on the way.`;
}

/** When nobody is lost there is still an answer. */
export function calmSentence(teller: Teller, period: string): string {
  const here = teller.answer.stages.reduce((total, stage) => total + stage.here_now, 0);
  const entered = teller.answer.stages.reduce((total, stage) => total + stage.entered, 0);
  if (it(teller)) {
    if (entered + here === 0) return `${period} nessuno si è mosso lungo il viaggio.`;
    return `${period} non si è perso nessuno: ${people(teller, here)} ${here === 1 ? 'è' : 'sono'} in viaggio.`;
  }
  if (entered + here === 0) return `${period} nobody moved along the journey.`;
  return `${period} nobody was lost: ${people(teller, here)} ${here === 1 ? 'is' : 'are'} on the way.`;
}

export const inside = (stage: MapStage): number => stage.entered + stage.before;

/** In = out, in words. Entries and stays, not people: who comes back is counted again. */
export function basinLines(teller: Teller, stage: MapStage): Lines {
  const { number } = teller.format;
  const name = read(stage.label, teller.format.language);
  const before = stage.before > 0;
  const whole = number(inside(stage));
  if (it(teller)) {
    return [
      `${name}: ${whole} dentro, ${whole} fra chi esce e chi resta`,
      `Dentro: ${number(stage.entered)} ${stage.entered === 1 ? 'ingresso' : 'ingressi'}${before ? ` e ${number(stage.before)} già qui` : ''}.`,
      `Fuori: ${number(stage.forward)} avanti, ${number(stage.back)} indietro, ${number(stage.lost)} fermi; ancora qui ${number(stage.here_now)}.`,
    ];
  }
  return [
    `${name}: ${whole} in, ${whole} out or still here`,
    `In: ${number(stage.entered)} ${stage.entered === 1 ? 'entry' : 'entries'}${before ? ` and ${number(stage.before)} already here` : ''}.`,
    `Out: ${number(stage.forward)} ahead, ${number(stage.back)} back, ${number(stage.lost)} stopped; still here ${number(stage.here_now)}.`,
  ];
}

function usual(teller: Teller, seconds: number | null): string {
  if (seconds === null) return it(teller) ? 'Il tempo non è ancora noto.' : 'The time is not known yet.';
  const time = teller.format.duration(seconds);
  return it(teller) ? `La metà ci mette meno di ${time}.` : `Half of them take less than ${time}.`;
}

function shareOfStage(teller: Teller, ribbon: Ribbon): string {
  const stage = teller.answer.stages.find((item) => item.id === ribbon.from);
  const whole = stage ? inside(stage) : 0;
  if (whole === 0) return '';
  const share = teller.format.percent(ribbon.volume / whole, 0);
  return it(teller) ? `, ${articled(share)} di chi c’era` : `, ${share} of those there`;
}

/** "1.240 persone in 1.310 passaggi", where somebody passed more than once. */
function passing(teller: Teller, flow: MapFlow | undefined, customers: number): string {
  const count = people(teller, customers);
  if (!flow || flow.transitions <= customers) return count;
  const times = teller.format.number(flow.transitions);
  return it(teller) ? `${count} in ${times} passaggi` : `${count} in ${times} passages`;
}

export function ribbonLines(teller: Teller, ribbon: Ribbon, bed: Bed | undefined): Lines {
  const from = stageName(teller, ribbon.from);
  const to = stageName(teller, ribbon.to);
  const flow = teller.answer.flows.find((item) => item.kind === ribbon.kind && item.from === ribbon.from && item.to === ribbon.to);
  const count = `${passing(teller, flow, ribbon.customers)}${shareOfStage(teller, ribbon)}.`;
  const time = usual(teller, flow?.median_seconds ?? null);
  const italian = it(teller);
  switch (ribbon.kind) {
    case 'forward':
      if (ribbon.to === null) return [italian ? `Viaggi conclusi in ${from}` : `Journeys completed in ${from}`, count, time];
      return [italian ? `Da ${from} ${toward(to)}` : `From ${from} to ${to}`, count, time];
    case 'skip': return [italian ? `Da ${from} dritti ${toward(to)}, saltando una fase` : `From ${from} straight to ${to}, skipping a stage`, count, time];
    case 'back': return [italian ? `Tornano da ${from} ${toward(to)}` : `Back from ${from} to ${to}`, count, time];
    case 'enter':
      return ribbon.toIndex === 0
        ? [italian ? `Arrivano in ${to}` : `They arrive in ${to}`, `${passing(teller, flow, ribbon.customers)}.`, italian ? 'Per la prima volta, o di nuovo dopo essersi fermati.' : 'For the first time, or again after having stopped.']
        : [italian ? `Arrivano direttamente in ${to}` : `They arrive directly in ${to}`, `${passing(teller, flow, ribbon.customers)}.`, italian ? 'Senza passare dalle fasi prima, o di nuovo dopo essersi fermati.' : 'Without the stages before, or again after having stopped.'];
    case 'lost': {
      const alarm = bed?.alarm ?? false;
      const means = italian
        ? alarm ? 'Più della mediana delle fasi: qui si perde troppo.' : 'Non più della mediana delle fasi.'
        : alarm ? 'Above the median of the stages: too many are lost here.' : 'Not above the median of the stages.';
      return [italian ? `Si sono fermati in ${from}` : `They stopped in ${from}`, count, means];
    }
    case 'loop': return [from, count, time];
  }
}

export function ringLines(teller: Teller, ring: Ring): Lines {
  const name = stageName(teller, ring.stage);
  const times = teller.format.number(ring.times, 1);
  if (it(teller)) return [`Girano in ${name}`, `${people(teller, ring.people)} ricominciano restando in questa fase.`, `In media ${times} volte ciascuna.`];
  return [`They come round in ${name}`, `${people(teller, ring.people)} start again within this stage.`, `${times} times each on average.`];
}

export function moodWords(teller: Teller, mean: number): string {
  const mood = moodOf(mean);
  if (it(teller)) return mood === 'sad' ? 'scontenti' : mood === 'glad' ? 'contenti' : 'tiepidi';
  return mood === 'sad' ? 'unhappy' : mood === 'glad' ? 'happy' : 'lukewarm';
}

const signed = (teller: Teller, mean: number): string => `${mean > 0 ? '+' : ''}${teller.format.number(mean, 1).replace('-', '−')}`;

function feelingWords(teller: Teller, emotion: { mean: number; n: number } | null): string {
  const italian = it(teller);
  if (emotion === null || emotion.n === 0) return italian ? 'nessuno ha detto come si è trovato' : 'nobody told us how it felt';
  const answers = teller.format.number(emotion.n);
  const many = italian ? (emotion.n === 1 ? 'risposta' : 'risposte') : emotion.n === 1 ? 'answer' : 'answers';
  const few = emotion.n < 10 ? (italian ? ', ancora poche' : ', still few') : '';
  return `${moodWords(teller, emotion.mean)} (${signed(teller, emotion.mean)}; ${answers} ${many}${few})`;
}

const upperFirst = (text: string): string => (text === '' ? text : text[0]!.toUpperCase() + text.slice(1));

export function lineName(teller: Teller, line: Line): string {
  if (line.row) return read(line.row.label, teller.format.language);
  const count = teller.format.number(line.members.length);
  return it(teller) ? `altri ${count}` : `${count} others`;
}

function onward(teller: Teller, circle: Circle): string {
  if (circle.arc === null) return it(teller) ? 'Non sappiamo ancora quanti vanno avanti' : 'We do not know yet how many go on';
  const share = teller.format.percent(circle.arc, 0);
  return it(teller) ? upperFirst(`${articled(share)} poi va avanti`) : `${share} then go on`;
}

export function flagWords(teller: Teller, reason: 'drop_off' | 'feeling' | null): string {
  if (reason === 'feeling') return it(teller) ? 'scontenti' : 'unhappy';
  return it(teller) ? 'si perdono' : 'dropping off';
}

export function circleLines(teller: Teller, circle: Circle, line: Line): Lines {
  const italian = it(teller);
  const title = italian ? `${upperFirst(lineName(teller, line))}, in ${stageName(teller, circle.stage)}` : `${upperFirst(lineName(teller, line))}, in ${stageName(teller, circle.stage)}`;
  if (circle.cell === null) return [title, italian ? 'Qui non è passato nessuno.' : 'Nobody passed here.', italian ? 'Un cerchio vuoto vuol dire: nessun dato.' : 'An empty circle means: no data.'];
  const { customers, events } = circle.cell;
  const times = teller.format.number(events);
  const count = italian ? `${people(teller, customers)}, ${times} ${events === 1 ? 'volta' : 'volte'}.` : `${people(teller, customers)}, ${times} ${events === 1 ? 'time' : 'times'}.`;
  const flag = circle.flag === null ? '' : italian ? ' Punto critico.' : ' Critical point.';
  return [title, `${count}${flag}`, `${onward(teller, circle)}; ${feelingWords(teller, circle.emotion)}.`];
}

export function feelingLines(teller: Teller, point: FeelingPoint): Lines {
  const { number } = teller.format;
  const name = stageName(teller, point.stage);
  const band = `${signed(teller, point.low)} … ${signed(teller, point.high)}`;
  if (it(teller)) return [`In ${name} sono ${moodWords(teller, point.mean)}`, `${signed(teller, point.mean)} su una scala da −2 a +2, da ${number(point.n)} ${point.n === 1 ? 'risposta' : 'risposte'}.`, `Al 95 % sta fra ${band}.`];
  return [`In ${name} they are ${moodWords(teller, point.mean)}`, `${signed(teller, point.mean)} on a scale from −2 to +2, from ${number(point.n)} ${point.n === 1 ? 'answer' : 'answers'}.`, `With 95 % certainty between ${band}.`];
}

/** Against the period before: only more than a twentieth is worth an arrow. */
export function trendOf(stage: MapStage): 'up' | 'down' | 'even' | null {
  const earlier = stage.previous?.entered ?? null;
  if (earlier === null || earlier === 0) return null;
  const change = stage.entered / earlier - 1;
  return change > 0.05 ? 'up' : change < -0.05 ? 'down' : 'even';
}

export type Light = 'reached' | 'near' | 'missed';

export interface Kpi {
  light: Light;
  actual: number;
  goal: number;
  /** The stage's own target; else the best of the earlier periods. */
  target: boolean;
}

/** How a stage does against its goal: a tenth of the goal is near. Null without both. */
export function kpiOf(stage: MapStage): Kpi | null {
  const { actual = null, goal = null, target = false } = stage.kpi ?? {};
  if (actual === null || goal === null) return null;
  return { light: actual >= goal ? 'reached' : actual >= goal * 0.9 ? 'near' : 'missed', actual, goal, target };
}

const lightWords = {
  it: { reached: 'obiettivo raggiunto', near: 'quasi all’obiettivo', missed: 'sotto l’obiettivo' },
  en: { reached: 'goal reached', near: 'close to the goal', missed: 'below the goal' },
};

export const lightWord = (teller: Teller, light: Light): string => lightWords[teller.format.language][light];

/** "Va avanti il 68 %, obiettivo 72 %: quasi all’obiettivo." */
export function kpiWords(teller: Teller, stage: MapStage): string {
  const kpi = kpiOf(stage);
  if (!kpi) return '';
  const { percent } = teller.format;
  const [actual, goal] = [percent(kpi.actual, 0), percent(kpi.goal, 0)];
  const word = lightWord(teller, kpi.light);
  if (it(teller)) return `Va avanti ${articled(actual)}; ${kpi.target ? 'obiettivo' : 'il meglio dei periodi prima'} ${goal}: ${word}.`;
  return `${actual} go on; ${kpi.target ? 'goal' : 'best of the earlier periods'} ${goal}: ${word}.`;
}

/** "GS": the face of an owner without a picture. */
export const initialsOf = (name: string): string => {
  const words = name.trim().split(/\s+/).filter((word) => word !== '');
  const letters = words.length > 1 ? [words[0]!, words[words.length - 1]!] : words;
  return letters.map((word) => [...word][0]!.toLocaleUpperCase()).join('');
};

export function headLines(teller: Teller, stage: MapStage): Lines {
  const { format } = teller;
  const italian = it(teller);
  const trend = trendOf(stage);
  const money = format.money(Math.round(stage.value), teller.answer.currency);
  const earlier = stage.previous ? format.number(stage.previous.entered) : '';
  const compared = trend === null
    ? italian ? 'Non c’è un periodo prima con cui confrontarla.' : 'There is no earlier period to compare with.'
    : italian ? `Ingressi: ${format.number(stage.entered)}; nel periodo prima ${earlier}.` : `Entries: ${format.number(stage.entered)}; in the period before ${earlier}.`;
  const name = read(stage.label, format.language);
  const title = stage.owner ? (italian ? `${name}, di ${stage.owner}` : `${name}, ${stage.owner}’s`) : name;
  const kpi = kpiWords(teller, stage);
  return [title, italian ? `${people(teller, stage.here_now)} qui adesso; ${money} nel periodo.` : `${people(teller, stage.here_now)} here now; ${money} in the period.`, kpi === '' ? compared : `${kpi} ${compared}`];
}

/** One sentence for a screen reader. */
export const spoken = (lines: Lines): string => lines.map((line) => (/[.!?]$/.test(line) ? line : `${line}.`)).join(' ');

const measures: Record<string, { it: string; en: string }> = {
  impressions: { it: 'impression', en: 'impressions' },
  views: { it: 'visualizzazioni', en: 'views' },
  footfall: { it: 'passaggi in vetrina', en: 'passers-by' },
  likes: { it: 'mi piace', en: 'likes' },
};

export const measureWords = ({ format }: Teller, measure: string): string => measures[measure]?.[format.language] ?? measure.replace(/_/g, ' ');
