// The curve of feelings: one point a stage on the scale -2 to +2, with its 95 % band.
import type { MapAnswer } from '@/model/contract';
import type { Column } from './columns';
import { enoughAnswers } from './grid';

export interface FeelingPoint {
  id: string;
  stage: string;
  x: number;
  y: number;
  mean: number;
  n: number;
  low: number;
  high: number;
  /** Under ten answers. */
  hollow: boolean;
  quote: string | null;
}

export interface Feelings {
  points: FeelingPoint[];
  curve: string;
  band: string;
  middle: number;
  top: number;
  height: number;
}

export const feelingId = (stage: string): string => `feeling:${stage}`;

const n = (value: number): string => String(Math.round(value * 100) / 100);

interface XY {
  x: number;
  y: number;
}

/** A smooth line that never swings beyond its points (monotone cubic). */
export function smoothLine(points: XY[]): string {
  if (points.length === 0) return '';
  const first = points[0]!;
  if (points.length === 1) return `M${n(first.x)},${n(first.y)}`;
  const slopes = points.slice(1).map((point, i) => (point.y - points[i]!.y) / (point.x - points[i]!.x));
  const tangents = points.map((_, i) => {
    if (i === 0) return slopes[0]!;
    if (i === points.length - 1) return slopes[i - 1]!;
    const before = slopes[i - 1]!;
    const after = slopes[i]!;
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
  const parts = points.slice(1).map((point, i) => {
    const start = points[i]!;
    const third = (point.x - start.x) / 3;
    return `C${n(start.x + third)},${n(start.y + tangents[i]! * third)} ${n(point.x - third)},${n(point.y - tangents[i + 1]! * third)} ${n(point.x)},${n(point.y)}`;
  });
  return `M${n(first.x)},${n(first.y)}${parts.join('')}`;
}

export function layoutFeelings(answer: Pick<MapAnswer, 'stages' | 'emotion'>, frame: { columns: Column[]; top: number; height: number }): Feelings {
  const middle = frame.top + frame.height / 2;
  const yOf = (value: number) => middle - (Math.max(-2, Math.min(2, value)) / 2) * (frame.height / 2);
  const points = answer.stages.flatMap((stage, index) => {
    const felt = answer.emotion.find((item) => item.stage === stage.id);
    if (!felt || felt.n === 0) return [];
    return [{
      id: feelingId(stage.id), stage: stage.id, x: frame.columns[index]!.center, y: yOf(felt.mean), mean: felt.mean, n: felt.n,
      low: felt.low, high: felt.high, hollow: felt.n < enoughAnswers, quote: felt.quote?.text ?? null,
    }];
  });
  const upper = points.map((point) => ({ x: point.x, y: yOf(point.high) }));
  const lower = points.map((point) => ({ x: point.x, y: yOf(point.low) })).reverse();
  const band = points.length < 2 ? '' : `${smoothLine(upper)}L${smoothLine(lower).slice(1)}Z`;
  return { points, curve: points.length < 2 ? '' : smoothLine(points), band, middle, top: frame.top, height: frame.height };
}
