// The dot plot: one line a key, one mark a model. The spread is the message.
import { Button, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import { scale, untouched, type Dot, type DotRow, type Measure } from '@/model/attribution';
import type { AttributionAnswer } from '@/model/contract';
import classes from './attribution.module.css';
import { Mark } from './mark';
import { texts } from './texts';

const firstRows = 15;

interface DotsProps {
  answer: AttributionAnswer;
  rows: DotRow[];
  measure: Measure;
  name: (key: string) => string;
}

export function Dots({ answer, rows, measure, name }: DotsProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const [all, setAll] = useState(false);
  const nobody = untouched(answer)[measure];
  const nobodyShare = answer[measure] > 0 ? nobody / answer[measure] : 0;
  const { end, marks } = scale(Math.max(nobodyShare, 0, ...rows.map((row) => row.high.share)));
  const at = (share: number) => `${(share / end) * 100}%`;
  const amount = (credit: number) => (measure === 'value' ? format.money(credit) : format.number(credit, 1));
  const shown = all ? rows : rows.slice(0, firstRows);
  const said = (key: string, dot: Dot) => t('dot', { key, model: t(`names.${dot.model}`), credit: amount(dot.credit), share: format.percent(dot.share) });
  const lines = <span className={classes.grid} aria-hidden>{marks.map((mark) => <i key={mark} style={{ left: at(mark) }} />)}</span>;
  return (
    <>
      <ul className={classes.plot} aria-label={t('dots')}>
        {shown.map((row) => {
          const key = name(row.key);
          const range = row.dots.length > 1 ? `${format.percent(row.low.share, 0)} – ${format.percent(row.high.share, 0)}` : format.percent(row.low.share, 0);
          return (
            <li key={row.key} className={classes.line} data-key={row.key} aria-label={t('row', { key, low: format.percent(row.low.share), lowModel: t(`names.${row.low.model}`), high: format.percent(row.high.share), highModel: t(`names.${row.high.model}`) })}>
              <span className={classes.name}>{key}</span>
              <span className={classes.track} aria-hidden>
                {lines}
                <span className={classes.spread} style={{ left: at(row.low.share), width: at(row.high.share - row.low.share) }} />
                {row.dots.map((dot) => (
                  <Tooltip key={dot.model} label={said(key, dot)} withArrow>
                    <span className={classes.dot} data-model={dot.model} data-share={dot.share} style={{ left: at(dot.share) }}><Mark model={dot.model} /></span>
                  </Tooltip>
                ))}
              </span>
              <span className={classes.range}>{range}</span>
            </li>
          );
        })}
        {nobody > 0 ? (
          <li className={`${classes.line} ${classes.nobody}`} data-untouched={nobody}>
            <span className={classes.name}>{t('none')}</span>
            <span className={classes.track} aria-hidden>{lines}<span className={classes.hatched} style={{ width: at(nobodyShare) }} /></span>
            <span className={classes.range}>{format.percent(nobodyShare, 0)}</span>
          </li>
        ) : null}
      </ul>
      <div className={`${classes.line} ${classes.axis}`} aria-hidden>
        <span />
        <span className={classes.track}>{marks.map((mark) => <b key={mark} style={{ left: at(mark) }}>{format.percent(mark)}</b>)}</span>
        <span />
      </div>
      {shown.length < rows.length ? <Button mt="sm" variant="default" size="sm" onClick={() => setAll(true)}>{t('moreKeys')}</Button> : null}
    </>
  );
}
