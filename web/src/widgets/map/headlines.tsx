// The computed sentences above the map: the answer, before the drawing that proves it.
import { UnstyledButton } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ns } from './texts';
import classes from './headlines.module.css';

export interface Sentence {
  text: string;
  /** The mark that proves it; null when there is nothing to open. */
  opens: string | null;
}

export function Headlines({ sentences, onOpen }: { sentences: Sentence[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation(ns);
  const why = (sentence: Sentence) => sentence.opens === null ? null : (
    <UnstyledButton className={classes.why} onClick={() => onOpen(sentence.opens!)} aria-label={`${t('why')}: ${sentence.text}`}>
      {t('why')}
      <IconArrowRight size={15} stroke={1.9} aria-hidden />
    </UnstyledButton>
  );
  const [first, ...others] = sentences;
  return (
    <div className={classes.headlines} data-headlines={sentences.length}>
      {first ? <h1 className={classes.first}>{first.text} {why(first)}</h1> : null}
      {others.length > 0 ? (
        <ul className={classes.others}>
          {others.map((sentence) => <li key={sentence.text}>{sentence.text} {why(sentence)}</li>)}
        </ul>
      ) : null}
    </div>
  );
}
