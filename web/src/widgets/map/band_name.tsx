// The name of a band in the gutter, on two lines where the gutter is narrow.
import { fitLines } from '@/model/map/fit';
import classes from './map.module.css';

export function BandName({ text, y, width }: { text: string; y: number; width: number }) {
  const lines = fitLines(text, width, 13.2, 2);
  return <text className={classes.bandName}>{lines.map((line, index) => <tspan key={index} x={0} y={y + 4 + (index - (lines.length - 1) / 2) * 14}>{line}</tspan>)}</text>;
}
