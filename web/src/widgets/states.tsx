// The three states beside "here is your answer": nothing yet, not working, on its way.
import { Alert, Button, Group, Skeleton, Stack, Title } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import classes from './states.module.css';

interface EmptyProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className={classes.empty}>
      <span className={classes.icon} aria-hidden>{icon}</span>
      <Title order={2} size="h3">{title}</Title>
      {children ? <p className={classes.text}>{children}</p> : null}
      {action}
    </div>
  );
}

/** What a page knows of a failed call: see explain() in api/problem.ts. */
export interface Failure {
  key: string;
  detail?: string;
  field?: string;
}

export function Failed({ failure, onRetry }: { failure: Failure; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert icon={<IconAlertCircle size={20} aria-hidden />} color="orange" variant="light" radius="md" title={t('error.title')} role="alert">
      <Stack gap="sm" align="flex-start">
        <span>
          {failure.key === 'detail' ? failure.detail : t(`error.${failure.key}`)}
          {failure.field ? ` ${t('error.field', { field: failure.field })}` : ''}
        </span>
        {onRetry ? <Button size="xs" variant="default" onClick={onRetry}>{t('action.retry')}</Button> : null}
      </Stack>
    </Alert>
  );
}

/** A table on its way: same row height as the real one, so nothing jumps. */
export function RowsSkeleton({ rows = 8, height = 44 }: { rows?: number; height?: number }) {
  return (
    <Stack gap={0} aria-hidden>
      {Array.from({ length: rows }, (_, index) => (
        <Group key={index} h={height} wrap="nowrap" gap="xl">
          <Skeleton height={12} width="28%" radius="xl" />
          <Skeleton height={12} width="16%" radius="xl" />
          <Skeleton height={12} width="20%" radius="xl" />
          <Skeleton height={12} width="10%" radius="xl" />
        </Group>
      ))}
    </Stack>
  );
}
