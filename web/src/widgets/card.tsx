// A sheet on the page: a heading, its actions, its content.
import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './card.module.css';

interface CardProps {
  title?: ReactNode;
  actions?: ReactNode;
  /** The content reaches the edges (tables). */
  flush?: boolean;
  children: ReactNode;
}

export function Card({ title, actions, flush, children }: CardProps) {
  return (
    <section className={flush ? `${classes.card} ${classes.flush}` : classes.card}>
      {title || actions ? (
        <div className={classes.head}>
          {title ? <Title order={2} size="h3" className={classes.title}>{title}</Title> : <span />}
          {actions}
        </div>
      ) : null}
      {children}
    </section>
  );
}
