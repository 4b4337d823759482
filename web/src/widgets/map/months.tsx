// The months at the foot: bars, two handles that choose the period, and Play.
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { monthAt, monthName, type Months } from '@/model/map/time';
import { BandName } from './band_name';
import { ns } from './texts';
import { useMarks } from './teller';
import classes from './map.module.css';

interface MonthsDrawingProps {
  months: Months;
  frame: { left: number; right: number; top: number; height: number };
  years: boolean;
  playing: boolean;
  onPlay: () => void;
  onChoose: (first: number, last: number) => void;
}

interface HandleProps {
  x: number;
  index: number;
  label: string;
  text: string;
  count: number;
  frame: MonthsDrawingProps['frame'];
  onMove: (index: number) => void;
}

function Handle({ x, index, label, text, count, frame, onMove }: HandleProps) {
  const dragging = useRef(false);
  const move = (event: PointerEvent<SVGGElement>) => {
    if (!dragging.current) return;
    const box = event.currentTarget.ownerSVGElement!.getBoundingClientRect();
    onMove(monthAt(event.clientX - box.left, count, frame));
  };
  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' || event.key === 'ArrowDown' ? -1 : event.key === 'ArrowRight' || event.key === 'ArrowUp' ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(Math.max(0, Math.min(count - 1, index + by)));
  };
  return (
    <g
      role="slider" tabIndex={0} aria-label={label} aria-valuemin={0} aria-valuemax={count - 1} aria-valuenow={index} aria-valuetext={text} className={classes.handle}
      onKeyDown={step}
      onPointerDown={(event) => {
        dragging.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={() => {
        dragging.current = false;
      }}
    >
      <rect x={x - 12} y={frame.top - 6} width={24} height={frame.height + 12} fill="transparent" />
      <line x1={x} x2={x} y1={frame.top - 3} y2={frame.top + frame.height + 2} stroke="var(--map-ink)" strokeWidth={1.4} />
      <rect x={x - 3.5} y={frame.top + frame.height / 2 - 8} width={7} height={16} rx={3.5} fill="var(--map-paper)" stroke="var(--map-ink)" strokeWidth={1.4} />
    </g>
  );
}

export function MonthsDrawing({ months, frame, years, playing, onPlay, onChoose }: MonthsDrawingProps) {
  const { t } = useTranslation(ns);
  const { format } = useMarks().teller;
  const { bars, first, last } = months;
  const middle = frame.top + frame.height / 2;
  // Every third month is named, January among them.
  const first3 = Math.max(0, bars.findIndex((bar) => ['01', '04', '07', '10'].includes(bar.start.slice(5, 7)))) % 3;
  const name = (index: number) => (bars[index] ? format.month(bars[index].start) : '');
  return (
    <g data-band="months">
      {bars.length === 0 ? null : <BandName text={t('months')} y={middle} width={frame.left - 52} />}
      {bars.length > 1 ? (
        <g
          role="button" tabIndex={0} aria-label={t(playing ? 'pause' : 'play')} aria-pressed={playing} className={classes.play}
          transform={`translate(${frame.left - 34} ${middle})`} onClick={onPlay}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== ' ') return;
            event.preventDefault();
            event.stopPropagation();
            onPlay();
          }}
        >
          <circle r={11} fill="var(--viaggio-card)" stroke="var(--map-stone)" />
          {playing ? <path d="M-3,-4V4M3,-4V4" stroke="var(--map-ink)" strokeWidth={2.2} /> : <path d="M-3,-4.6L5,0L-3,4.6Z" fill="var(--map-ink)" />}
        </g>
      ) : null}
      {bars.length === 0 ? null : <line className={classes.guide} x1={frame.left} x2={frame.right} y1={frame.top + frame.height + 0.5} y2={frame.top + frame.height + 0.5} />}
      {bars.map((bar, index) => (
        <g key={bar.start}>
          <rect x={bar.x} y={bar.y} width={bar.width} height={Math.max(bar.height, bar.customers > 0 ? 1 : 0)} rx={1.5} fill={bar.inside ? 'var(--map-ink)' : 'var(--map-stone)'} fillOpacity={bar.inside ? 0.78 : 0.5} data-month={bar.start} data-customers={bar.customers} />
          {index % 3 === first3 ? (
            <text className={classes.tiny} x={bar.x} y={frame.top + frame.height + 12.5}>{monthName(bar.start, format.locale, years && bar.start.slice(5, 7) === '01')}</text>
          ) : null}
          <rect x={bar.x - bar.width * 0.2} y={frame.top - 4} width={bar.width * 1.4} height={frame.height + 8} fill="transparent" cursor="pointer" onClick={() => onChoose(index, index)}>
            <title>{`${name(index)}: ${format.number(bar.customers)}`}</title>
          </rect>
        </g>
      ))}
      {bars.length > 1 ? (
        <>
          <Handle x={months.from} index={first} label={t('fromHandle')} text={name(first)} count={bars.length} frame={frame} onMove={(index) => index !== first && onChoose(Math.min(index, last), last)} />
          <Handle x={months.to} index={last} label={t('toHandle')} text={name(last)} count={bars.length} frame={frame} onMove={(index) => index !== last && onChoose(first, Math.max(index, first))} />
        </>
      ) : null}
    </g>
  );
}
