// Which workspace is open, and, once there are two, the way to another one.
import { lazy, Suspense } from 'react';
import { useWorkspaces } from '@/api/session';
import type { Session } from '@/model/contract';
import classes from './workspace_switch.module.css';

const WorkspaceMenu = lazy(() => import('./workspace_menu'));

export function WorkspaceSwitch({ session }: { session: Session }) {
  const workspaces = useWorkspaces();
  const all = workspaces.data?.workspaces ?? [];
  const face = (
    <>
      <span className={classes.initial} aria-hidden>{session.workspace.name.slice(0, 1).toUpperCase()}</span>
      <span className={classes.name}>{session.workspace.name}</span>
    </>
  );
  const still = <div className={classes.face}>{face}</div>;
  if (all.length < 2) return still;
  return <Suspense fallback={still}><WorkspaceMenu session={session} workspaces={all} face={face} /></Suspense>;
}
