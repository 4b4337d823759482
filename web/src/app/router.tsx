// Addresses of the app. Every page is loaded when it is first opened.
import { createBrowserRouter, type RouteObject } from 'react-router';
import { Gate } from './gate';
import { NotFound, PageError } from './not_found';

const page = (path: string, load: () => Promise<{ default: () => React.ReactNode }>): RouteObject => ({
  path,
  lazy: async () => ({ Component: (await load()).default }),
});

export const router = createBrowserRouter([
  {
    path: '/',
    Component: Gate,
    HydrateFallback: () => null,
    errorElement: <PageError />,
    children: [
      { index: true, lazy: async () => ({ Component: (await import('@/pages/map')).default }) },
      page('clienti', () => import('@/pages/customers')),
      page('clienti/:id', () => import('@/pages/customer')),
      page('funnel', () => import('@/pages/funnel')),
      page('andamenti', () => import('@/pages/trends')),
      page('fasi', () => import('@/pages/stages')),
      page('transizioni', () => import('@/pages/transitions')),
      page('percorsi', () => import('@/pages/paths')),
      page('varianti', () => import('@/pages/variants')),
      page('ritorni', () => import('@/pages/retention')),
      page('attribuzione', () => import('@/pages/attribution')),
      page('valore', () => import('@/pages/value')),
      page('report', () => import('@/pages/reports')),
      page('cruscotti/:id?', () => import('@/pages/dashboards')),
      page('sql', () => import('@/pages/sql')),
      page('dal-vivo', () => import('@/pages/live')),
      page('importa', () => import('@/pages/imports')),
      page('impostazioni/:section?', () => import('@/pages/settings')),
      { path: '*', Component: NotFound },
    ],
  },
]);
