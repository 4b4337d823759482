// "Come si calcola": how the number of a mark comes about, in words and with its own figures.
import { and } from './words';
import type { Selection } from './select';
import { inside, stageName, type Teller } from './sentences';

function stageText(teller: Teller, id: string): string {
  const stage = teller.answer.stages.find((item) => item.id === id);
  if (!stage) return '';
  const { number, language } = teller.format;
  if (language === 'it') {
    return `Entrati ${number(stage.entered)} più già qui ${number(stage.before)} fa ${number(inside(stage))}. È uguale ad avanti ${number(stage.forward)}, indietro ${number(stage.back)}, fermi ${number(stage.lost)} e ancora qui ${number(stage.here_now)}. Chi è ancora in tempo non conta mai come fermo.`;
  }
  return `Entered ${number(stage.entered)} plus already here ${number(stage.before)} makes ${number(inside(stage))}. That equals ahead ${number(stage.forward)}, back ${number(stage.back)}, stopped ${number(stage.lost)} and still here ${number(stage.here_now)}. Whoever still has time never counts as stopped.`;
}

function cellText(teller: Teller): string {
  if (teller.format.language === 'it') {
    return 'Contiamo chi, mentre era in questa fase, ha incontrato almeno una volta questo punto di contatto. Chi va avanti è la parte di loro arrivata a una fase successiva entro il tempo previsto dal modello; chi ha ancora tempo non è contato. È un’associazione: non dice che il punto di contatto ne sia la causa.';
  }
  return 'We count those who, while in this stage, met this touchpoint at least once. Going on is the share of them who reached a later stage within the time of the model; whoever still has time is left out. It is an association: it does not say that the touchpoint caused it.';
}

function lostText(teller: Teller, from: string): string {
  const headline = teller.answer.headlines.find((item) => item.from === from);
  const italian = teller.format.language === 'it';
  const base = italian
    ? 'È fermo chi ha lasciato passare tutto il tempo previsto dal modello senza entrare in un’altra fase.'
    : 'Stopped means: all the time of the model went by without entering another stage.';
  if (!headline || headline.at_stake <= 0) return base;
  const { percent, money, number } = teller.format;
  const { benchmark, actual, value_of_next: value } = headline.at_stake_formula;
  const to = stageName(teller, headline.to);
  const stage = teller.answer.stages.find((item) => item.id === from);
  // The formula counts each time somebody stopped: with their number it would not come out.
  const sum = `${number(stage?.lost ?? headline.customers)} × (${percent(benchmark, 1)} − ${percent(actual, 1)}) × ${money(value, teller.answer.currency)} = ${money(Math.round(headline.at_stake), teller.answer.currency)}`;
  return italian
    ? `${base} In gioco: volte che qualcuno si è fermato × (${stage?.kpi?.target ? 'quota obiettivo' : 'quota migliore dei periodi prima'} − quota di adesso) × valore atteso di ${to}: ${sum}.`
    : `${base} At stake: times somebody stopped × (${stage?.kpi?.target ? 'target share' : 'best share of earlier periods'} − share now) × expected value of ${to}: ${sum}.`;
}

function flowText(teller: Teller, from: string | null, to: string | null): string {
  const names = [stageName(teller, from), stageName(teller, to)].filter((name) => name !== '');
  const italian = teller.format.language === 'it';
  const between = names.length === 2 ? (italian ? `fra ${names[0]} ${and('it', names[1]!)}` : `between ${names[0]} ${and('en', names[1]!)}`) : italian ? `in ${names[0] ?? ''}` : `in ${names[0] ?? ''}`;
  return italian
    ? `Contiamo i passaggi ${between} avvenuti nel periodo, leggendo gli eventi di ciascuno in ordine di tempo.`
    : `We count the passages ${between} that happened in the period, reading everyone’s events in order of time.`;
}

export function explain(teller: Teller, selection: Selection): string {
  if (selection.kind === 'stage') return stageText(teller, selection.stage);
  if (selection.kind === 'cell') return cellText(teller);
  if (selection.flow === 'lost' && selection.from !== null) return lostText(teller, selection.from);
  return flowText(teller, selection.from, selection.to);
}
