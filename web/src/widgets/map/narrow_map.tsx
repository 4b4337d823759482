// The map on a phone. See model/map/narrow for what the band shows.
import { Button } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useLabel } from '@/base/preferences';
import type { MapStage } from '@/model/contract';
import { feelingColour, stageColour } from '@/model/map/colour';
import { doorAddress, doorOf, fillerOf } from '@/model/map/ghost';
import { fillOf } from '@/model/map/grid';
import { bandWidth, cardGap, cardHeight, layoutNarrow, type Narrow, type NarrowStage } from '@/model/map/narrow';
import { kpiOf, lightWord, lineName, moodWords, type Teller } from '@/model/map/sentences';
import { selectionId, type Selection } from '@/model/map/select';
import { Face } from './face';
import { KpiLight } from './heads';
import { Hatches } from './river';
import { ns } from './texts';
import classes from './map.module.css';
import own from './narrow.module.css';

function Band({ narrow, count, prefix }: { narrow: Narrow; count: number; prefix: string }) {
  return (
    <svg className={own.band} width={bandWidth} height={narrow.height} viewBox={`0 0 ${bandWidth} ${narrow.height}`} aria-hidden data-scale={narrow.scale}>
      <defs>
        <Hatches prefix={prefix} />
        {narrow.stages.map((item) => (
          <linearGradient key={item.stage} id={`${prefix}-on-${item.index}`} x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" style={{ stopColor: stageColour(item.index, count) }} />
            <stop offset="1" style={{ stopColor: stageColour(Math.min(item.index + 1, count - 1), count) }} />
          </linearGradient>
        ))}
      </defs>
      {narrow.stages.map((item) => (
        <g key={item.stage}>
          {item.lost ? <path d={item.lost.path} fill="none" stroke={item.lost.alarm ? 'var(--map-alarm)' : 'var(--map-stone)'} strokeOpacity={0.5} strokeWidth={Math.max(0.8, item.lost.width)} data-kind="lost" data-stage={item.stage} data-customers={item.lost.customers} /> : null}
          {item.onward ? <rect {...rect(item.onward)} fill={`url(#${prefix}-on-${item.index})`} fillOpacity={0.75} data-kind="forward" data-stage={item.stage} data-customers={item.onward.people} /> : null}
          <rect {...rect(item.basin)} fill={stageColour(item.index, count)} style={{ fillOpacity: 'var(--map-basin)' }} data-kind="basin" data-stage={item.stage} />
          <rect x={item.basin.x} y={item.basin.y + item.basin.height * (1 - item.level)} width={item.basin.width} height={item.basin.height * item.level} fill={`color-mix(in oklab, ${stageColour(item.index, count)} 74%, var(--map-ink))`} />
          {item.basin.width === 0 ? <rect x={bandWidth - 16} y={item.y + 2} width={15} height={cardHeight - 4} rx={4} fill="none" stroke="var(--map-stone)" strokeDasharray="3 4" /> : null}
        </g>
      ))}
    </svg>
  );
}

const rect = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => ({ x, y, width, height });

/** Letters of a name that fit on one line of a card. */
const longName = 26;

interface StageCardProps {
  item: NarrowStage;
  stage: MapStage;
  teller: Teller;
  selection: Selection | null;
  /** Of the patterns that the band defines. */
  prefix: string;
  onSelect: (id: string) => void;
}

function StageCard({ item, stage, teller, selection, prefix, onSelect }: StageCardProps) {
  const { t } = useTranslation(ns);
  const label = useLabel();
  const { format, answer } = teller;
  const felt = answer.emotion.find((emotion) => emotion.stage === stage.id && emotion.n > 0);
  const seen = stage.entered + stage.before > 0;
  const chosen = selection !== null && selectionId(selection) === `stage:${stage.id}`;
  const filler = fillerOf(stage, item.index, answer.stages.length);
  const light = seen ? kpiOf(stage)?.light : null;
  const lit = selection === null || chosen || (selection.kind !== 'flow' && selection.stage === stage.id);
  return (
    <article className={lit ? own.card : `${own.card} ${own.dim}`} style={{ height: cardHeight, marginBottom: cardGap }} data-stage={stage.id}>
      <button type="button" className={own.head} aria-pressed={chosen} onClick={() => onSelect(`stage:${stage.id}`)}>
        <span className={label(stage.label).length > longName ? `${own.name} ${own.longName}` : own.name}>
          {label(stage.label)}
          {light ? <svg width={11} height={11} viewBox="-5.5 -5.5 11 11" className={own.light} role="img" aria-label={lightWord(teller, light)}><KpiLight x={0} y={0} light={light} /></svg> : null}
        </span>
        {felt ? (
          <svg width={24} height={24} viewBox="-12 -12 24 24" className={own.face} style={{ color: felt.n < 10 ? feelingColour(felt.mean) : 'var(--viaggio-card)' }} role="img" aria-label={moodWords(teller, felt.mean)}>
            <circle r={10} fill={felt.n < 10 ? 'none' : feelingColour(felt.mean)} stroke={feelingColour(felt.mean)} strokeWidth={1.6} />
            <Face mean={felt.mean} size={8.4} />
          </svg>
        ) : null}
        <span className={own.info}>{seen ? `${format.number(stage.here_now)} ${t('now')}${stage.value > 0 ? ` · ${format.money(Math.round(stage.value), answer.currency)}` : ''}` : t('blind')}</span>
      </button>
      {seen ? null : (
        <div className={own.ghost} data-ghost={stage.id}>
          <p>{t(`filler.${filler}`)}</p>
          <Button component={Link} to={doorAddress[doorOf[filler]]} size="xs" variant="default">{t(`door.${doorOf[filler]}`)}</Button>
        </div>
      )}
      {item.circles.length > 0 ? (
        <ul className={own.circles}>
          {item.circles.map(({ line, cell, radius }) => (
            <li key={line.id}>
              <button type="button" onClick={() => onSelect(`cell:${stage.id}:${line.id}`)}>
                <svg width={40} height={38} viewBox="-20 -19 40 38" aria-hidden>
                  <circle r={Math.max(1, radius)} fill={fillOf(cell.emotion) === 'none' ? 'var(--map-mute)' : feelingColour(cell.emotion!.mean)} stroke={fillOf(cell.emotion) === 'none' ? 'var(--map-soft)' : 'none'} />
                  {fillOf(cell.emotion) === 'few' ? <circle r={Math.max(0.5, radius - 1)} fill={`url(#${prefix}-few)`} data-few /> : null}
                  {cell.to_next === null ? null : <circle r={radius + 3} fill="none" stroke="var(--map-ink)" strokeWidth={1.7} pathLength={1} strokeDasharray={`${cell.to_next} 1`} transform="rotate(-90)" />}
                </svg>
                <span>{lineName(teller, line)}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {item.lost ? (
        <button type="button" className={item.lost.alarm ? `${own.lost} ${own.alarm}` : own.lost} onClick={() => onSelect(`flow:lost:${stage.id}:`)}>
          ← {format.number(item.lost.customers)} · {format.percent(item.lost.share, 0)} {t('table.lost').toLowerCase()}
        </button>
      ) : null}
    </article>
  );
}

export function NarrowMap({ teller, selection, onSelect }: { teller: Teller; selection: Selection | null; onSelect: (id: string) => void }) {
  const prefix = useId().replace(/[^a-zA-Z0-9]/g, '');
  const narrow = layoutNarrow(teller.answer);
  return (
    <div className={`${classes.map} ${own.narrow}`}>
      <Band narrow={narrow} count={teller.answer.stages.length} prefix={prefix} />
      <div>
        {narrow.stages.map((item) => <StageCard key={item.stage} prefix={prefix} item={item} stage={teller.answer.stages[item.index]!} teller={teller} selection={selection} onSelect={onSelect} />)}
      </div>
    </div>
  );
}
