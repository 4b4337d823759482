// A list of people in a panel at the side; the page behind stays where it is. Fetched when first opened.
import { lazy, Suspense, useState, type ReactNode } from 'react';

export interface Person {
  id: string;
  /** Null while it is on its way. */
  name: string | null;
  detail?: string;
}

export interface PeopleDrawerProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  people: Person[];
  loading?: boolean;
  emptyText: string;
  onMore?: () => void;
  /** Between the heading and the list. */
  above?: ReactNode;
}

const Body = lazy(() => import('./people_drawer_body'));

export function PeopleDrawer(props: PeopleDrawerProps) {
  const [wanted, setWanted] = useState(props.opened);
  if (props.opened && !wanted) setWanted(true);
  return wanted ? <Suspense fallback={null}><Body {...props} /></Suspense> : null;
}
