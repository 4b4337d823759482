// The list of workspaces, shown once there are two.
import { Menu, UnstyledButton } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useOpenWorkspace } from '@/api/session';
import type { Session, Workspace } from '@/model/contract';
import classes from './workspace_switch.module.css';

export default function WorkspaceMenu({ session, workspaces, face }: { session: Session; workspaces: Workspace[]; face: ReactNode }) {
  const { t } = useTranslation();
  const open = useOpenWorkspace();
  const navigate = useNavigate();
  const change = (workspace: Workspace) => {
    if (workspace.id !== session.workspace.id) void open.mutateAsync(workspace.id).then(() => navigate('/'), () => undefined);
  };
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
        {workspaces.map((workspace) => (
          <Menu.Item key={workspace.id} rightSection={workspace.id === session.workspace.id ? <IconCheck size={16} aria-hidden /> : null} onClick={() => change(workspace)}>
            {workspace.name}
            {workspace.demo ? ` · ${t('workspace.demo')}` : ''}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
