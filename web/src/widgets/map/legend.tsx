// How to read a circle, shown by circles.
import { Popover, Stack, UnstyledButton } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { feelingColour } from '@/model/map/colour';
import { KpiLight } from './heads';
import { ns } from './texts';
import classes from './map.module.css';
import own from './legend.module.css';

function Sample({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className={own.sample}>
      <svg width={58} height={26} viewBox="-29 -13 58 26" aria-hidden>{children}</svg>
      <span>{text}</span>
    </div>
  );
}

export function Legend() {
  const { t } = useTranslation(ns);
  return (
    <Popover position="bottom-end" shadow="md" width={290}>
      <Popover.Target>
        <UnstyledButton className={own.open}>
          <IconInfoCircle size={16} stroke={1.8} aria-hidden />
          {t('legend')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={6} className={classes.map}>
          <Sample text={t('legendRibbon')}><path d="M-27,-4C-5,-4 0,3 27,3" fill="none" stroke="var(--map-shallow)" strokeWidth={10} /></Sample>
          <Sample text={t('legendLevel')}><rect x={-9} y={-11} width={18} height={22} fill="var(--map-shallow)" /><rect x={-9} y={1} width={18} height={10} fill="var(--map-deep)" /></Sample>
          <Sample text={t('legendBack')}><path d="M26,-8V4H-18V-2" fill="none" stroke="var(--map-shallow)" strokeWidth={3} strokeDasharray="6 3" /><path d="M-18,-8L-13,-1H-23Z" fill="var(--map-shallow)" /></Sample>
          <Sample text={t('legendBed')}><path d="M-10,9L-4,-1M-3,9L3,-1M4,9L10,-1" stroke="var(--map-stone)" strokeWidth={1.8} /><path d="M-14,9.5H14" stroke="var(--map-stone)" /></Sample>
          <Sample text={t('legendLight')}><KpiLight x={-16} y={0} light="reached" /><KpiLight x={0} y={0} light="near" /><KpiLight x={16} y={0} light="missed" /></Sample>
          <Sample text={t('legendPeople')}><circle cx={-12} r={4} fill="var(--map-even)" /><circle cx={8} r={10} fill="var(--map-even)" /></Sample>
          <Sample text={t('legendArc')}><circle r={7} fill="var(--map-even)" /><circle r={10.5} fill="none" stroke="var(--map-ink)" strokeWidth={1.8} pathLength={1} strokeDasharray="0.4 1" transform="rotate(-90)" /></Sample>
          <Sample text={t('legendFeeling')}>{[-1.6, 0, 1.6].map((mean, index) => <circle key={mean} cx={-18 + index * 18} r={7.5} fill={feelingColour(mean)} />)}</Sample>
          <Sample text={t('legendFew')}>
            <clipPath id="legend-few"><circle r={8} /></clipPath>
            <circle r={8} fill={feelingColour(1)} />
            <path d="M-10,2L2,-10M-8,8L8,-8M-2,10L10,-2" stroke="var(--viaggio-card)" strokeWidth={2.4} clipPath="url(#legend-few)" />
          </Sample>
          <Sample text={t('legendHollow')}><circle r={7.5} fill="var(--map-mute)" stroke="var(--map-soft)" strokeWidth={1} /></Sample>
          <Sample text={t('legendNone')}><circle r={4} fill="none" stroke="var(--map-stone)" strokeWidth={1.3} strokeDasharray="1 2.4" strokeLinecap="round" /></Sample>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
