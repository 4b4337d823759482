// The bars of a funnel: one bar a step, and between two bars who stopped there and how long the others took.
import { Button } from '@mantine/core';
import { IconArrowDownRight, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { defineTexts } from '@/base/i18n';
import { useFormat } from '@/base/preferences';
import type { FunnelBar } from '@/model/funnel';
import { groundsText } from '@/model/interval';
import classes from './step_bars.module.css';

const texts = defineTexts(
  'stepBars',
  {
    go: '{{rate}} prosegue', lost: '{{n}} si fermano qui ({{share}})', worst: 'la perdita più grande', time: 'di solito in {{time}}', who: 'Chi si è fermato', optional: 'facoltativo: lo fa {{rate}} di chi era arrivato fin lì', reached: 'Chi è arrivato',
    sentence: 'Passo {{index}}, {{name}}: {{n}}, {{share}} di chi ha iniziato',
  },
  {
    go: '{{rate}} go on', lost: '{{n}} stop here ({{share}})', worst: 'the largest loss', time: 'usually within {{time}}', who: 'Who stopped', optional: 'optional: {{rate}} of those who got there do it', reached: 'Who got here',
    sentence: 'Step {{index}}, {{name}}: {{n}}, {{share}} of those who began',
  },
);

interface StepBarsProps {
  bars: FunnelBar[];
  names: string[];
  onPeople?: (step: number, state: 'reached' | 'dropped') => void;
}

export function StepBars({ bars, names, onPeople }: StepBarsProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  return (
    <ol className={classes.list}>
      {bars.map((bar, i) => {
        const name = names[i] ?? '';
        return (
          <li key={bar.index}>
            {i > 0 ? (
              <div className={classes.gap}>
                {bar.optional ? <span>{t('optional', { rate: format.percent(bar.rate) })}</span> : (
                  <>
                    <span>{t('go', { rate: format.percent(bar.rate) })}</span>
                    <span className={bar.worst ? `${classes.lost} ${classes.worst}` : classes.lost}>
                      <IconArrowDownRight size={16} aria-hidden />
                      {t('lost', { n: format.number(bar.lost), share: format.percent(bar.lostShare) })}
                      {bar.worst ? `: ${t('worst')}` : ''}
                    </span>
                  </>
                )}
                {bar.base > 0 && bar.count <= bar.base ? <span className={classes.grounds}>{groundsText(bar.count, bar.base, format)}</span> : null}
                {bar.medianSeconds !== null ? (
                  <span className={classes.lost}>
                    <IconClock size={15} aria-hidden />
                    {t('time', { time: format.duration(bar.medianSeconds) })}
                  </span>
                ) : null}
                {onPeople && bar.lost > 0 ? (
                  <Button variant="subtle" size="compact-xs" onClick={() => onPeople(bar.index, 'dropped')}>{t('who')}</Button>
                ) : null}
              </div>
            ) : null}
            <div className={classes.head}>
              <span className={classes.badge} aria-hidden>{bar.index}</span>
              <span className={classes.name}>{name}</span>
              {onPeople && bar.count > 0 ? (
                <Button className={classes.reached} variant="subtle" size="compact-xs" onClick={() => onPeople(bar.index, 'reached')}>{t('reached')}</Button>
              ) : null}
              <span className={classes.count}>{format.number(bar.count)}</span>
              <span className={classes.share}>{format.share(bar.share)}</span>
            </div>
            <div
              className={classes.track}
              role="img"
              aria-label={t('sentence', { index: bar.index, name, n: format.number(bar.count), share: format.percent(bar.share) })}
            >
              <div className={bar.optional ? `${classes.fill} ${classes.optional}` : classes.fill} style={{ width: `${bar.share * 100}%` }} data-share={bar.share} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}
