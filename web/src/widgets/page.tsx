// The frame of every page: one heading, one sentence that says what the page answers, its actions.
import { Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import classes from './page.module.css';

interface PageProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

export function Page({ title, lead, actions, wide, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Viaggio`;
  }, [title]);
  return (
    <div className={wide ? `${classes.page} ${classes.wide}` : classes.page}>
      <header className={classes.head}>
        <div>
          <Title order={1} className={classes.title}>{title}</Title>
          {lead ? <p className={classes.lead}>{lead}</p> : null}
        </div>
        {actions}
      </header>
      {children}
    </div>
  );
}
