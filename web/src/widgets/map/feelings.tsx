// Draws the feelings: the band of 95 %, the curve, a face and a real sentence at each stage.
import { useTranslation } from 'react-i18next';
import { feelingColour } from '@/model/map/colour';
import type { Column } from '@/model/map/columns';
import type { FeelingPoint, Feelings } from '@/model/map/feelings';
import { fitLines } from '@/model/map/fit';
import { isLit } from '@/model/map/select';
import { feelingLines } from '@/model/map/sentences';
import { BandName } from './band_name';
import { Face } from './face';
import { Mark } from './mark';
import { ns } from './texts';
import { useMarks } from './teller';
import classes from './map.module.css';

const faceRadius = 9.5;

/** What somebody of this stage really said. */
function Quote({ point, column, bottom }: { point: FeelingPoint; column: Column; bottom: number }) {
  const { selection } = useMarks();
  const lines = point.quote ? fitLines(`«${point.quote}»`, column.width - 18, 11.5, 2) : [];
  return (
    <g className={isLit(selection, { id: point.id, stage: point.stage }) ? undefined : classes.dim}>
      {lines.map((line, index) => <text key={index} className={classes.quote} x={column.center} y={bottom + 14 + index * 13.5} textAnchor="middle">{line}</text>)}
    </g>
  );
}

function Point({ point }: { point: FeelingPoint }) {
  const { teller } = useMarks();
  const colour = feelingColour(point.mean);
  return (
    <Mark id={point.id} lines={feelingLines(teller, point)} x={point.x} y={point.y} stage={point.stage} data={{ 'data-kind': 'feeling', 'data-mean': point.mean, 'data-answers': point.n }}>
      <g transform={`translate(${point.x} ${point.y})`} style={{ color: point.hollow ? colour : 'var(--map-paper)' }}>
        <circle r={faceRadius + 2} fill="var(--map-paper)" />
        <circle className={classes.disc} r={faceRadius} fill={point.hollow ? 'var(--map-paper)' : colour} stroke={colour} strokeWidth={point.hollow ? 1.8 : 0} data-hollow={point.hollow ? 'true' : 'false'} />
        <Face mean={point.mean} size={faceRadius * 0.86} />
      </g>
      <circle className={classes.focus} cx={point.x} cy={point.y} r={faceRadius + 3} />
    </Mark>
  );
}

interface FeelingsDrawingProps {
  feelings: Feelings;
  columns: Column[];
  stages: string[];
  gutter: number;
  right: number;
}

export function FeelingsDrawing({ feelings, columns, stages, gutter, right }: FeelingsDrawingProps) {
  const { t } = useTranslation(ns);
  const bottom = feelings.top + feelings.height;
  return (
    <g data-band="feelings">
      <BandName text={t('feelings')} y={feelings.middle} width={gutter - 16} />
      <line className={classes.guide} x1={gutter - 12} x2={right} y1={feelings.middle} y2={feelings.middle} strokeDasharray="2 4" />
      {feelings.points.length === 0 ? <text className={classes.quote} x={gutter} y={feelings.middle - 8}>{t('noFeelings')}</text> : null}
      <path d={feelings.band} fill="var(--map-even)" fillOpacity={0.34} />
      <path d={feelings.curve} fill="none" stroke="var(--map-soft)" strokeWidth={1.6} />
      {feelings.points.map((point) => <Point key={point.id} point={point} />)}
      {feelings.points.map((point) => <Quote key={point.id} point={point} column={columns[stages.indexOf(point.stage)]!} bottom={bottom} />)}
    </g>
  );
}
