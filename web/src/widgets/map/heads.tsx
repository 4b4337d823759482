// The head of each column: the firm's name for the stage, people now, euro in the period, the arrow.
import { useTranslation } from 'react-i18next';
import type { Column } from '@/model/map/columns';
import type { Written } from '@/model/map/budget';
import { fitLines, textWidth } from '@/model/map/fit';
import { headLines, trendOf } from '@/model/map/sentences';
import type { MapStage } from '@/model/contract';
import { read } from '@/model/words';
import { Mark } from './mark';
import { ns } from './texts';
import { useMarks } from './teller';
import classes from './map.module.css';

const arrows = { up: 'M0,7L7,0M1.5,0H7V5.5', down: 'M0,0L7,7M7,1.5V7H1.5', even: 'M0,3.5H8M5,0.5L8,3.5L5,6.5' } as const;

function Head({ stage, column, height, written }: { stage: MapStage; column: Column; height: number; written: Written }) {
  const { t } = useTranslation(ns);
  const { teller } = useMarks();
  const { format, answer } = teller;
  const names = fitLines(read(stage.label, format.language), column.width - 12, 14.5, 2);
  const seen = stage.entered + stage.before > 0;
  const money = written.value.has(stage.id) ? format.money(Math.round(stage.value), answer.currency) : '';
  const now = format.number(stage.here_now);
  const trend = trendOf(stage);
  const oneLine = textWidth(`${now} ${t('now')} · ${money}`, 11.5) + 22 < column.width;
  const infoLines = !seen ? 0 : oneLine || money === '' ? 1 : 2;
  const base = height - 8 - infoLines * 15 - (names.length - 1) * 16;
  const arrow = trend === null || !seen ? null : trend;
  const lastText = infoLines === 2 ? money : `${now} ${t('now')}${money === '' ? '' : ` · ${money}`}`;
  return (
    <Mark id={`head:${stage.id}`} lines={headLines(teller, stage)} x={column.center} y={height - 4} stage={stage.id} data={{ 'data-kind': 'head', 'data-customers': stage.here_now, 'data-value': stage.value }}>
      {names.map((name, index) => <text key={index} className={classes.name} x={column.center} y={base + index * 16} textAnchor="middle">{name}</text>)}
      {infoLines >= 1 ? (
        <text className={classes.small} x={column.center - (arrow && infoLines === 1 ? 7 : 0)} y={base + (names.length - 1) * 16 + 17} textAnchor="middle">
          <tspan className={classes.strong}>{now}</tspan> {t('now')}
          {infoLines === 1 && money !== '' ? ` · ${money}` : ''}
        </text>
      ) : null}
      {infoLines === 2 ? <text className={classes.small} x={column.center - (arrow ? 7 : 0)} y={base + (names.length - 1) * 16 + 31} textAnchor="middle">{money}</text> : null}
      {arrow ? (
        <path
          d={arrows[arrow]} fill="none" stroke="var(--map-soft)" strokeWidth={1.5} strokeLinecap="round" strokeLinejoin="round"
          transform={`translate(${column.center + textWidth(lastText, 11.5) / 2 - 1} ${base + (names.length - 1) * 16 + (infoLines === 2 ? 23 : 9)})`}
        />
      ) : null}
      <rect className={classes.focus} x={column.left + 4} y={2} width={column.width - 8} height={height - 6} rx={6} />
    </Mark>
  );
}

export function Heads({ stages, columns, height, written }: { stages: MapStage[]; columns: Column[]; height: number; written: Written }) {
  return (
    <g data-band="heads">
      {stages.map((stage, index) => <Head key={stage.id} stage={stage} column={columns[index]!} height={height} written={written} />)}
    </g>
  );
}
