// The Sankey: boxes are the tab stops, one a node; ribbons follow the mouse, and stand in the table for the keyboard.
import { useMemo, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import type { PathsAnswer } from '@/model/contract';
import { sankey, type Box, type PathPeople } from '@/model/paths';
import classes from './paths.module.css';
import { texts } from './texts';

const step = 210;
const drawnHeight = 460;
const boxWidth = 12;
const head = 30;
const labelRoom = step - boxWidth;
const letter = 7.4; // the mean width of one, generously

interface FlowProps {
  answer: PathsAnswer;
  backward: boolean;
  name: (label: string, merged?: number) => string;
  layerName: (layer: number) => string;
  onOpen: (people: PathPeople) => void;
}

/** What fits between a box and the next layer, beside its number; the whole name is in its title. */
function shortened(name: string, count: string): string {
  const room = Math.floor((step - boxWidth - 20) / letter) - count.length - 1;
  return name.length <= room ? name : `${name.slice(0, room - 1).trimEnd()}…`;
}

export function Flow({ answer, backward, name, layerName, onOpen }: FlowProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const [hot, setHot] = useState<string | null>(null);
  const drawing = useMemo(() => sankey(answer, { step, height: drawnHeight, boxWidth }), [answer]);
  const boxes = useMemo(() => new Map(drawing.boxes.map((box) => [box.id, box])), [drawing]);
  const layers = [...new Map(drawing.boxes.map(({ layer, x }) => [layer, x]))];
  const sentence = (box: Box) =>
    t(backward ? 'boxBack' : 'box', { name: name(box.label, box.merged), where: layerName(box.layer), entries: format.number(box.entries), stops: format.number(box.stops) });
  const onKey = (event: KeyboardEvent, box: Box) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onOpen({ node: box.id });
  };
  const width = drawing.width + labelRoom;
  const touched = (from: string, to: string) => hot === null || hot === from || hot === to || hot === `${from}→${to}`;
  return (
    // A wide drawing scrolls within itself; the keyboard reaches it through its boxes.
    <div className={classes.flow} role="group" aria-label={t('flow')}>
      <svg width={width} height={drawing.height + head + 4} viewBox={`0 0 ${width} ${drawing.height + head + 4}`}>
        {layers.map(([layer, x]) => <text key={layer} x={x} y={14} className={classes.layer}>{layerName(layer)}</text>)}
        <g transform={`translate(0 ${head})`}>
          {drawing.ribbons.map((ribbon) => (
            <path
              key={`${ribbon.from}→${ribbon.to}`} d={ribbon.area} data-edge={`${ribbon.from}→${ribbon.to}`} className={touched(ribbon.from, ribbon.to) ? classes.ribbon : `${classes.ribbon} ${classes.faint}`}
              onPointerEnter={() => setHot(`${ribbon.from}→${ribbon.to}`)} onPointerLeave={() => setHot(null)} onClick={() => onOpen({ from: ribbon.from, to: ribbon.to })}
            >
              <title>{t('ribbon', { from: name(boxes.get(ribbon.from)!.label), to: name(boxes.get(ribbon.to)!.label), n: format.number(ribbon.transitions) })}</title>
            </path>
          ))}
          {drawing.boxes.map((box) => (
            <g
              key={box.id} role="button" tabIndex={0} aria-label={sentence(box)} data-node={box.id} data-entries={box.entries} className={classes.node}
              onPointerEnter={() => setHot(box.id)} onPointerLeave={() => setHot(null)} onFocus={() => setHot(box.id)} onBlur={() => setHot(null)} onClick={() => onOpen({ node: box.id })} onKeyDown={(event) => onKey(event, box)}
            >
              <title>{sentence(box)}</title>
              <rect x={box.x} y={box.y} width={boxWidth} height={box.height} rx={2} className={box.merged > 0 ? `${classes.box} ${classes.rest}` : classes.box} />
              <text x={box.x + boxWidth + 7} y={box.y + Math.min(box.height / 2, 20) + 4} className={classes.name}>
                {shortened(name(box.label, box.merged), format.number(box.entries))}<tspan className={classes.count} dx={6}>{format.number(box.entries)}</tspan>
              </text>
            </g>
          ))}
        </g>
      </svg>
    </div>
  );
}
