// The head of each column: the firm's name for the stage, people now, euro in the period, the arrow.
import { useTranslation } from 'react-i18next';
import type { Column } from '@/model/map/columns';
import type { Written } from '@/model/map/budget';
import { fitLines, textWidth } from '@/model/map/fit';
import { headLines, trendOf, type Teller } from '@/model/map/sentences';
import type { MapStage } from '@/model/contract';
import { read } from '@/model/words';
import { Mark } from './mark';
import { ns } from './texts';
import { useMarks } from './teller';
import classes from './map.module.css';

// The variation selector asks for a plain glyph where a system would draw a picture.
const arrows = { up: '↗\uFE0E', down: '↘\uFE0E', even: '→\uFE0E' } as const;

interface HeadText {
  names: string[];
  now: string;
  money: string;
  arrow: string;
  /** Lines below the name: none, one, or two where the column is narrow. */
  info: 0 | 1 | 2;
}

const nameSize = (width: number): number => (width < 140 ? 12.5 : 14.5);
const infoSize = 11.5;

function textOf(stage: MapStage, width: number, written: Written, teller: Teller, nowWord: string): HeadText {
  const { format, answer } = teller;
  const seen = stage.entered + stage.before > 0;
  const trend = trendOf(stage);
  const money = written.value.has(stage.id) ? format.money(Math.round(stage.value), answer.currency) : '';
  const now = format.number(stage.here_now);
  const oneLine = money === '' || textWidth(`${now} ${nowWord} · ${money}`, infoSize) + 16 < width;
  return {
    // Bold letters are wider than fitLines counts.
    names: fitLines(read(stage.label, format.language), width / 1.12 - 6, nameSize(width), 2),
    now, money, arrow: trend === null || !seen ? '' : ` ${arrows[trend]}`, info: !seen ? 0 : oneLine ? 1 : 2,
  };
}

function Head({ stage, column, height, text, base }: { stage: MapStage; column: Column; height: number; text: HeadText; base: number }) {
  const { t } = useTranslation(ns);
  const { teller } = useMarks();
  const { names, now, money, arrow, info } = text;
  const lines = headLines(teller, stage);
  const painted = [...names, ...(info > 0 ? [`${now} ${t('now')}${money === '' ? '' : info === 1 ? ` · ${money}` : ` ${money}`}${arrow}`] : [])].join(' ');
  return (
    <Mark id={`head:${stage.id}`} lines={lines} name={`${painted}. ${lines[2]}`} x={column.center} y={height - 4} stage={stage.id} data={{ 'data-kind': 'head', 'data-customers': stage.here_now, 'data-value': stage.value }}>
      <g aria-hidden>
        {names.map((name, index) => <text key={index} className={classes.name} style={{ fontSize: nameSize(column.width) }} x={column.center} y={base - (names.length - 1 - index) * 16} textAnchor="middle">{`${name} `}</text>)}
        {info >= 1 ? (
          <text className={classes.small} x={column.center} y={base + 16} textAnchor="middle">
            <tspan className={classes.strong}>{now}</tspan> {t('now')}
            {info === 1 && money !== '' ? ` · ${money}` : ''}
            {info === 1 ? arrow : ''}{' '}
          </text>
        ) : null}
        {info === 2 ? <text className={classes.small} x={column.center} y={base + 30} textAnchor="middle">{money}{arrow}</text> : null}
      </g>
      <rect className={classes.focus} x={column.left + 4} y={2} width={column.width - 8} height={height - 4} rx={6} />
    </Mark>
  );
}

export function Heads({ stages, columns, height, written }: { stages: MapStage[]; columns: Column[]; height: number; written: Written }) {
  const { t } = useTranslation(ns);
  const { teller } = useMarks();
  const texts = stages.map((stage, index) => textOf(stage, columns[index]!.width, written, teller, t('now')));
  // Names share a line across the columns.
  const base = height - 6 - (Math.max(0, ...texts.map((text) => text.info)) >= 1 ? 16 : 0) - (texts.some((text) => text.info === 2) ? 14 : 0);
  return (
    <g data-band="heads">
      {stages.map((stage, index) => <Head key={stage.id} stage={stage} column={columns[index]!} height={height} text={texts[index]!} base={base} />)}
    </g>
  );
}
