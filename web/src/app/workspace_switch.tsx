// Which workspace is open, and the way to another one.
import { Menu, UnstyledButton } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useOpenWorkspace, useWorkspaces } from '@/api/session';
import type { Session } from '@/model/contract';
import classes from './workspace_switch.module.css';

export function WorkspaceSwitch({ session }: { session: Session }) {
  const { t } = useTranslation();
  const workspaces = useWorkspaces();
  const open = useOpenWorkspace();
  const navigate = useNavigate();
  const all = workspaces.data?.workspaces ?? [];
  const face = (
    <>
      <span className={classes.initial} aria-hidden>{session.workspace.name.slice(0, 1).toUpperCase()}</span>
      <span className={classes.name}>{session.workspace.name}</span>
    </>
  );
  if (all.length < 2) return <div className={classes.face}>{face}</div>;
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.face} aria-label={`${t('workspace.switch')}: ${session.workspace.name}`}>
          {face}
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('workspace.yours')}</Menu.Label>
        {all.map((workspace) => (
          <Menu.Item
            key={workspace.id}
            rightSection={workspace.id === session.workspace.id ? <IconCheck size={16} aria-hidden /> : null}
            onClick={() => {
              if (workspace.id !== session.workspace.id) void open.mutateAsync(workspace.id).then(() => navigate('/'), () => undefined);
            }}
          >
            {workspace.name}
            {workspace.demo ? ` · ${t('workspace.demo')}` : ''}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
