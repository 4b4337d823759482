// Over a stage that the data cannot see: what would fill it, and the door to it.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Column } from '@/model/map/columns';
import { doorAddress, doorOf, fillerOf } from '@/model/map/ghost';
import type { MapStage } from '@/model/contract';
import { ns } from './texts';
import classes from './map.module.css';

export function GhostStage({ stage, column, count, top }: { stage: MapStage; column: Column; count: number; top: number }) {
  const { t } = useTranslation(ns);
  const filler = fillerOf(stage, column.index, count);
  const door = doorOf[filler];
  return (
    <div className={classes.ghost} style={{ left: column.left, width: column.width, top }} data-ghost={stage.id}>
      <strong>{t('blind')}</strong>
      <span>{t(`filler.${filler}`)}</span>
      {column.width > 104 ? <Button component={Link} to={doorAddress[door]} size="compact-xs" variant="default" styles={{ label: { whiteSpace: 'normal', lineHeight: 1.3, overflow: 'visible', height: 'auto' } }} h="auto" py={4}>{t(`door.${door}`)}</Button> : null}
    </div>
  );
}
