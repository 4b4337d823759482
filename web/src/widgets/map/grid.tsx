// Draws the touchpoints: a line each, a circle at every crossing with a stage.
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { feelingColour } from '@/model/map/colour';
import { fit, fitLines, textWidth } from '@/model/map/fit';
import type { Circle, Grid } from '@/model/map/grid';
import { circleLines, flagWords, lineName } from '@/model/map/sentences';
import { isLit } from '@/model/map/select';
import type { Line } from '@/model/map/rows';
import { TouchIcon } from '@/widgets/touch_icon';
import { mouthPath } from './face';
import { Mark } from './mark';
import { Hatches } from './river';
import { ns } from './texts';
import { useMarks } from './teller';
import classes from './map.module.css';

const arcGap = 3;

function Arc({ circle }: { circle: Circle }) {
  if (circle.arc === null || circle.cell === null) return null;
  const radius = circle.radius + arcGap;
  return (
    <>
    <circle cx={circle.x} cy={circle.y} r={radius} fill="none" stroke="var(--map-ink)" strokeOpacity={0.13} strokeWidth={1.8} />
    <circle
      cx={circle.x} cy={circle.y} r={radius} fill="none" stroke="var(--map-ink)" strokeOpacity={0.82} strokeWidth={1.8} pathLength={1}
      strokeDasharray={`${circle.arc} 1`} transform={`rotate(-90 ${circle.x} ${circle.y})`} data-arc={circle.arc}
    />
    </>
  );
}

function Disc({ circle, prefix }: { circle: Circle; prefix: string }) {
  const seen = Math.max(1, circle.radius);
  const felt = circle.fill !== 'none' && circle.emotion !== null;
  return (
    <>
      <circle
        className={classes.disc} cx={circle.x} cy={circle.y} r={seen} data-disc={circle.id} data-fill={circle.fill}
        fill={felt ? feelingColour(circle.emotion!.mean) : 'var(--map-mute)'} stroke={felt ? 'none' : 'var(--map-soft)'} strokeWidth={1}
      />
      {circle.fill === 'few' ? <circle cx={circle.x} cy={circle.y} r={Math.max(0.5, seen - 1)} fill={`url(#${prefix}-few)`} pointerEvents="none" /> : null}
      {circle.fill === 'felt' && seen >= 6 ? (
        <path d={mouthPath(circle.emotion!.mean, Math.min(seen, 13) * 0.75)} transform={`translate(${circle.x} ${circle.y + (circle.emotion!.mean > 0 ? -1 : 1)})`} fill="none" stroke="var(--map-paper)" strokeWidth={1.7} strokeLinecap="round" pointerEvents="none" />
      ) : null}
    </>
  );
}

function Flag({ x, y }: { x: number; y: number }) {
  return (
    <g transform={`translate(${x} ${y})`} fill="none" stroke="var(--map-alarm)" strokeWidth={1.4} strokeLinecap="round" aria-hidden>
      <path d="M0,9V0" />
      <path d="M0,0.4H7L5.2,2.7L7,5H0Z" fill="var(--map-alarm)" strokeLinejoin="round" />
    </g>
  );
}

/** The number and the flag, outside the mark: its own sentence says them already. One after the other where the column is wide. */
function Beside({ circle, column }: { circle: Circle; column: number }) {
  const { teller, selection } = useMarks();
  if (!circle.numbered && circle.flag === null) return null;
  const x = circle.x + circle.radius + arcGap + 6;
  const number = circle.numbered ? teller.format.number(circle.cell!.customers) : '';
  const word = circle.flag === null || column <= 92 ? '' : flagWords(teller, circle.flag);
  const along = number === '' ? 0 : textWidth(number, 11.5) + 10;
  // Never as far as the next column's circle.
  const inLine = circle.radius + arcGap + 16 + along + textWidth(word, 10.5) < column - 24;
  const stacked = number !== '' && circle.flag !== null && !inLine;
  const flag = { x: x + (stacked ? 0 : along), y: circle.y + (stacked ? -11 : -4.5) };
  return (
    <g pointerEvents="none" aria-hidden className={isLit(selection, { id: circle.id, stage: circle.stage, row: circle.line }) ? undefined : classes.dim}>
      {circle.flag !== null ? (
        <>
          <Flag x={flag.x} y={flag.y} />
          {word === '' ? null : <text className={classes.flag} x={flag.x + 10} y={flag.y + 8}>{word}</text>}
        </>
      ) : null}
      {number === '' ? null : <text className={classes.number} x={x - 1} y={circle.y + (stacked ? 11 : 4)}>{number}</text>}
    </g>
  );
}

function CircleMark({ circle, line, prefix }: { circle: Circle; line: Line; prefix: string }) {
  const { teller } = useMarks();
  const { cell } = circle;
  return (
    <Mark
      id={circle.id} lines={circleLines(teller, circle, line)} x={circle.x} y={circle.y} stage={circle.stage} row={circle.line}
      data={{
        'data-kind': 'cell', 'data-customers': cell?.customers ?? 0, 'data-to-next': circle.arc ?? undefined, 'data-feeling': circle.emotion?.mean,
        'data-answers': circle.emotion?.n, 'data-flag': circle.flag ?? undefined,
      }}
    >
      {cell === null ? (
        <circle cx={circle.x} cy={circle.y} r={4} fill="var(--map-paper)" stroke="var(--map-stone)" strokeDasharray="1 2.4" strokeLinecap="round" strokeWidth={1.2} />
      ) : (
        <>
          <circle cx={circle.x} cy={circle.y} r={circle.radius + arcGap + 2.5} fill="var(--map-paper)" />
          <Disc circle={circle} prefix={prefix} />
          <Arc circle={circle} />
        </>
      )}
      <circle className={classes.focus} cx={circle.x} cy={circle.y} r={Math.max(11, circle.radius + arcGap + 3)} />
    </Mark>
  );
}

/** On one line, or on two smaller ones where a name is long. */
function LineName({ name, y, width, height }: { name: string; y: number; width: number; height: number }) {
  const long = textWidth(name, 12.5) > width && height >= 19;
  const lines = long ? fitLines(name, width + 4, 10, 2) : [fit(name, width, 12.5)];
  const first = lines.length === 2 ? y - 1.5 : y + 4;
  return <text className={long ? classes.rowLong : classes.row}>{lines.map((line, index) => <tspan key={index} x={24} y={first + index * 10.5}>{line}</tspan>)}</text>;
}

interface GridDrawingProps {
  grid: Grid;
  gutter: number;
  right: number;
  /** Width of a column. */
  column: number;
}

export function GridDrawing({ grid, gutter, right, column }: GridDrawingProps) {
  const { t } = useTranslation(ns);
  const { teller, selection } = useMarks();
  const prefix = useId().replace(/[^a-zA-Z0-9]/g, '');
  const lines = new Map(grid.lines.map((item) => [item.line.id, item.line]));
  const ordered = [...grid.circles].sort((a, b) => b.radius - a.radius);
  return (
    <g data-band="touchpoints" data-area-scale={grid.areaScale}>
      <defs><Hatches prefix={prefix} /></defs>
      {grid.heads.map((head) => <text key={head.group} className={classes.groupName} x={0} y={head.y}>{t(`group.${head.group}`)}</text>)}
      {grid.lines.map(({ line, y, height }) => {
        const name = lineName(teller, line);
        return (
          <g key={line.id} data-line={line.id} className={isLit(selection, { id: `row:${line.id}` }) || selection?.kind !== 'cell' ? undefined : classes.dim}>
            <title>{name}</title>
            <line className={classes.guide} x1={gutter - 12} x2={right} y1={y} y2={y} />
            {line.row ? <g transform={`translate(0 ${y - 8})`} color="var(--map-soft)"><TouchIcon name={line.row.icon} size={16} /></g> : null}
            <LineName name={name} y={y} width={gutter - 44} height={height} />
          </g>
        );
      })}
      {ordered.map((circle) => <CircleMark key={circle.id} circle={circle} line={lines.get(circle.line)!} prefix={prefix} />)}
      {ordered.map((circle) => <Beside key={circle.id} circle={circle} column={column} />)}
    </g>
  );
}
