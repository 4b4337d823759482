// The frame around every page: navigation, workspace, ribbon of the demo.
import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { toast } from '@/base/toast';
import {
  IconArrowBackUp, IconArrowsShuffle, IconBookmark, IconBroadcast, IconChartLine, IconCoins, IconFileImport, IconFilter, IconLayoutDashboard, IconListTree, IconMap2, IconMenu2, IconMoon, IconRoute, IconSettings,
  IconShare, IconStairs, IconSun, IconTerminal2, IconUsers, type Icon,
} from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useLocation, useNavigate, useNavigation } from 'react-router';
import { explain } from '@/api/problem';
import { useCreateWorkspace } from '@/api/session';
import type { Session } from '@/model/contract';
import { WorkspaceSwitch } from './workspace_switch';
import classes from './shell.module.css';

const SideDrawer = lazy(() => import('./side_drawer'));

const groups: { title: string | null; links: { to: string; text: string; icon: Icon }[] }[] = [
  { title: null, links: [{ to: '/', text: 'nav.map', icon: IconMap2 }, { to: '/clienti', text: 'nav.customers', icon: IconUsers }] },
  {
    title: 'nav.understand',
    links: [
      { to: '/funnel', text: 'nav.funnel', icon: IconFilter },
      { to: '/andamenti', text: 'nav.trends', icon: IconChartLine },
      { to: '/fasi', text: 'nav.stages', icon: IconStairs },
      { to: '/transizioni', text: 'nav.transitions', icon: IconArrowsShuffle },
      { to: '/percorsi', text: 'nav.paths', icon: IconRoute },
      { to: '/varianti', text: 'nav.variants', icon: IconListTree },
      { to: '/ritorni', text: 'nav.retention', icon: IconArrowBackUp },
      { to: '/attribuzione', text: 'nav.attribution', icon: IconShare },
      { to: '/valore', text: 'nav.value', icon: IconCoins },
    ],
  },
  {
    title: 'nav.kept',
    links: [
      { to: '/report', text: 'nav.reports', icon: IconBookmark },
      { to: '/cruscotti', text: 'nav.dashboards', icon: IconLayoutDashboard },
    ],
  },
  {
    title: 'nav.data',
    links: [
      { to: '/dal-vivo', text: 'nav.live', icon: IconBroadcast },
      { to: '/importa', text: 'nav.imports', icon: IconFileImport },
      { to: '/sql', text: 'nav.sql', icon: IconTerminal2 },
      { to: '/impostazioni', text: 'nav.settings', icon: IconSettings },
    ],
  },
];

function Brand() {
  const { t } = useTranslation();
  return (
    <Link to="/" className={classes.brand}>
      <img src="/favicon.svg" width={26} height={26} alt="" />
      {t('product')}
    </Link>
  );
}

function Links({ onFollow }: { onFollow?: () => void }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('nav.main')}>
      {groups.map((group) => (
        <div key={group.title ?? 'first'}>
          {group.title ? <p className={classes.group}>{t(group.title)}</p> : null}
          {group.links.map(({ to, text, icon: LinkIcon }) => (
            <NavLink key={to} to={to} end={to === '/'} onClick={onFollow} className={({ isActive }) => (isActive ? `${classes.link} ${classes.active}` : classes.link!)}>
              <LinkIcon size={19} stroke={1.7} aria-hidden />
              {t(text)}
            </NavLink>
          ))}
        </div>
      ))}
    </nav>
  );
}

function ThemeButton() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('theme.toggle')} onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}>
      {scheme === 'dark' ? <IconSun size={19} stroke={1.7} /> : <IconMoon size={19} stroke={1.7} />}
    </ActionIcon>
  );
}

function Ribbon() {
  const { t } = useTranslation();
  const create = useCreateWorkspace();
  const navigate = useNavigate();
  // A promise rather than callbacks: the ribbon itself is gone once the new workspace is open.
  const start = () =>
    void create.mutateAsync(undefined).then(
      () => {
        void navigate('/');
        toast({ message: t('workspace.created') });
      },
      (error: unknown) => {
        const { key, detail } = explain(error);
        toast({ color: 'orange', title: t('error.title'), message: detail ?? t(`error.${key}`) });
      },
    );
  return (
    <div className={classes.ribbon} role="note">
      <span className={classes.tag}>{t('workspace.demo')}</span>
      <span className={classes.ribbonNote}>{t('workspace.demoNote')}</span>
      <Button className={classes.ribbonAction} size="compact-sm" variant="default" onClick={start} loading={create.isPending}>
        {t('workspace.start')}
      </Button>
    </div>
  );
}

export function Shell({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [opened, drawer] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const navigation = useNavigation();
  const first = useRef(true);
  // After a move to another page the keyboard starts from the page, not from where the link was.
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <div className={classes.shell} data-workspace={session.workspace.id}>
      <a className={classes.skip} href="#contenuto">{t('nav.skip')}</a>
      <header className={classes.top}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('nav.open')} onClick={drawer.open}>
          <IconMenu2 size={21} />
        </ActionIcon>
        <Brand />
      </header>
      <aside className={classes.side}>
        <Brand />
        <Links />
        <div className={classes.foot}>
          <WorkspaceSwitch session={session} />
          <ThemeButton />
        </div>
      </aside>
      {opened ? (
        <Suspense fallback={null}>
          <SideDrawer onClose={drawer.close}>
            <Links onFollow={drawer.close} />
            <div className={classes.foot}>
              <WorkspaceSwitch session={session} />
              <ThemeButton />
            </div>
          </SideDrawer>
        </Suspense>
      ) : null}
      <main id="contenuto" ref={main} tabIndex={-1} className={classes.main} aria-busy={navigation.state === 'loading'}>
        {session.workspace.demo ? <Ribbon /> : null}
        <Suspense fallback={null}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
