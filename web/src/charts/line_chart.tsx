// Lines over time, the period before dashed behind. The drawing library is fetched when the first
// chart is shown; the frame has its final height from the start, so nothing jumps.
import { Skeleton, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { ECharts } from './echarts';

export interface ChartLine {
  name: string;
  values: (number | null)[];
  /** Drawn dashed and pale: the period before. */
  before?: boolean;
  /** Which colour of the palette; the period before shares it with its line. */
  color: number;
}

interface LineChartProps {
  label: string;
  buckets: string[];
  lines: ChartLine[];
  /** Buckets the period covers only in part: shaded, so that nobody reads them as a fall. */
  partial?: boolean[];
  /** Marks at a place among the buckets: what happened that day. */
  notes?: { at: number; text: string }[];
  bucketText: (bucket: string) => string;
  valueText: (value: number) => string;
  height?: number;
}

/** Ink blue first; the others differ in lightness as well as in hue. */
export const linePalette = {
  light: ['#31518f', '#c2703a', '#5f8f7a', '#8a5a83', '#a08a2e'],
  dark: ['#8fa7d5', '#e09a68', '#8fbfa9', '#c295bb', '#cdb964'],
};

interface Looks {
  text: string;
  line: string;
  card: string;
  palette: string[];
}

const looks: Record<'light' | 'dark', Looks> = {
  light: { text: '#716a60', line: '#e9e4dc', card: '#ffffff', palette: linePalette.light },
  dark: { text: '#aaa298', line: '#464139', card: '#262320', palette: linePalette.dark },
};

const escape = (text: string) => text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char]!);

/** From the whole bucket beside it to the partial one. */
function shade({ buckets, partial }: LineChartProps, look: Looks) {
  const areas = buckets.flatMap((bucket, i) => (partial?.[i] && buckets.length > 2 ? [[{ xAxis: i === 0 ? bucket : buckets[i - 1] }, { xAxis: i === 0 ? buckets[1] : bucket }]] : []));
  return areas.length > 0 ? { silent: true, itemStyle: { color: look.line, opacity: 0.45 }, data: areas } : undefined;
}

function marks({ buckets, notes }: LineChartProps, look: Looks) {
  if (!notes || notes.length === 0) return undefined;
  return {
    silent: true, symbol: ['none', 'none'], animation: false, lineStyle: { color: look.text, type: 'dashed', width: 1 },
    label: { color: look.text, position: 'insideEndTop', distance: 4, overflow: 'truncate', width: 140 },
    data: notes.map(({ at, text }) => ({ xAxis: buckets[at], label: { formatter: text.replace(/[{}]/g, '') } })),
  };
}

function options(props: LineChartProps, look: Looks) {
  const font = getComputedStyle(document.body).fontFamily;
  const few = props.buckets.length <= 2;
  return {
    animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    animationDuration: 300,
    textStyle: { fontFamily: font },
    aria: { enabled: true, label: { description: props.label } },
    grid: { left: 4, right: 12, top: 14, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category', data: props.buckets, boundaryGap: few,
      axisLabel: { color: look.text, formatter: props.bucketText, hideOverlap: true, margin: 12 },
      axisLine: { lineStyle: { color: look.line } }, axisTick: { show: false },
    },
    yAxis: { type: 'value', splitNumber: 4, axisLabel: { color: look.text, formatter: props.valueText }, splitLine: { lineStyle: { color: look.line } } },
    tooltip: {
      trigger: 'axis', backgroundColor: look.card, borderColor: look.line, textStyle: { color: look.text, fontFamily: font }, confine: true,
      axisPointer: { lineStyle: { color: look.text, type: 'solid', width: 1 } },
      formatter: (points: { axisValue: string; color: string; seriesName: string; value: number | null }[]) =>
        `<strong>${escape(props.bucketText(points[0]?.axisValue ?? ''))}</strong>` +
        points.map((point) => `<br><span style="color:${point.color}">●</span> ${escape(point.seriesName)}: <strong>${point.value === null || point.value === undefined ? '–' : escape(props.valueText(point.value))}</strong>`).join(''),
    },
    series: props.lines.map((line, i) => {
      const color = look.palette[line.color % look.palette.length]!;
      return {
        type: 'line', name: line.name, data: line.values, color, smooth: 0.15, symbol: 'circle', symbolSize: 6, showSymbol: line.values.length <= 14,
        lineStyle: { width: line.before ? 1.5 : 2.5, type: line.before ? 'dashed' : 'solid', opacity: line.before ? 0.6 : 1 },
        itemStyle: { opacity: line.before ? 0.6 : 1 },
        areaStyle: props.lines.filter((item) => !item.before).length === 1 && !line.before ? { color, opacity: 0.07 } : undefined,
        z: line.before ? 1 : 2,
        markArea: i === 0 ? shade(props, look) : undefined,
        markLine: i === 0 ? marks(props, look) : undefined,
      };
    }),
  };
}

export function LineChart(props: LineChartProps) {
  const { height = 340, label } = props;
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const [ready, setReady] = useState(false);
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    let gone = false;
    let observer: ResizeObserver | undefined;
    void import('./echarts').then(({ init }) => {
      if (gone || !frame.current) return;
      chart.current = init(frame.current);
      observer = new ResizeObserver(() => chart.current?.resize());
      observer.observe(frame.current);
      setReady(true);
    });
    return () => {
      gone = true;
      observer?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    if (ready) chart.current?.setOption(options(props, looks[scheme]), { notMerge: true });
  });

  return (
    <div style={{ position: 'relative', height }}>
      <div ref={frame} role="img" aria-label={label} style={{ position: 'absolute', inset: 0 }} />
      {ready ? null : <Skeleton height={height} radius="md" />}
    </div>
  );
}
