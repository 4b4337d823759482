// The panel of people_drawer.tsx.
import { Button, Drawer, Skeleton, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormat } from '@/base/preferences';
import type { PeopleDrawerProps } from './people_drawer';
import classes from './people_drawer.module.css';

export default function PeopleDrawerBody({ opened, onClose, title, people, loading, emptyText, onMore, above }: PeopleDrawerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const narrow = useMediaQuery('(max-width: 48em)');
  return (
    <Drawer opened={opened} onClose={onClose} title={title} position={narrow ? 'bottom' : 'right'} size={narrow ? '80%' : 420} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {above}
      {loading ? (
        <Stack gap="sm">{Array.from({ length: 8 }, (_, i) => <Skeleton key={i} height={44} radius="md" />)}</Stack>
      ) : people.length === 0 ? (
        <Text c="dimmed">{emptyText}</Text>
      ) : (
        <>
          <ul className={classes.list}>
            {people.map((person) => (
              <li key={person.id}>
                <Link to={`/clienti/${encodeURIComponent(person.id)}`} className={classes.person}>
                  <span className={classes.face} aria-hidden>{(person.name ?? '·').slice(0, 1).toUpperCase()}</span>
                  <span className={classes.words}>
                    <span className={classes.name}>{person.name ?? '…'}</span>
                    {person.detail ? <span className={classes.detail}>{person.detail}</span> : null}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
          {onMore ? <Button mt="sm" variant="default" onClick={onMore} aria-label={`${t('action.more')} (${format.number(people.length)})`}>{t('action.more')}</Button> : null}
        </>
      )}
    </Drawer>
  );
}
