// A sequence as coloured steps, one after another. The colour repeats what the word says.
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import classes from './variants.module.css';
import { texts } from './texts';

const drawnSteps = 12;

export function Way({ sequence, name, colours }: { sequence: string[]; name: (label: string) => string; colours: Map<string, number> }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const rest = sequence.length - drawnSteps;
  return (
    <span className={classes.way}>
      {sequence.slice(0, drawnSteps).map((label, place) => <span key={place} className={classes.step} data-colour={colours.get(label) ?? 0}>{name(label)}</span>)}
      {rest > 0 ? <span className={classes.more}>{t('moreSteps', { n: format.number(rest) })}</span> : null}
    </span>
  );
}
