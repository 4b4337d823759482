// The head of each column: the firm's name for the stage, people now, euro in the period, the arrow.
import { useTranslation } from 'react-i18next';
import type { Column } from '@/model/map/columns';
import type { Written } from '@/model/map/budget';
import { fitLines, textWidth } from '@/model/map/fit';
import { headLines, initialsOf, kpiOf, trendOf, type Light, type Teller } from '@/model/map/sentences';
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
  size: number;
  light: Light | null;
  initials: string;
  /** Lines below the name: none, one, or two where the column is narrow. */
  info: 0 | 1 | 2;
}

// Bold letters are wider than textWidth counts.
const bold = 1.1;

/** As large as lets the longest word of all names stand whole. */
function nameSize(names: string[], width: number): number {
  const longest = Math.max(0, ...names.flatMap((name) => name.split(/\s+/)).map((word) => textWidth(word, 1) * bold));
  const usual = width < 140 ? 12.5 : 14.5;
  return Math.max(10.5, Math.min(usual, longest === 0 ? usual : (width - 8) / longest));
}
const infoSize = 11.5;

function textOf(stage: MapStage, width: number, size: number, written: Written, teller: Teller, nowWord: string): HeadText {
  const { format, answer } = teller;
  const seen = stage.entered + stage.before > 0;
  const trend = trendOf(stage);
  const money = written.value.has(stage.id) ? format.money(Math.round(stage.value), answer.currency) : '';
  const now = format.number(stage.here_now);
  const oneLine = money === '' || textWidth(`${now} ${nowWord} · ${money}`, infoSize) + 16 < width;
  return {
    names: fitLines(read(stage.label, format.language), (width - 6) / bold, size, 2),
    size, light: seen ? (kpiOf(stage)?.light ?? null) : null, initials: stage.owner ? initialsOf(stage.owner) : '',
    now, money, arrow: trend === null || !seen ? '' : ` ${arrows[trend]}`, info: !seen ? 0 : oneLine ? 1 : 2,
  };
}

const faceRadius = 8.5;

/** Whose stage it is: a face, until they have a picture the letters of their name. */
function OwnerFace({ x, y, initials }: { x: number; y: number; initials: string }) {
  return (
    <g transform={`translate(${x} ${y})`} data-owner={initials}>
      <circle r={faceRadius} fill="var(--map-face)" />
      <text className={classes.initials} y={2.9} textAnchor="middle">{`${initials} `}</text>
    </g>
  );
}

/** The light of a stage, told by its shape: full reached, half close to it, empty below. */
export function KpiLight({ x, y, light }: { x: number; y: number; light: Light }) {
  return (
    <g transform={`translate(${x} ${y})`} data-light={light}>
      <circle r={4.2} fill={light === 'reached' ? 'var(--map-ink)' : 'var(--map-paper)'} stroke="var(--map-ink)" strokeWidth={1.3} />
      {light === 'near' ? <path d="M0,-4.2A4.2,4.2 0 0 0 0,4.2Z" fill="var(--map-ink)" /> : null}
    </g>
  );
}

/** The face before the name and the light after it, where both have room. */
function Beside({ text, column, base }: { text: HeadText; column: Column; base: number }) {
  const widest = Math.max(...text.names.map((name) => textWidth(name, text.size) * bold * 0.97));
  const y = base - text.size * 0.34 - ((text.names.length - 1) * 16) / 2;
  const [before, after] = [column.center - widest / 2, column.center + widest / 2];
  return (
    <>
      {text.initials !== '' && before - 2 * faceRadius - 5 > column.left ? <OwnerFace x={before - faceRadius - 5} y={y} initials={text.initials} /> : null}
      {text.light && after + 13 < column.left + column.width ? <KpiLight x={after + 9} y={y} light={text.light} /> : null}
    </>
  );
}

function Head({ stage, column, height, text, base }: { stage: MapStage; column: Column; height: number; text: HeadText; base: number }) {
  const { t } = useTranslation(ns);
  const { teller } = useMarks();
  const { names, now, money, arrow, info, size } = text;
  const lines = headLines(teller, stage);
  const painted = [...names, ...(info > 0 ? [`${now} ${t('now')}${money === '' ? '' : info === 1 ? ` · ${money}` : ` ${money}`}${arrow}`] : [])].join(' ');
  return (
    <Mark id={`head:${stage.id}`} lines={lines} name={[text.initials, `${painted}.`, `${lines[0]}. ${lines[2]}`].filter((part) => part !== '').join(' ')} x={column.center} y={height - 4} stage={stage.id} data={{ 'data-kind': 'head', 'data-customers': stage.here_now, 'data-value': stage.value }}>
      <g aria-hidden>
        <Beside text={text} column={column} base={base} />
        {names.map((name, index) => <text key={index} className={classes.name} style={{ fontSize: size }} x={column.center} y={base - (names.length - 1 - index) * 16} textAnchor="middle">{`${name} `}</text>)}
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
  const size = nameSize(stages.map((stage) => read(stage.label, teller.format.language)), columns[0]?.width ?? 0);
  const texts = stages.map((stage, index) => textOf(stage, columns[index]!.width, size, written, teller, t('now')));
  // Names share a line across the columns.
  const base = height - 6 - (Math.max(0, ...texts.map((text) => text.info)) >= 1 ? 16 : 0) - (texts.some((text) => text.info === 2) ? 14 : 0);
  return (
    <g data-band="heads">
      {stages.map((stage, index) => <Head key={stage.id} stage={stage} column={columns[index]!} height={height} text={texts[index]!} base={base} />)}
    </g>
  );
}
