// A face that needs no colour to be read: the mouth says it.
import { moodOf } from '@/model/map/colour';

export function mouthPath(mean: number, size: number): string {
  const width = size * 0.46;
  const bend = moodOf(mean) === 'even' ? 0 : Math.max(-1, Math.min(1, mean / 1.4)) * size * 0.42;
  return `M${-width},0Q0,${bend * 1.25} ${width},0`;
}

export function Face({ mean, size }: { mean: number; size: number }) {
  return (
    <g aria-hidden>
      <circle cx={-size * 0.34} cy={-size * 0.2} r={Math.max(0.8, size * 0.11)} fill="currentColor" />
      <circle cx={size * 0.34} cy={-size * 0.2} r={Math.max(0.8, size * 0.11)} fill="currentColor" />
      <path d={mouthPath(mean, size)} transform={`translate(0 ${size * 0.3})`} fill="none" stroke="currentColor" strokeWidth={Math.max(1, size * 0.14)} strokeLinecap="round" />
    </g>
  );
}
