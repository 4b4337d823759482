// The map on a wide window: one drawing, four bands, shared columns.
import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseNumbers } from '@/model/map/budget';
import { layoutMap } from '@/model/map/layout';
import type { Dot } from '@/model/map/live';
import { isDirection, neighbour } from '@/model/map/marks';
import type { Teller } from '@/model/map/sentences';
import type { Selection } from '@/model/map/select';
import { FeelingsDrawing } from './feelings';
import { GhostStage } from './ghost_stage';
import { GridDrawing } from './grid';
import { Heads } from './heads';
import { HoverCard, type Hover } from './hover_card';
import { LiveDots } from './live_dots';
import { MonthsDrawing } from './months';
import { RiverDrawing } from './river';
import { ns } from './texts';
import { MarkContext } from './teller';
import classes from './map.module.css';

export interface WideMapProps {
  teller: Teller;
  width: number;
  height: number;
  /** Chosen days; null for all time. */
  days: { from: string; to: string } | null;
  /** Numbers already on the screen around the drawing. */
  spent: number;
  selection: Selection | null;
  onSelect: (id: string) => void;
  dots: Dot[];
  playing: boolean;
  onPlay: () => void;
  onMonths: (first: number, last: number) => void;
}

/** The marks as the browser laid them out, for the arrows. */
function marksIn(svg: SVGSVGElement) {
  return [...svg.querySelectorAll<SVGGElement>('[data-mark]')].map((node) => ({ id: node.dataset.mark!, x: Number(node.dataset.x), y: Number(node.dataset.y) }));
}

export function WideMap({ teller, width, height, days, spent, selection, onSelect, dots, playing, onPlay, onMonths }: WideMapProps) {
  const { t } = useTranslation(ns);
  const { answer } = teller;
  const svg = useRef<SVGSVGElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const [active, setActive] = useState('');
  const still = useMediaQuery('(prefers-reduced-motion: reduce)') ?? false;
  const layout = useMemo(() => layoutMap(answer, days, { width, height }), [answer, days, width, height]);
  // Five numbered circles, the people of every head and "altri N" are always written.
  const always = answer.stages.length + layout.grid.circles.filter((circle) => circle.numbered).length + (layout.grid.lines.some((item) => item.line.row === null) ? 1 : 0);
  const written = useMemo(() => chooseNumbers(answer, layout.river, spent + always), [answer, layout, spent, always]);
  const first = answer.stages[0] ? `head:${answer.stages[0].id}` : '';
  const marks = useMemo(
    () => ({ teller, selection, active: active || first, onActive: setActive, onSelect, onHover: setHover }),
    [teller, selection, active, first, onSelect],
  );
  const onKeyDown = useCallback((event: KeyboardEvent<SVGSVGElement>) => {
    const current = (event.target as Element).closest<SVGGElement>('[data-mark]')?.dataset.mark;
    if (!current || !svg.current || !isDirection(event.key)) return;
    event.preventDefault();
    const next = neighbour(marksIn(svg.current), current, event.key);
    svg.current.querySelector<SVGGElement>(`[data-mark="${CSS.escape(next)}"]`)?.focus();
  }, []);
  const column = layout.columns[0]?.width ?? 0;
  const stageIds = answer.stages.map((stage) => stage.id);
  return (
    <div className={classes.map} style={{ width, height: layout.height }}>
      <MarkContext value={marks}>
        <svg ref={svg} className={classes.svg} width={width} height={layout.height} viewBox={`0 0 ${width} ${layout.height}`} role="group" aria-label={t('drawing')} onKeyDown={onKeyDown} data-unit={layout.river.unit}>
          {layout.columns.slice(1).map((item) => <line key={item.index} className={classes.guide} x1={item.left} x2={item.left} y1={10} y2={layout.feelings.top + layout.feelings.height} strokeOpacity={0.55} />)}
          <Heads stages={answer.stages} columns={layout.columns} height={layout.head.height} written={written} />
          <RiverDrawing river={layout.river} stages={answer.stages} written={written} gutter={layout.gutter} right={width} flowing={!still} />
          <GridDrawing grid={layout.grid} gutter={layout.gutter} right={width} column={column} />
          <FeelingsDrawing feelings={layout.feelings} columns={layout.columns} stages={stageIds} gutter={layout.gutter} right={width} />
          <MonthsDrawing months={layout.months} frame={layout.monthsFrame} years={written.years} playing={playing} onPlay={onPlay} onChoose={onMonths} />
          <LiveDots dots={dots} grid={layout.grid} gutter={layout.gutter} />
        </svg>
        {answer.stages.map((stage, index) => stage.entered + stage.before === 0 ? (
          <GhostStage key={stage.id} stage={stage} column={layout.columns[index]!} count={answer.stages.length} top={layout.river.surface + 66} />
        ) : null)}
        {hover ? <HoverCard hover={hover} width={width} height={layout.height} /> : null}
      </MarkContext>
    </div>
  );
}
