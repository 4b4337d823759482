// Draws the river: ribbons under basins, returns above both, beds at the bottom.
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Written } from '@/model/map/budget';
import { stageColour } from '@/model/map/colour';
import type { Basin, Bed, Ribbon, Ring, River } from '@/model/map/river';
import { textWidth } from '@/model/map/fit';
import { isLit } from '@/model/map/select';
import { basinLines, measureWords, ribbonLines, ringLines } from '@/model/map/sentences';
import type { MapStage } from '@/model/contract';
import { Mark } from './mark';
import { ns } from './texts';
import { useMarks } from './teller';
import classes from './map.module.css';

interface RiverDrawingProps {
  river: River;
  stages: MapStage[];
  written: Written;
  gutter: number;
  right: number;
  /** Motion of the water is wanted. */
  flowing: boolean;
}

function Stops({ ribbon, count, alarm }: { ribbon: Ribbon; count: number; alarm: boolean }) {
  const from = stageColour(Math.max(0, ribbon.fromIndex), count);
  const to = stageColour(Math.max(0, ribbon.toIndex), count);
  if (ribbon.kind === 'enter') {
    return (
      <>
        <stop offset="0" style={{ stopColor: to, stopOpacity: 0 }} />
        <stop offset="0.6" style={{ stopColor: to, stopOpacity: 0.75 }} />
        <stop offset="1" style={{ stopColor: to, stopOpacity: 0.9 }} />
      </>
    );
  }
  if (ribbon.kind === 'forward' && ribbon.toIndex < 0) {
    return (
      <>
        <stop offset="0" style={{ stopColor: from, stopOpacity: 0.85 }} />
        <stop offset="1" style={{ stopColor: from, stopOpacity: 0 }} />
      </>
    );
  }
  if (ribbon.kind === 'lost') {
    const bed = alarm ? 'var(--map-alarm)' : 'var(--map-stone)';
    return (
      <>
        <stop offset="0" style={{ stopColor: from, stopOpacity: 0.85 }} />
        <stop offset="0.45" style={{ stopColor: bed, stopOpacity: 0.6 }} />
        <stop offset="1" style={{ stopColor: bed, stopOpacity: 0.1 }} />
      </>
    );
  }
  return (
    <>
      <stop offset="0" style={{ stopColor: from, stopOpacity: 0.85 }} />
      <stop offset="1" style={{ stopColor: to, stopOpacity: 0.85 }} />
    </>
  );
}

function RibbonMark({ ribbon, bed, count, prefix, flowing }: { ribbon: Ribbon; bed: Bed | undefined; count: number; prefix: string; flowing: boolean }) {
  const { teller } = useMarks();
  const gradient = `${prefix}-${ribbon.kind}-${ribbon.fromIndex}-${ribbon.toIndex}`;
  const back = ribbon.kind === 'back';
  const paint = back ? stageColour(ribbon.toIndex, count) : `url(#${gradient})`;
  const seen = Math.max(ribbon.width, 0.8);
  const dash = back ? `${Math.max(6, seen * 1.1)} ${Math.max(3, seen * 0.28)}` : undefined;
  const vertical = ribbon.kind === 'lost';
  return (
    <Mark
      id={ribbon.id} lines={ribbonLines(teller, ribbon, bed)} x={ribbon.at.x} y={ribbon.at.y} from={ribbon.from} to={ribbon.to}
      data={{ 'data-kind': ribbon.kind, 'data-from': ribbon.from ?? '', 'data-to': ribbon.to ?? '', 'data-customers': ribbon.customers, 'data-volume': ribbon.volume }}
    >
      {back ? null : (
        <linearGradient id={gradient} gradientUnits="userSpaceOnUse" x1={vertical ? ribbon.x1 : ribbon.x1} y1={vertical ? ribbon.y1 : 0} x2={vertical ? ribbon.x2 : ribbon.x2} y2={vertical ? ribbon.y2 : 0}>
          <Stops ribbon={ribbon} count={count} alarm={bed?.alarm ?? false} />
        </linearGradient>
      )}
      {back || ribbon.kind === 'skip' ? <path className={classes.casing} d={ribbon.path} strokeWidth={seen + 3} /> : null}
      <path className={classes.ribbon} d={ribbon.path} stroke={paint} strokeWidth={seen} style={{ strokeOpacity: back ? 0.85 : 'var(--map-ribbon)' }} strokeDasharray={dash} data-ribbon={ribbon.kind} />
      {ribbon.arrow ? <path d={ribbon.arrow} fill={paint} /> : null}
      {flowing && (ribbon.kind === 'forward' || ribbon.kind === 'skip') && seen > 9 ? <path className={classes.current} d={ribbon.path} strokeWidth={1.4} strokeDasharray="22 58" /> : null}
      <path className={classes.focus} d={ribbon.path} style={{ fill: 'none', strokeWidth: Math.max(seen, 9), stroke: 'transparent', pointerEvents: 'stroke' }} />
    </Mark>
  );
}

function BasinMark({ basin, stage, count }: { basin: Basin; stage: MapStage; count: number }) {
  const { teller } = useMarks();
  const colour = stageColour(basin.index, count);
  const whole = basin.height + basin.extension;
  const middle = basin.x + basin.width / 2;
  if (basin.ghost) {
    return <rect x={basin.x} y={basin.y} width={basin.width} height={54} rx={5} fill="none" stroke="var(--map-stone)" strokeDasharray="3 4" data-kind="ghost" data-stage={basin.stage} />;
  }
  return (
    <Mark
      id={`stage:${basin.stage}`} lines={basinLines(teller, stage)} x={middle} y={basin.y + whole / 2} stage={basin.stage}
      data={{ 'data-kind': 'basin', 'data-customers': basin.entered, 'data-before': basin.before, 'data-now': basin.hereNow }}
    >
      <rect x={basin.x} y={basin.y} width={basin.width} height={Math.max(whole, 1)} fill="var(--map-paper)" />
      <rect x={basin.x} y={basin.y} width={basin.width} height={Math.max(basin.height, 1)} fill={colour} style={{ fillOpacity: 'var(--map-basin)' }} data-basin={basin.stage} />
      {basin.extension > 0.5 ? <rect x={basin.x + 0.5} y={basin.y + basin.height} width={basin.width - 1} height={basin.extension - 0.5} fill={colour} fillOpacity={0.2} stroke={colour} strokeOpacity={0.55} strokeDasharray="2 3" data-extension={basin.stage} /> : null}
      <rect x={basin.x} y={basin.level.y} width={basin.width} height={Math.max(0, basin.level.height)} fill={`color-mix(in oklab, ${colour} 74%, var(--map-ink))`} data-level={basin.stage} />
      <path d={`M${basin.x},${basin.y}V${basin.y + whole}H${basin.x + basin.width}V${basin.y}`} fill="none" stroke={`color-mix(in oklab, ${colour} 74%, var(--map-ink))`} strokeWidth={1.3} strokeLinejoin="round" pointerEvents="none" />
      {basin.broken ? <path d={`M${basin.x - 3},${basin.y + whole - 9}l${basin.width / 3 + 2},-4l${basin.width / 3 + 2},8l${basin.width / 3 + 2},-4`} fill="none" stroke="var(--map-paper)" strokeWidth={3} /> : null}
      <rect className={classes.focus} x={basin.x - 3} y={basin.y - 3} width={basin.width + 6} height={Math.max(whole, 6) + 6} rx={4} />
    </Mark>
  );
}

function RingMark({ ring, count, index, label }: { ring: Ring; count: number; index: number; label: boolean }) {
  const { teller } = useMarks();
  const colour = stageColour(index, count);
  const { x, y, radius } = ring;
  return (
    <Mark id={ring.id} lines={ringLines(teller, ring)} x={x} y={y} from={ring.stage} to={ring.stage} data={{ 'data-kind': 'loop', 'data-from': ring.stage, 'data-to': ring.stage, 'data-customers': ring.people }}>
      <path d={`M${x - radius * 0.62},${y + radius * 0.78}A${radius},${radius} 0 1 1 ${x + radius * 0.62},${y + radius * 0.78}`} fill="none" stroke={colour} strokeWidth={2.2} strokeLinecap="round" />
      <path d={`M${x + radius * 0.05},${y + radius * 0.62}l5.6,3.4l0.6,-6.4z`} fill={colour} />
      {label ? <text className={classes.tiny} x={x + radius + 6} y={y + 3.5}>×{teller.format.number(ring.times, 1)}</text> : null}
      <circle className={classes.focus} cx={x} cy={y} r={radius + 4} />
    </Mark>
  );
}

function BedDrawing({ bed, written, prefix, right }: { bed: Bed; written: boolean; prefix: string; right: number }) {
  const { teller, selection } = useMarks();
  const { number, percent } = teller.format;
  const text = `${number(bed.customers)} · ${percent(bed.share, 0)}`;
  const middle = Math.min(bed.x + bed.width / 2, right - (textWidth(text, 11.5) * (bed.alarm ? 1.1 : 1)) / 2);
  return (
    <g aria-hidden pointerEvents="none" className={isLit(selection, { id: bed.ribbon, from: bed.stage }) ? undefined : classes.dim}>
      <rect x={bed.x} y={bed.y} width={bed.width} height={bed.height} fill={`url(#${prefix}-bed${bed.alarm ? '-alarm' : ''})`} data-bed={bed.stage} />
      {written ? (
        <text className={bed.alarm ? `${classes.small} ${classes.alarmText}` : classes.small} x={middle} y={bed.y + bed.height + 12.5} textAnchor="middle">{text}</text>
      ) : null}
    </g>
  );
}

export function Hatches({ prefix }: { prefix: string }) {
  return (
    <>
      {(['', '-alarm'] as const).map((kind) => (
        <pattern key={kind} id={`${prefix}-bed${kind}`} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
          <rect width="1.5" height="5" fill={kind === '' ? 'var(--map-stone)' : 'var(--map-alarm)'} fillOpacity={0.75} />
        </pattern>
      ))}
      <pattern id={`${prefix}-few`} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="2" height="4" fill="var(--map-paper)" />
      </pattern>
    </>
  );
}

/** Words in the gutter for what comes in at the left and lies at the bottom. */
function RiverNames({ river, plain }: { river: River; plain: boolean }) {
  const { t } = useTranslation(ns);
  const { selection } = useMarks();
  const first = river.ribbons.find((ribbon) => ribbon.kind === 'enter' && ribbon.toIndex === 0);
  return (
    <g className={selection === null ? undefined : classes.dim}>
      {plain && first ? <text className={classes.bandName} x={0} y={first.y2 + 4}>{t('arrive')}</text> : null}
      {river.beds.length > 0 ? <text className={classes.bandName} x={0} y={river.bedLine + 16}>{t('stop')}</text> : null}
    </g>
  );
}

function Reach({ river, gutter, written }: { river: River; gutter: number; written: boolean }) {
  const { t } = useTranslation(ns);
  const { teller, selection } = useMarks();
  const first = river.basins[0];
  const { reach } = teller.answer;
  if (!first || reach.length === 0) return null;
  const height = Math.max(first.height, reach.length * 17);
  const end = gutter - 50;
  return (
    <g data-kind="reach" className={selection === null ? undefined : classes.dim}>
      {[...reach].sort((a, b) => b.value - a.value).slice(0, 3).map((item, index) => {
        const y = first.y + (height * (index + 0.5)) / Math.min(3, reach.length);
        return (
          <g key={item.measure} data-measure={item.measure} data-value={item.value}>
            <line x1={1} x2={end + 44} y1={y} y2={y} stroke="var(--map-soft)" strokeWidth={1.6} strokeDasharray="0.1 5" strokeLinecap="round" opacity={0.8} />
            <text className={classes.tiny} x={0} y={y - 5}>
              {written ? `${item.value < 1e6 ? teller.format.number(item.value) : teller.format.compact(item.value)} ` : ''}{measureWords(teller, item.measure)}
            </text>
          </g>
        );
      })}
      <text className={classes.tiny} x={0} y={first.y + height + 12} opacity={0.8}>{t('nameless')}</text>
    </g>
  );
}

const drawOrder: Record<Ribbon['kind'], number> = { lost: 0, enter: 1, forward: 2, skip: 3, back: 4, loop: 5 };

/** Where the river would run: a dotted bed between basins of which at least one is empty. */
function GhostRibbons({ river }: { river: River }) {
  return (
    <g aria-hidden fill="none" stroke="var(--map-stone)" strokeWidth={1.1} strokeDasharray="1 5" strokeLinecap="round" opacity={0.9}>
      {river.basins.slice(1).map((basin, index) => {
        const before = river.basins[index]!;
        if (!basin.ghost || !before.ghost) return null;
        const x = before.x + before.width;
        const middle = (x + basin.x) / 2;
        const [top, bottom] = [basin.y + 8, basin.y + 38];
        return <path key={basin.stage} d={`M${x},${top}C${middle},${top} ${middle},${top + 5} ${basin.x},${top + 5}M${x},${bottom}C${middle},${bottom} ${middle},${bottom - 8} ${basin.x},${bottom - 8}`} />;
      })}
    </g>
  );
}

export function RiverDrawing({ river, stages, written, gutter, right, flowing }: RiverDrawingProps) {
  const { teller } = useMarks();
  const prefix = useId().replace(/[^a-zA-Z0-9]/g, '');
  const beds = new Map(river.beds.map((bed) => [bed.ribbon, bed]));
  const ordered = [...river.ribbons].sort((a, b) => drawOrder[a.kind] - drawOrder[b.kind]);
  const mark = (ribbon: Ribbon) => <RibbonMark key={ribbon.id} ribbon={ribbon} bed={beds.get(ribbon.id)} count={stages.length} prefix={prefix} flowing={flowing} />;
  return (
    <g data-band="river" data-scale={river.scale}>
      <defs><Hatches prefix={prefix} /></defs>
      <GhostRibbons river={river} />
      <RiverNames river={river} plain={teller.answer.reach.length === 0} />
      <Reach river={river} gutter={gutter} written={written.reach} />
      {ordered.filter((ribbon) => ribbon.kind !== 'back').map(mark)}
      {river.beds.map((bed) => <BedDrawing key={bed.stage} bed={bed} written={written.lost.has(bed.stage)} prefix={prefix} right={right} />)}
      {ordered.filter((ribbon) => ribbon.kind === 'back').map(mark)}
      {river.basins.map((basin) => <BasinMark key={basin.stage} basin={basin} stage={stages[basin.index]!} count={stages.length} />)}
      {river.rings.map((ring) => (
        <RingMark key={ring.id} ring={ring} count={stages.length} index={stages.findIndex((stage) => stage.id === ring.stage)} label={written.ring.has(ring.stage)} />
      ))}
    </g>
  );
}
